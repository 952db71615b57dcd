"""A mood on its way into a motion: in the model's words, or in how the body bears itself and how fast it goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tone:
    """What a mood asks of one part of a motion.

    Attributes:
        words: what stands behind the prompt where the model knows words for the mood, else ""
        intensity: how far to go from the prompt towards the prompt in these words: 1 is all the way, more goes beyond
        bearing: numbers of `engine.motion.acting.bearing.Bearing.scaled`, empty where the words do it
        tempo: how fast it goes, 1 is as usual
    """

    words: str = ""
    intensity: float = 1.0
    bearing: tuple[float, ...] = ()
    tempo: float = 1.0

    def worded(self, prompt: str) -> str:
        """The prompt in this mood."""
        return f"{prompt.rstrip(' .!')} {self.words}" if self.words else prompt
