"""A motion changed in part: what is regenerated, and what is asked for instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from engine.errors import InputError
from engine.generation.settings import Order, SamplingConfig
from engine.requests.checks import check_prompt, check_seed
from engine.requests.params import Params
from engine.requests.sampling import SAMPLING, read_sampling, record_sampling

BODY = "body"  # all parts
MAX_FRAMES = 20 * 60 * 60  # an hour at 20 fps
MAX_CANDIDATES = 16

# What is kept tells much of what happens: guided as strongly as a motion from nothing, a span between kept
# frames comes out overdone, and fewer steps do for fewer tokens (docs/decisions.md).
EDIT_SAMPLING = SamplingConfig(steps=8, temperature=0.8, guidance=1.5)


@dataclass(frozen=True)
class EditConfig:
    """How an edit is made.

    sampling: of the masked sampler
    candidates: fillings to draw; the one that fits the kept frames best is taken
    """

    sampling: SamplingConfig = EDIT_SAMPLING
    candidates: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.candidates <= MAX_CANDIDATES:
            raise InputError(f"{self.candidates} candidates cannot be drawn: choose 1 to {MAX_CANDIDATES}")


@dataclass(frozen=True)
class Span:
    """The frames start..stop-1 of one body part, or of the whole BODY."""

    start: int
    stop: int
    part: str = BODY


@dataclass(frozen=True)
class Inpaint:
    """Regenerate these spans, but none of the frames to keep."""

    mask: tuple[Span, ...]
    keep: tuple[int, ...] = ()

    KIND: ClassVar[str] = "inpaint"
    PARAMS: ClassVar[tuple[str, ...]] = ("mask", "keep")

    @classmethod
    def read(cls, params: Params) -> Inpaint:
        spans = []
        for span in params.entries("mask"):
            span.allow("part", "start", "stop")
            spans.append(Span(span.whole("start"), span.whole("stop"), span.text("part", BODY)))
        return cls(tuple(spans), tuple(params.numbers("keep")))

    def details(self) -> dict[str, Any]:
        mask = [{"part": span.part, "start": span.start, "stop": span.stop} for span in self.mask]
        return {"mask": mask, **({"keep": list(self.keep)} if self.keep else {})}


def replace_span(start: int, stop: int, part: str = BODY) -> Inpaint:
    """Regenerate the frames start..stop-1. Raises InputError for a single one."""
    if stop - start == 1:
        raise InputError("a span of one frame has no motion in it: select at least 2 frames at 20 fps")
    return Inpaint((Span(start, stop, part),))


@dataclass(frozen=True)
class Pin:
    """Keep these frames exactly, change everything around them."""

    frames: tuple[int, ...]

    KIND: ClassVar[str] = "pin"
    PARAMS: ClassVar[tuple[str, ...]] = ("frames",)

    def __post_init__(self) -> None:
        if not self.frames:
            raise InputError("there is no frame to keep: pin at least one")

    @classmethod
    def read(cls, params: Params) -> Pin:
        return cls(tuple(params.numbers("frames")))

    def details(self) -> dict[str, Any]:
        return {"frames": sorted(self.frames)}


@dataclass(frozen=True)
class Extend:
    """Add frames in front of the motion and behind it."""

    before: int = 0
    after: int = 0

    KIND: ClassVar[str] = "extend"
    PARAMS: ClassVar[tuple[str, ...]] = ("before", "after")

    def __post_init__(self) -> None:
        if min(self.before, self.after) < 0 or self.before + self.after < 1:
            raise InputError("there is nothing to add: extend by at least one frame, before or after")
        if self.before + self.after > MAX_FRAMES:
            raise InputError(f"{self.before + self.after} frames are too many to add: the limit is {MAX_FRAMES}")

    @classmethod
    def read(cls, params: Params) -> Extend:
        return cls(params.whole("before", 0), params.whole("after", 0))

    def details(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after}


@dataclass(frozen=True)
class Vary:
    """Regenerate the share `strength` of a part's tokens: those that the model finds least or most likely."""

    strength: float
    order: Order = "least"
    part: str = BODY

    KIND: ClassVar[str] = "vary"
    PARAMS: ClassVar[tuple[str, ...]] = ("strength", "order", "part")

    def __post_init__(self) -> None:
        if not 0.0 < self.strength <= 1.0:
            raise InputError(f"strength {self.strength:g} is out of range: choose more than 0, up to 1")
        if self.order not in get_args(Order):
            raise InputError(f"order {self.order!r} is unknown: choose {' or '.join(get_args(Order))}")

    @classmethod
    def read(cls, params: Params) -> Vary:
        order: Order = "most" if params.choice("order", get_args(Order), "least") == "most" else "least"
        return cls(params.number("strength"), order, params.text_or_none("part") or BODY)

    def details(self) -> dict[str, Any]:
        return {"strength": self.strength, "order": self.order, "part": self.part}


@dataclass(frozen=True)
class Loop:
    """Make the end run into the start: `span` frames across the wrap are regenerated.

    travel: the root may end elsewhere than it began, as in a walk cycle; None: if it does so already
    """

    span: int = 20
    travel: bool | None = None

    KIND: ClassVar[str] = "loop"
    PARAMS: ClassVar[tuple[str, ...]] = ("span", "travel")

    @classmethod
    def read(cls, params: Params) -> Loop:
        return cls(params.whole("span", cls.span), params.flag_or_none("travel"))

    def details(self) -> dict[str, Any]:
        return {"span": self.span, "travel": self.travel}


Change = Inpaint | Pin | Extend | Vary | Loop
# By their names on the wire, in records and in the add-on.
KINDS: dict[str, type[Change]] = {kind.KIND: kind for kind in (Inpaint, Pin, Extend, Vary, Loop)}


@dataclass(frozen=True)
class EditRequest:
    """One change of a motion that is given with it; an empty prompt lets the model fill in what it likes.

    Frames are counted at the model's rate (20 fps). Raises InputError for what no motion could be changed by;
    whether spans lie within the motion is for the editor to say.
    """

    change: Change
    prompt: str = ""
    seed: int = 0
    config: EditConfig = EditConfig()

    METHOD: ClassVar[str] = "edit"
    PARAMS: ClassVar[tuple[str, ...]] = ("kind", "prompt", "seed", "candidates", *SAMPLING)

    def __post_init__(self) -> None:
        check_prompt(self.prompt, empty=True)
        check_seed(self.seed)

    @classmethod
    def read(cls, params: Params) -> EditRequest:
        """From the wire or a record. Raises ParamError, InputError."""
        kind = KINDS[params.choice("kind", tuple(KINDS), Inpaint.KIND)]
        sampling = read_sampling(params, EditConfig.sampling)
        config = EditConfig(sampling, params.whole("candidates", EditConfig.candidates))
        return cls(kind.read(params), params.text("prompt", ""), params.whole("seed", 0), config)

    def record(self, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps of a motion that this model changed."""
        return {
            "method": self.METHOD, "kind": self.change.KIND, "prompt": self.prompt, "seed": self.seed,
            **self.change.details(), "candidates": self.config.candidates, **record_sampling(self.config.sampling),
            "model": model,
        }
