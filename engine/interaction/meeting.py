"""Hands that meet: contacts as goals that depend on the other's joints, solved in turns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.interaction.bodies import contact_joint, contact_point
from engine.motion.reaching.goals import Goals
from engine.motion.reaching.reach import ARMS, reach_goals
from engine.motion.skeleton import skeleton_of
from engine.requests.interactions import PARTS, ROLES, Contact, Interaction

Array = NDArray[np.floating]
Pair = tuple[Array, Array]

TURNS = 5  # how often either one reaches for the other
# Share of its length that an arm is stretched to where two hands meet.
REACH = 0.92
SWING_RATE = 2.0  # a second
FPS = 20.0


def contact_frames(interaction: Interaction, contact: Contact, frames: int) -> NDArray[np.int64]:
    """The frames of a motion of so many that the contact is on; one at least."""
    first = min(round(contact.at * frames), frames - 1)
    last = min(frames - 1, first + round(contact.lasts * FPS))
    return np.arange(first, last + 1)


def meet(interaction: Interaction, pair: Pair, spans: list[NDArray[np.int64]], sizes: tuple[float, float]) -> Pair:
    """Both bodies (T, J, 3), placed already, with all contacts made as far as they can be."""
    points = [
        _meeting_course(contact, pair, span, sizes) for contact, span in zip(interaction.contacts, spans, strict=True)
    ]
    now = list(pair)
    for _ in range(TURNS):
        for who in range(2):
            now[who] = _reach(interaction, who, pair[who], now, spans, points, sizes)
    return now[0], now[1]


def miss_of(contact: Contact, pair: Pair, span: NDArray[np.int64], sizes: tuple[float, float]) -> float:
    """Metres by which the two are off each other, at most, while they should touch."""
    apart = contact_point(pair[0][span], contact.a, sizes[0]) - contact_point(pair[1][span], contact.b, sizes[1])
    return float(np.abs(np.linalg.norm(apart, axis=-1) - contact.gap * np.mean(sizes)).max())


def _meeting_course(contact: Contact, pair: Pair, span: NDArray[np.int64], sizes: tuple[float, float]) -> Array | None:
    """(K, 3) where two parts meet, a place that both can reach; None where one of them goes to a place of the other."""
    if contact.a not in PARTS or contact.b not in PARTS:
        return None
    ours = [
        contact_point(joints[span], contact.of(role), size)
        for role, joints, size in zip(ROLES, pair, sizes, strict=True)
    ]
    middle = np.mean([points.mean(axis=0) for points in ours], axis=0)
    if contact.height is not None:
        middle[1] = contact.height * min(sizes)
    course = np.tile(middle, (len(span), 1))
    course[:, 1] += contact.swing * min(sizes) * np.sin(2 * np.pi * SWING_RATE * np.arange(len(span)) / FPS)
    for _ in range(8):
        for role, joints, size in zip(ROLES, pair, sizes, strict=True):
            course = _within_reach(course, joints[span], contact.of(role), size)
    return course


def _within_reach(course: Array, joints: Array, part: str, size: float) -> Array:
    """The course (K, 3) no farther from the shoulder than the arm goes."""
    if part.endswith("foot"):
        return course
    shoulder, elbow, wrist = ARMS[0] if part.startswith("left") else ARMS[1]
    length = np.linalg.norm(joints[:, elbow] - joints[:, shoulder], axis=-1)
    length = length + np.linalg.norm(joints[:, wrist] - joints[:, elbow], axis=-1)
    hand = np.linalg.norm(contact_point(joints, part, size) - joints[:, wrist], axis=-1)
    away = course - joints[:, shoulder]
    far = np.linalg.norm(away, axis=-1)
    share = np.minimum(1.0, (REACH * length + hand) / np.maximum(far, 1e-9))
    return joints[:, shoulder] + away * share[:, None]


def _reach(
    interaction: Interaction,
    who: int,
    base: Array,
    now: list[Array],
    spans: list[NDArray[np.int64]],
    points: list[Array | None],
    sizes: tuple[float, float],
) -> Array:
    """One of the two brought to its contacts, as the other is now."""
    role, other = ROLES[who], ROLES[1 - who]
    size = sizes[who]
    names = skeleton_of(base.shape[1]).joint_names
    rows: list[tuple[str, int, tuple[float, float, float]]] = []
    for contact, span, course in zip(interaction.contacts, spans, points, strict=True):
        part = contact.of(role)
        if part not in PARTS:
            continue
        own = contact_point(now[who][span], part, size)
        aim = course
        if aim is None:
            aim = contact_point(now[1 - who][span], contact.of(other), sizes[1 - who])
        if contact.gap:
            # Two parts leave half of it each; one that goes to a place leaves it all.
            away = own - contact_point(now[1 - who][span], contact.of(other), sizes[1 - who])
            share = contact.gap * float(np.mean(sizes)) * (0.5 if course is not None else 1.0)
            aim = aim + share * away / np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1e-6)
        wanted = aim - own + now[who][span, names.index(contact_joint(part))]
        target = part.replace("fist", "hand")
        rows += [(target, int(frame), (x, y, z)) for frame, (x, y, z) in zip(span, wanted / size, strict=True)]
    if not rows:
        return base
    return reach_goals(base / size, Goals.of(rows, skeleton_of(base.shape[1]))).joints * size
