"""What can be asked for, checked before anything is loaded: standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.errors import InputError
from engine.generation.settings import SamplingConfig

MAX_PROMPT_LENGTH = 2000
MIN_SECONDS, MAX_SECONDS = 0.2, 60.0
MAX_STORY_SECONDS = 600.0
SHORTEST_PART = 0.4


@dataclass(frozen=True)
class Request:
    """One motion to generate.

    Attributes:
        seconds: length, or None to let the duration estimate decide.
    """

    prompt: str
    seconds: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        if self.seconds is not None and not MIN_SECONDS <= self.seconds <= MAX_SECONDS:
            raise InputError(
                f"{self.seconds:g} s cannot be generated: choose a length from {MIN_SECONDS:g} to "
                f"{MAX_SECONDS:g} seconds, or 'auto'"
            )
        check_seed(self.seed)

    def record(self, sampling: SamplingConfig, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps of a motion made with these settings by this model."""
        return {
            "method": "generate",
            "prompt": self.prompt,
            "seconds": self.seconds,
            "seed": self.seed,
            "steps": sampling.steps,
            "fine_steps": sampling.fine_steps,
            "guidance": sampling.guidance,
            "temperature": sampling.temperature,
            "model": model,
        }


@dataclass(frozen=True)
class StoryPart:
    """What happens, for how many seconds (None: as long as the model thinks it takes)."""

    prompt: str
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise InputError("a part of the story has no prompt: say what happens in it")
        if self.seconds is not None and not SHORTEST_PART <= self.seconds <= MAX_STORY_SECONDS:
            raise InputError(
                f"{self.prompt!r} cannot last {self.seconds:g} s: choose {SHORTEST_PART:g} to "
                f"{MAX_STORY_SECONDS:g} seconds"
            )


@dataclass(frozen=True)
class Story:
    """Parts in their order."""

    parts: tuple[StoryPart, ...]
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.parts:
            raise InputError("the story is empty: give it at least one prompt")
        if sum(part.seconds or 0.0 for part in self.parts) > MAX_STORY_SECONDS:
            raise InputError(f"the story is longer than {MAX_STORY_SECONDS:g} s: tell it in several pieces")


def check_prompt(prompt: str, empty: bool = False) -> None:
    """Raises InputError for a prompt that is too long, or has nothing in it unless it may be `empty`."""
    if not empty and not prompt.strip():
        raise InputError("the prompt is empty: say what the character should do")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise InputError(
            f"the prompt has {len(prompt):,} characters, the limit is {MAX_PROMPT_LENGTH:,}: shorten it"
        )


def check_seed(seed: int) -> None:
    """Raises InputError for what cannot seed the sampler."""
    if not 0 <= seed < 2**31:
        raise InputError(f"seed {seed} is out of range: use 0 to {2**31 - 1}")
