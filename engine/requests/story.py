"""A story: prompts one after the other, each with its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.requests.checks import check_prompt, check_seed
from engine.requests.moods import MOOD, check_mood, read_mood, record_mood
from engine.requests.params import Params
from engine.requests.sampling import SAMPLING, read_sampling, record_sampling
from engine.requests.stops import STANDS, Stop
from engine.requests.targets import Target, check_targets, read_targets, record_targets

MAX_STORY_SECONDS = 600.0
SHORTEST_PART = 0.4  # seconds
MAX_PARTS = round(MAX_STORY_SECONDS / SHORTEST_PART)


@dataclass(frozen=True)
class StoryPart:
    """What happens, for how many seconds (None: as long as the model thinks it takes), and where.

    Attributes:
        targets: their frames count from the part's first one
        stop: where the part ends standing, in the story's world; it lasts until then and for the second that is stood
        mood, intensity: as of a `GenerateRequest`; one part's goes over into the next one's
    """

    prompt: str
    seconds: float | None = None
    targets: tuple[Target, ...] = ()
    stop: Stop | None = None
    mood: str | None = None
    intensity: float = 1.0

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise InputError("a part of the story has no prompt: say what happens in it")
        check_prompt(self.prompt)
        if self.seconds is not None and not SHORTEST_PART <= self.seconds <= MAX_STORY_SECONDS:
            raise InputError(
                f"{self.prompt!r} cannot last {self.seconds:g} s: choose {SHORTEST_PART:g} to "
                f"{MAX_STORY_SECONDS:g} seconds"
            )
        if self.stop is not None and self.seconds is not None:
            raise InputError(
                f"{self.prompt!r} has seconds and a stop, which say the same twice: the stop tells how long it lasts"
            )
        check_targets(self.targets)
        check_mood(self.mood, self.intensity)

    @property
    def length(self) -> float | None:
        """Seconds, as far as they are given."""
        return self.seconds if self.stop is None else self.stop.arrive + STANDS


@dataclass(frozen=True)
class Story:
    """Parts in their order.

    Attributes:
        targets: those of the whole story; their frames count from its first one
    """

    parts: tuple[StoryPart, ...]
    seed: int = 0
    targets: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        if not self.parts:
            raise InputError("the story is empty: give it at least one prompt")
        if len(self.parts) > MAX_PARTS:
            raise InputError(f"the story has {len(self.parts)} parts, the limit is {MAX_PARTS}: tell it in pieces")
        if sum(part.length or 0.0 for part in self.parts) > MAX_STORY_SECONDS:
            raise InputError(f"the story is longer than {MAX_STORY_SECONDS:g} s: tell it in several pieces")
        check_seed(self.seed)
        check_targets(self.targets)


@dataclass(frozen=True)
class StoryRequest:
    """One motion through the parts of a story."""

    story: Story
    sampling: SamplingConfig = SamplingConfig()

    METHOD: ClassVar[str] = "story"
    PARAMS: ClassVar[tuple[str, ...]] = ("parts", "seed", "targets", *SAMPLING)

    @property
    def prompt(self) -> str:
        """All prompts in one text, to show."""
        return "; ".join(part.prompt for part in self.story.parts)

    @property
    def seed(self) -> int:
        return self.story.seed

    @classmethod
    def read(cls, params: Params) -> StoryRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        parts = []
        for part in params.entries("parts"):
            part.allow("prompt", "seconds", "targets", "stop", *MOOD)
            stop = Stop.read(part.table("stop")) if part.has("stop") else None
            prompt, seconds = part.text("prompt"), part.number_or_none("seconds")
            parts.append(StoryPart(prompt, seconds, read_targets(part), stop, *read_mood(part)))
        story = Story(tuple(parts), params.whole("seed", 0), read_targets(params))
        return cls(story, read_sampling(params, cls.sampling))

    def record(self, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps, beside the strips, of a motion that this model made."""
        parts = [
            {
                "prompt": part.prompt,
                "seconds": part.seconds,
                **record_targets(part.targets),
                **record_mood(part.mood, part.intensity),
                **({"stop": part.stop.record()} if part.stop is not None else {}),
            }
            for part in self.story.parts
        ]
        asked = {"prompt": self.prompt, "seed": self.seed, "parts": parts, **record_targets(self.story.targets)}
        return {"method": self.METHOD, **asked, **record_sampling(self.sampling), "model": model}
