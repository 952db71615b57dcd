"""A motion changed in part: what is regenerated, and what is asked for instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.requests.checks import check_prompt, check_seed
from engine.requests.kinds import KINDS, Change, Inpaint
from engine.requests.moods import MOOD, check_mood, read_mood, record_mood
from engine.requests.params import Params
from engine.requests.sampling import SAMPLING, read_sampling, record_sampling
from engine.requests.targets import Target, check_targets, read_targets, record_targets

MAX_CANDIDATES = 16
# What can be held in its place through an edit: hands, and the pelvis as a seat.
HOLDABLE = ("left_hand", "right_hand", "seat")

# What is kept tells much of what happens: guided as strongly as a motion from nothing, a span between kept
# frames comes out overdone, and fewer steps do for fewer tokens (docs/trials.md).
EDIT_SAMPLING = SamplingConfig(steps=8, temperature=0.8, guidance=1.5)


@dataclass(frozen=True)
class EditConfig:
    """How an edit is made.

    Attributes:
        sampling: of the masked sampler
        candidates: fillings to draw; the one that fits the kept frames best is taken
    """

    sampling: SamplingConfig = EDIT_SAMPLING
    candidates: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.candidates <= MAX_CANDIDATES:
            raise InputError(f"{self.candidates} candidates cannot be drawn: choose 1 to {MAX_CANDIDATES}")


@dataclass(frozen=True)
class EditRequest:
    """One change of a motion that is given with it; an empty prompt lets the model fill in what it likes.

    Frames are counted at the model's rate (20 fps), also those of targets, whose places are in the motion's own world
    and unit. Raises InputError for what no motion could be changed by;
    whether spans lie within the motion is for the editor to say.

    `hold`: of HOLDABLE, what stays in its place through the edit where it is there on both sides of it; feet that stand
    do so by themselves.

    `mood`, `intensity`: as of a `GenerateRequest`; the bearing of the body goes over from what is kept, and is for
    spans in which all of the body changes.
    """

    change: Change
    prompt: str = ""
    seed: int = 0
    config: EditConfig = EditConfig()
    targets: tuple[Target, ...] = ()
    hold: tuple[str, ...] = ()
    mood: str | None = None
    intensity: float = 1.0

    METHOD: ClassVar[str] = "edit"
    PARAMS: ClassVar[tuple[str, ...]] = ("kind", "prompt", "seed", "candidates", "targets", "hold", *MOOD, *SAMPLING)

    def __post_init__(self) -> None:
        check_prompt(self.prompt, empty=True)
        check_seed(self.seed)
        check_targets(self.targets)
        check_mood(self.mood, self.intensity)
        if self.targets and not self.change.DIRECTED:
            kinds = ", ".join(kind.KIND for kind in KINDS.values() if kind.DIRECTED)
            raise InputError(f"an edit of kind {self.change.KIND} minds no targets: leave them out, or use {kinds}")

        self._check_hold()

    def _check_hold(self) -> None:
        """Raises InputError for what cannot be held by this change."""
        wrong = [part for part in self.hold if part not in HOLDABLE]
        if wrong:
            raise InputError(f"{wrong[0]!r} cannot be held: choose of {', '.join(HOLDABLE)}")
        if self.hold and not self.change.HOLDS:
            kinds = ", ".join(kind.KIND for kind in KINDS.values() if kind.HOLDS)
            raise InputError(f"an edit of kind {self.change.KIND} holds nothing: leave it out, or use {kinds}")
        if getattr(self.change, "part", None) == "lower" and set(self.hold) - {"seat"}:
            raise InputError("an edit of the lower body keeps the pose of the arms: hold hands with another part")

    @classmethod
    def read(cls, params: Params) -> EditRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        kind = KINDS[params.choice("kind", tuple(KINDS), Inpaint.KIND)]
        sampling = read_sampling(params, EditConfig.sampling)
        config = EditConfig(sampling, params.whole("candidates", EditConfig.candidates))
        prompt, seed = params.text("prompt", ""), params.whole("seed", 0)
        targets, hold = read_targets(params), tuple(params.words("hold"))
        return cls(kind.read(params), prompt, seed, config, targets, hold, *read_mood(params))

    def record(self, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps of a motion that this model changed."""
        return {
            "method": self.METHOD,
            "kind": self.change.KIND,
            "prompt": self.prompt,
            "seed": self.seed,
            **self.change.details(),
            **record_targets(self.targets),
            **({"hold": list(self.hold)} if self.hold else {}),
            **record_mood(self.mood, self.intensity),
            "candidates": self.config.candidates,
            **record_sampling(self.config.sampling),
            "model": model,
        }
