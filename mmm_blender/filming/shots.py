"""Shots: which kind suits a part of a story, and where the camera stands for it.

Sizes and angles are those of textbooks on film grammar (Arijon, *Grammar of the Film Language*, 1976): all cameras of a
story stay on one side of its line of action, and no kind of shot follows itself where another would do. Between two
characters, the line is the one from one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ..coordinates import FloatArray
from ..rig import rotations
from .seen import FACE, UPPER, Part

Kind = Literal["WIDE", "MEDIUM", "CLOSE", "FOLLOW", "ORBIT", "LOW", "HIGH", "TWO", "SHOULDER"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PAIRED: tuple[Kind, ...] = ("TWO", "SHOULDER")  # of the character and a partner
SENSOR = 36.0  # millimetres across
MARGIN = 0.82  # of the half picture that the body may fill
LOWEST = 0.15  # metres above the floor
TRAVELS = 1.5  # metres from which a part is followed
ON_GROUND = 0.62  # of a standing head's height: a body that stays below it is best seen from above
ORBIT = 50.0  # degrees that an orbit goes around
FOLLOW_SMOOTH = 0.12  # of a part's looks: how softly a camera follows
NEAR = 2.5  # metres within which a partner belongs into the picture
# Over a shoulder: lenses from long to wide, metres behind the partner's head, and how far that head and, on the other
# side, the character are from the middle of the picture, in halves of it.
SHOULDER_LENSES, BEHIND, EDGE, BESIDE = (70.0, 60.0, 50.0, 40.0, 32.0), 0.8, 0.7, 0.2


@dataclass(frozen=True)
class Setup:
    """Lens in millimetres; degrees from the body's front towards the camera's side, and up; which joints fill it."""

    lens: float
    around: float
    up: float
    joints: tuple[str, ...] | None = None


SETUPS: dict[Kind, Setup] = {
    "WIDE": Setup(35.0, 50.0, 8.0),
    "MEDIUM": Setup(50.0, 28.0, 4.0, UPPER),
    "CLOSE": Setup(85.0, 24.0, 2.0, FACE),
    "FOLLOW": Setup(40.0, 62.0, 8.0),
    "ORBIT": Setup(40.0, 20.0, 10.0),
    "LOW": Setup(28.0, 35.0, -14.0),
    "HIGH": Setup(35.0, 45.0, 38.0),
    "TWO": Setup(40.0, 90.0, 5.0),
}


@dataclass(frozen=True)
class Shot:
    """A camera: its kind, and at ``frames`` (K,) its places (K, 3) and turns (K, 3, 3), columns right, up and back.

    One row where it stands still.
    """

    kind: Kind
    lens: float
    frames: FloatArray
    places: FloatArray
    turns: FloatArray


def choose_kinds(parts: Sequence[Part], partners: Sequence[Part] = ()) -> list[Kind]:
    """A kind for each part by what the body does: the first is wide, and none follows itself but to follow a walk.

    ``partners``: what a second character does meanwhile, part by part, or none. Where it is near, both are shown.
    """
    tall = max(part.height for part in parts)
    chosen: list[Kind] = []
    for part, partner in _side_by_side(parts, partners):
        ranked = _ranked(part, tall, partner)
        if not chosen:
            ranked = ["WIDE" if partner is None else "TWO", *ranked]
        before = chosen[-1] if chosen else None
        chosen.append(next(kind for kind in ranked if kind != before or kind == "FOLLOW"))
    return chosen


def _ranked(part: Part, tall: float, partner: Part | None) -> list[Kind]:
    if partner is not None and np.linalg.norm((part.pelvis - partner.pelvis)[:, :2], axis=-1).max() < NEAR:
        return ["SHOULDER", "TWO"] if max(part.travel, partner.travel) < 0.5 else ["TWO", "WIDE"]
    if part.height < ON_GROUND * tall:
        return ["HIGH", "WIDE"]
    if part.travel > TRAVELS:
        return ["FOLLOW", "WIDE"]
    body = part.points[:, :-1] - part.pelvis[:, None]
    moves = dict(zip(part.slots, np.ptp(body, axis=0).max(-1) / tall, strict=True))
    hands = max(moves.get("left_wrist", 0.0), moves.get("right_wrist", 0.0))
    feet = max(moves.get("left_ankle", 0.0), moves.get("right_ankle", 0.0))
    if feet > 0.35:
        return ["LOW", "WIDE"]
    if hands > 0.12:
        return ["MEDIUM", "WIDE"]
    return ["CLOSE", "MEDIUM"]


def choose_side(parts: Sequence[Part], partners: Sequence[Part] = ()) -> FloatArray:
    """(2,) unit, over the floor: the side of the story's line of action on which all cameras stay.

    The line is the one to the partner (``partners``, part by part, or none), else the way from first to last part or,
    without one, where the body faces; of its two sides the one that the faces turn to more.
    """
    facing = np.mean([part.facing for part in (*parts, *partners)], axis=0)
    line = parts[-1].pelvis[-1, :2] - parts[0].pelvis[0, :2]
    if partners:
        line = np.mean([_line(*both) for both in zip(parts, partners, strict=True)], axis=0)
    elif np.linalg.norm(line) < 1.0:
        line = facing
    length = float(np.linalg.norm(line))
    line = line / length if length > 1e-6 else np.array([0.0, -1.0])
    side = np.array([-line[1], line[0]])
    return side if float(side @ facing) >= -1e-9 else -side


def frame_shots(
    parts: Sequence[Part], kinds: Sequence[Kind], aspect: float, partners: Sequence[Part] = ()
) -> list[Shot]:
    """A shot of each part, all from one side; ``partners`` as in `choose_kinds`."""
    side = choose_side(parts, partners)
    both = _side_by_side(parts, partners)
    return [frame_shot(part, kind, other, side, aspect) for (part, other), kind in zip(both, kinds, strict=True)]


def frame_shot(part: Part, kind: Kind, partner: Part | None, side: FloatArray, aspect: float) -> Shot:
    """Where the camera stands for ``kind``: near enough that the body fills the picture, far enough that all is in it.

    ``aspect``: width of the picture by its height. ``partner``: the second character of the kinds that are ``PAIRED``,
    meanwhile, whom these cannot do without.
    """
    if kind in PAIRED:
        assert partner is not None
        return _frame_pair(part, partner, side, aspect) if kind == "TWO" else _frame_past(part, partner, side, aspect)
    setup = SETUPS[kind]
    points = part.points if setup.joints is None else part.rows(setup.joints)
    if kind in ("FOLLOW", "ORBIT"):
        way = rotations.smooth(part.pelvis, FOLLOW_SMOOTH * len(part.frames)) * [1.0, 1.0, 0.0]
    else:
        way = np.zeros((1, 3))
    still = points - way[:, None] if len(way) > 1 else points
    angles = np.array([setup.around])
    if kind == "ORBIT":
        angles = np.linspace(setup.around, setup.around + ORBIT, len(part.frames))
    backs = np.array([_direction(part.facing, side, angle, setup.up) for angle in angles])
    distance = max(_distance(still.reshape(-1, 3), back, setup.lens, aspect) for back in backs)
    centre = _centre(still.reshape(-1, 3))
    places = centre + distance * backs + way
    places[:, 2] = np.maximum(places[:, 2], part.floor + LOWEST)
    turns = np.array([_turn(back) for back in np.broadcast_to(backs, (len(places), 3))])
    if kind == "LOW":  # raised off the floor, it has to look up less
        turns = _turn((places[0] - centre) / np.linalg.norm(places[0] - centre))[None]
    frames = part.frames if len(places) > 1 else part.frames[:1]
    return Shot(kind, setup.lens, frames, places, turns)


def _frame_pair(part: Part, partner: Part, side: FloatArray, aspect: float) -> Shot:
    """Both bodies, from square to the line between them."""
    setup = SETUPS["TWO"]
    points = np.concatenate((part.points, partner.points), 1).reshape(-1, 3)
    line = _line(part, partner)
    flat = side - (side @ line) * line / max(float(line @ line), 1e-9)
    if np.linalg.norm(flat) < 0.1:  # they have changed places since: as far to that side as the line allows
        flat = side
    back = _raised(flat / np.linalg.norm(flat), setup.up)
    place = _centre(points) + _distance(points, back, setup.lens, aspect) * back
    place[2] = max(place[2], part.floor + LOWEST)
    return Shot("TWO", setup.lens, part.frames[:1], place[None], _turn(back)[None])


def _frame_past(part: Part, partner: Part, side: FloatArray, aspect: float) -> Shot:
    """The character's upper body past the partner's head, which stays at the edge of the picture.

    Of the lenses the longest that has the whole upper body; where none has, the camera goes back.
    """
    head, other = (each.rows(FACE[:2]).reshape(-1, 3).mean(0) for each in (part, partner))
    gap = float(np.linalg.norm((head - other)[:2]))
    ahead = (head - other)[:2] / gap if gap > 1e-6 else part.facing
    across = np.array([-ahead[1], ahead[0]])
    across = np.array([*(across if float(across @ side) >= 0 else -across), 0.0])
    seen, tall = part.rows(UPPER).reshape(1, -1, 3), partner.height / 1.7
    for behind in BEHIND * tall * 1.3 ** np.arange(12):
        for lens in SHOULDER_LENSES:
            half = 0.5 * SENSOR / lens
            # Where both are that far apart in the picture, by tan(a - b); if nowhere, where they are farthest.
            apart = np.tan(np.arctan(EDGE * half) + np.arctan(BESIDE * half))
            aside = (gap - np.sqrt(max(gap**2 - 4 * apart**2 * behind * (behind + gap), 0.0))) / (2 * apart)
            place = np.array([*(other[:2] - behind * ahead), other[2] + 0.06 * tall]) + aside * across
            aim = _centre(seen[0]) - BESIDE * half * (behind + gap) * across
            turn = _turn((place - aim) / np.linalg.norm(place - aim))
            shot = Shot("SHOULDER", lens, part.frames[:1], place[None], turn[None])
            if np.abs(project(shot, seen, aspect)).max() < 1.0 - 0.5 * (1.0 - MARGIN):
                return shot
    return shot


def project(shot: Shot, points: FloatArray, aspect: float) -> FloatArray:
    """(K, N, 2) where points (K, N, 3) are in the picture, -1..1 from edge to edge, at the rows of ``shot``."""
    seen = np.einsum("kij,kni->knj", shot.turns, points - shot.places[:, None])
    half = 0.5 * SENSOR / shot.lens
    return seen[..., :2] / -seen[..., 2:] / np.array([half, half / aspect])


def _direction(facing: FloatArray, side: FloatArray, around: float, up: float) -> FloatArray:
    """(3,) unit from the body to the camera: from its front towards ``side``, never beyond the line."""
    angle = np.radians(around)
    turned = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ facing for a in (angle, -angle)]
    flat = max(turned, key=lambda each: float(each @ side))
    if (short := 0.25 - float(flat @ side)) > 0:
        flat = flat + short * side
    return _raised(flat / np.linalg.norm(flat), up)


def _raised(flat: FloatArray, up: float) -> FloatArray:
    """(3,) unit: a direction over the floor (2,), ``up`` degrees above it."""
    rise = np.radians(up)
    return np.array([*(np.cos(rise) * flat), np.sin(rise)])


def _side_by_side(parts: Sequence[Part], partners: Sequence[Part]) -> list[tuple[Part, Part | None]]:
    return list(zip(parts, partners, strict=True)) if partners else [(part, None) for part in parts]


def _line(part: Part, partner: Part) -> FloatArray:
    """(2,) metres over the floor from the character to the partner, on average."""
    return (partner.pelvis - part.pelvis)[:, :2].mean(0)


def _turn(back: FloatArray) -> FloatArray:
    """(3, 3) a level camera's right, up and back."""
    right = np.cross([0.0, 0.0, 1.0], back)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(back, right), back], -1)


def _centre(points: FloatArray) -> FloatArray:
    return 0.5 * (points.min(0) + points.max(0))


def _distance(points: FloatArray, back: FloatArray, lens: float, aspect: float) -> float:
    """How far from the points' centre a camera has them all in its picture."""
    seen = (points - _centre(points)) @ _turn(back)
    half = MARGIN * 0.5 * SENSOR / lens
    needed = np.maximum(np.abs(seen[:, 0]) / half, np.abs(seen[:, 1]) * aspect / half) + seen[:, 2]
    return float(needed.max())
