"""What a kind of edit is: one record, over which panel, menus, timeline, plan and apply loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bpy.props import EnumProperty, FloatProperty

from ...coordinates import FloatArray
from ...motion_file import Motion
from ...redraw import redraw_timelines
from ...translation import OWN_CONTEXT, iface_
from ..aim import Aim, Played, Wish
from ..edit import Edit
from ..question import KeyedRange, Question
from ..splice import Piece


@dataclass(frozen=True)
class Setting:
    """Something the artist sets for a kind of edit.

    Attributes:
        name: of the property of ``Scene.mmm_edit``: it is in saved files, so it never changes.
        property: Blender's definition of it.
        default: its value where nobody set it.
        side_by_side: whether the panel shows all choices at once.
    """

    name: str
    property: Any
    default: Any
    side_by_side: bool = False


def choice(name: str, label: str, tip: str, items: tuple[tuple[str, str, str], ...]) -> Setting:
    """A setting that is one of ``items`` (identifier, label, tip), the first where nobody chose."""
    made: Any = EnumProperty(
        name=label, description=tip, items=items, update=redraw_timelines, translation_context=OWN_CONTEXT
    )  # type: ignore[func-returns-value]
    return Setting(name, made, items[0][0], side_by_side=True)


def amount(name: str, label: str, tip: str, default: float, **limits: Any) -> Setting:
    """A setting that is a number, with ``limits`` as ``FloatProperty`` takes them."""
    made: Any = FloatProperty(  # type: ignore[func-returns-value]
        name=label, description=tip, default=default, update=redraw_timelines, **limits
    )
    return Setting(name, made, default)


def duration(name: str, label: str, tip: str, default: float, **limits: Any) -> Setting:
    """A setting that is a number of seconds."""
    return amount(name, label, tip, default, subtype="TIME_ABSOLUTE", unit="TIME_ABSOLUTE", precision=1, **limits)


def menu(name: str, label: str, tip: str, items: tuple[tuple[str, str, str, int], ...]) -> Setting:
    """A setting that is one of ``items`` (identifier, label, tip, number in saved files), by itself the first."""
    numbered = [(identifier, text, hint, "NONE", number) for identifier, text, hint, number in items]
    made: Any = EnumProperty(  # type: ignore[func-returns-value]
        name=label,
        description=tip,
        items=numbered,
        default=items[0][0],
        update=redraw_timelines,
        translation_context=OWN_CONTEXT,
    )
    return Setting(name, made, items[0][0])


def choices(name: str, label: str, tip: str, items: tuple[tuple[str, str, str, int], ...]) -> Setting:
    """A setting that is any of ``items`` (identifier, label, tip, bit in saved files), by itself none."""
    bits = [(identifier, text, hint, "NONE", bit) for identifier, text, hint, bit in items]
    made: Any = EnumProperty(  # type: ignore[func-returns-value]
        name=label, description=tip, items=bits, options={"ENUM_FLAG"}, translation_context=OWN_CONTEXT
    )
    return Setting(name, made, frozenset(), side_by_side=True)


PART = menu(
    "part",
    "Body",
    "Which part of the body changes",
    (
        ("AUTO", "Auto", "The part that the selected keys belong to", 0),
        ("BODY", "Whole", "All of the body", 1),
        ("UPPER", "Upper", "Spine, head and arms; the legs keep their keys", 2),
        ("ARMS", "Arms", "Both arms; spine, neck and legs keep their keys", 4),
        ("LEFT_ARM", "Left Arm", "The left arm alone", 5),
        ("RIGHT_ARM", "Right Arm", "The right arm alone", 6),
        ("LOWER", "Lower", "Hips and legs; the arms keep their keys", 3),
    ),
)
FRAMES_FROM = menu(
    "frames_from",
    "Frames From",
    "What says which frames are meant",
    (
        ("AUTO", "Auto", "Selected keys; without any the preview range, and without that two selected markers", 0),
        ("KEYS", "Selected Keys", "From the first selected key to the last", 1),
        ("PREVIEW", "Preview Range", "The preview range (P in the timeline)", 2),
        ("MARKERS", "Markers", "From one selected marker to the other", 3),
        ("PLAYHEAD", "Playhead", "From the key before the current frame to the one behind it", 4),
    ),
)


HOLD = choices(
    "hold",
    "Stay in Place",
    "What stays where it is on both sides of the edit; feet that stand do so by themselves",
    (
        ("LEFT_HAND", "Left Hand", "The left hand stays where it is, as on a table", 1),
        ("RIGHT_HAND", "Right Hand", "The right hand stays where it is, as on a table", 2),
        ("SEAT", "Seat", "The hips stay where they are, as on a chair", 4),
    ),
)


def pieces_of_spans(edit: Edit, _motion: Motion, _fps: float) -> list[Piece]:
    """A piece a span, which meets what is kept but where an end is free."""
    pieces = [Piece(span) for span in edit.spans]
    if edit.free[0]:
        pieces[0] = replace(pieces[0], start="free")
    if edit.free[1]:
        pieces[-1] = replace(pieces[-1], end="free")
    return pieces


def joints_of_answer(motion: Motion) -> FloatArray:
    """(T, J, 3) the answer as it came."""
    return motion.joints


def tell_span(aim: Aim, part: str) -> str:
    """What an edit will change, in a few words; ``part``: the name of the part of the body."""
    return iface_("Frames {first} to {last}, {part}").format(first=aim.first, last=aim.last, part=part)


@dataclass(frozen=True)
class EditKind:
    """A kind of edit.

    Attributes:
        name: as in the protocol and in Python, where ``MotionEditor`` has a method of that name.
        number: what saved files hold for it, so it never changes.
        label, tip, icon: how panel and menus show it.
        settings: in the panel's order.
        find_aim: from the selection to the spans that will change. Raises ValueError, saying what to do.
        ask: from those, the range of the keys and the scene's frames a second, to the question for the engine. Raises
            ValueError likewise.
        pieces: from the edit, the answer and the scene's frames a second to the spans to key, in the order of time.
        joints: what of the answer goes onto the rig, (T, J, 3).
        tell: the aim in a few words, given the name of the part of the body.
        directed: whether it minds targets: its questions tell what changes.
    """

    name: str
    number: int
    label: str
    tip: str
    icon: str
    find_aim: Callable[[Played, Wish], Aim]
    ask: Callable[[Aim, KeyedRange, float], Question]
    settings: tuple[Setting, ...] = (FRAMES_FROM, PART, HOLD)
    pieces: Callable[[Edit, Motion, float], list[Piece]] = pieces_of_spans
    joints: Callable[[Motion], FloatArray] = joints_of_answer
    tell: Callable[[Aim, str], str] = tell_span
    directed: bool = False

    @property
    def identifier(self) -> str:
        """The name as Blender writes its choices."""
        return self.name.upper()

    def wish(self, **choices: Any) -> Wish:
        """A wish for this kind, with the defaults of what ``choices`` leave open."""
        defaults = {setting.name: setting.default for setting in self.settings}
        if unknown := set(choices) - set(defaults):
            raise ValueError(f"'{self.name}' has no setting called {', '.join(sorted(unknown))}")
        return Wish(self.name, defaults | choices)
