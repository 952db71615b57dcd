"""The kinds of edits, a record each: what it is asked with, on the wire, in records, in Python and by `mmm edit`.

Their names are those of the add-on's kinds (mmm_blender/editing/kinds/) and of `MotionEditor`'s methods. Frames are
counted at the model's rate (20 fps).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Self, get_args

from engine.errors import InputError
from engine.generation.settings import Order
from engine.requests.params import Params

BODY = "body"  # all parts
MAX_FRAMES = 20 * 60 * 60  # an hour at 20 fps
SHORTEST_SPAN = 2  # frames
# Share of a retimed span's tokens that is made anew where nobody says how much.
RETIME_STRENGTH = 0.5


@dataclass(frozen=True)
class Span:
    """The frames start..stop-1 of one body part, or of the whole BODY."""

    start: int
    stop: int
    part: str = BODY

    @classmethod
    def read(cls, params: Params) -> Span:
        params.allow("part", "start", "stop")
        return cls(params.whole("start"), params.whole("stop"), params.text("part", BODY))

    def details(self) -> dict[str, Any]:
        return {"part": self.part, "start": self.start, "stop": self.stop}


@dataclass(frozen=True)
class Given:
    """The options of `mmm edit` that several kinds read, None where not given.

    Attributes:
        frames: of the motion; start, stop: the span --from .. --to in frames
    """

    frames: int
    start: int | None = None
    stop: int | None = None
    part: str | None = None
    order: Order | None = None
    strength: float | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Begin and end of the span, which are the motion's where not given."""
        return self.start or 0, self.frames if self.stop is None else self.stop


@dataclass(frozen=True)
class Option:
    """How `mmm edit` asks for a kind: `--flag` with numbers, seconds (given to `make` as frames) or shares.

    Attributes:
        count: of numbers, "+" for any; goes_with: fields of Given that it reads
    """

    flag: str
    unit: Literal["SECONDS", "SHARE"]
    help: str
    make: Callable[[list[Any], Given], Change]
    count: int | Literal["+"] = 1
    goes_with: tuple[str, ...] = ()


class Change(ABC):
    """What is to change of a motion, frozen and valid by itself; whether it fits the motion is for the editor to say.

    Attributes:
        KIND: its name; PARAMS: of the protocol; OPTIONS: of the command line
        DIRECTED: whether it minds targets: it is known which frames it makes anew
        HOLDS: whether it changes spans between frames that stay, through which contacts can be held
    """

    KIND: ClassVar[str]
    PARAMS: ClassVar[tuple[str, ...]]
    OPTIONS: ClassVar[tuple[Option, ...]] = ()
    DIRECTED: ClassVar[bool] = False
    HOLDS: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def read(cls, params: Params) -> Self:
        """From the wire or a record. Raises ParamError, InputError."""

    def details(self) -> dict[str, Any]:
        """The params again, as a record keeps them."""
        return {each.name: getattr(self, each.name) for each in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Inpaint(Change):
    """Regenerate any mask: these spans, but none of the frames to keep."""

    mask: tuple[Span, ...]
    keep: tuple[int, ...] = ()

    KIND = "inpaint"
    PARAMS = ("mask", "keep")
    DIRECTED = True
    HOLDS = True

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(tuple(map(Span.read, params.entries("mask"))), tuple(params.numbers("keep")))

    def details(self) -> dict[str, Any]:
        return {"mask": [span.details() for span in self.mask], **({"keep": list(self.keep)} if self.keep else {})}


@dataclass(frozen=True)
class Regenerate(Change):
    """Regenerate the frames start..stop-1 of one body part, or of the whole body."""

    start: int
    stop: int
    part: str = BODY

    KIND = "regenerate"
    PARAMS = ("start", "stop", "part")
    DIRECTED = True
    HOLDS = True

    @classmethod
    def of(cls, start: int, stop: int, part: str | None = None) -> Self:
        """Raises InputError for fewer than two frames: there is no motion in one."""
        if 0 < stop - start < SHORTEST_SPAN:
            raise InputError("a span of one frame has no motion in it: select at least 2 frames at 20 fps")
        return cls(start, stop, part or BODY)

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(params.whole("start"), params.whole("stop"), params.text_or_none("part") or BODY)


class InBetween(Regenerate):
    """Fill the way from the pose before `start` to the one on `stop`."""

    KIND = "in_between"

    @classmethod
    def poses(cls, first: int, last: int, part: str | None = None) -> Self:
        """Between the kept poses on frames `first` and `last`. Raises InputError when there is nothing between."""
        if last - first < SHORTEST_SPAN:
            raise InputError(f"there is no frame between {first} and {last}: choose poses further apart")
        return cls(first + 1, last, part or BODY)

    OPTIONS = (
        Option(
            "between",
            "SECONDS",
            "keep the poses at these two times, fill the way between",
            lambda times, given: InBetween.poses(times[0], times[1], given.part),
            2,
            ("part",),
        ),
    )


class Middle(Regenerate):
    """Regenerate the middle; as much stays at either end."""

    KIND = "middle"

    @classmethod
    def share(cls, share: float, frames: int, part: str | None = None) -> Self:
        """The middle `share` of so many frames. Raises InputError."""
        if not 0.0 < share <= 1.0:
            raise InputError(f"the middle {share:g} is out of range: choose more than 0, up to 1")
        margin = round(frames * (1.0 - share) / 2)
        return cls.of(margin, frames - margin, part)

    OPTIONS = (
        Option(
            "middle",
            "SHARE",
            "regenerate this share of the motion, the same amount stays at either end",
            lambda shares, given: Middle.share(shares[0], given.frames, given.part),
            1,
            ("part",),
        ),
    )


@dataclass(frozen=True)
class Pin(Change):
    """Keep these frames exactly, change everything around them, or around them in `mask`."""

    frames: tuple[int, ...]
    mask: tuple[Span, ...] = ()

    KIND = "pin"
    PARAMS = ("frames", "mask")
    DIRECTED = True
    HOLDS = True
    OPTIONS = (
        Option("pin", "SECONDS", "keep these poses, change all else", lambda times, given: Pin(tuple(times)), "+"),
    )

    def __post_init__(self) -> None:
        if not self.frames:
            raise InputError("there is no frame to keep: pin at least one")

    @classmethod
    def read(cls, params: Params) -> Self:
        mask = tuple(map(Span.read, params.entries("mask"))) if params.has("mask") else ()
        return cls(tuple(params.numbers("frames")), mask)

    def details(self) -> dict[str, Any]:
        mask = {"mask": [span.details() for span in self.mask]} if self.mask else {}
        return {"frames": sorted(self.frames), **mask}


@dataclass(frozen=True)
class Extend(Change):
    """Add frames in front of the motion and behind it; `after` None: as many as such a prompt usually takes.

    Frames of targets are those of the answer, which begins with what was added in front.
    """

    before: int = 0
    after: int | None = 0

    KIND = "extend"
    PARAMS = ("before", "after")
    DIRECTED = True
    OPTIONS = (
        Option("extend-before", "SECONDS", "add time in front", lambda times, given: Extend(before=times[0])),
        Option("extend-after", "SECONDS", "add time at the end", lambda times, given: Extend(after=times[0])),
    )

    def __post_init__(self) -> None:
        after = 1 if self.after is None else self.after
        if min(self.before, after) < 0 or self.before + after < 1:
            raise InputError("there is nothing to add: extend by at least one frame, before or after")
        if self.before + after > MAX_FRAMES:
            raise InputError(f"{self.before + after} frames are too many to add: the limit is {MAX_FRAMES}")

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(params.whole("before", 0), params.whole_or_none("after", 0))


@dataclass(frozen=True)
class Vary(Change):
    """Regenerate the share `strength` of a part's tokens: those that the model finds least or most likely."""

    strength: float
    order: Order = "least"
    part: str = BODY

    KIND = "vary"
    PARAMS = ("strength", "order", "part")
    HOLDS = True
    OPTIONS = (
        Option(
            "vary",
            "SHARE",
            "regenerate the least certain share, 0 to 1",
            lambda shares, given: Vary(shares[0], given.order or "least", given.part or BODY),
            1,
            ("order", "part"),
        ),
    )

    def __post_init__(self) -> None:
        check_share(self.strength)
        if self.order not in get_args(Order):
            raise InputError(f"order {self.order!r} is unknown: choose {' or '.join(get_args(Order))}")

    @classmethod
    def read(cls, params: Params) -> Self:
        order: Order = "most" if params.choice("order", get_args(Order), "least") == "most" else "least"
        return cls(params.number("strength"), order, params.text_or_none("part") or BODY)


@dataclass(frozen=True)
class Loop(Change):
    """Make the end run into the start: `span` frames across the wrap are regenerated.

    Attributes:
        travel: the root may end elsewhere than it began, as in a walk cycle; None: if it does so already
    """

    span: int = 20
    travel: bool | None = None

    KIND = "loop"
    PARAMS = ("span", "travel")
    OPTIONS = (Option("loop", "SECONDS", "regenerate so much across the wrap", lambda times, given: Loop(times[0])),)

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(params.whole("span", cls.span), params.flag_or_none("travel"))


@dataclass(frozen=True)
class Retime(Change):
    """Make the frames start..stop-1 `length` frames long; what is behind comes earlier or later.

    Attributes:
        strength: share of the new frames' tokens that is made anew, those that no longer fit the most first
    """

    start: int
    stop: int
    length: int
    strength: float = RETIME_STRENGTH

    KIND = "retime"
    PARAMS = ("start", "stop", "length", "strength")
    OPTIONS = (
        Option(
            "retime",
            "SHARE",
            "make the span, or all, so many times as long: 2 is twice, 0.5 half as long",
            lambda shares, given: Retime.times(shares[0], *given.span, given.strength),
            1,
            ("start", "stop", "strength"),
        ),
    )

    def __post_init__(self) -> None:
        if min(self.stop - self.start, self.length) < SHORTEST_SPAN:
            raise InputError(
                f"a span of {min(self.stop - self.start, self.length)} frames cannot be retimed: "
                f"it needs {SHORTEST_SPAN} before and after"
            )
        if self.length > MAX_FRAMES:
            raise InputError(f"{self.length} frames are too long: the limit is {MAX_FRAMES}")
        check_share(self.strength)

    @classmethod
    def times(cls, factor: float, start: int, stop: int, strength: float | None = None) -> Self:
        """The span `factor` times as long. Raises InputError."""
        if not 0.1 <= factor <= 10.0:
            raise InputError(f"{factor:g} times as long is out of range: choose 0.1 to 10")
        length = round((stop - start) * factor)
        return cls(start, stop, length, RETIME_STRENGTH if strength is None else strength)

    @classmethod
    def read(cls, params: Params) -> Self:
        start, stop, length = (params.whole(name) for name in ("start", "stop", "length"))
        return cls(start, stop, length, params.number("strength", RETIME_STRENGTH))


def check_share(strength: float) -> None:
    """Raises InputError for what is no share of the tokens."""
    if not 0.0 < strength <= 1.0:
        raise InputError(f"strength {strength:g} is out of range: choose more than 0, up to 1")


# By their names.
KINDS: dict[str, type[Change]] = {
    kind.KIND: kind for kind in (Regenerate, InBetween, Middle, Pin, Extend, Vary, Loop, Retime, Inpaint)
}
