"""The ghost: a motion as a figure of capsules, computed without Blender so that it can be drawn over it.

Everything here is numpy in armature space; the caller multiplies by the armature's world matrix.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .coordinates import FloatArray
from .palette import MIDDLE, SIDE_COLORS, Rgb, side_color
from .rig import canonical, slots
from .rig.body import hands
from .rig.body.fitted import Body
from .rig.body.torso import Points
from .rig.rotations import normalize, rotate
from .rig.skeleton import RigRest

OUTLINE = 0.006  # how thick the line around a figure is, as a share of its height
SIDES = 12  # corners of a capsule's rings
# a capsule's profile: which end, along the axis and across it in radii of that end
PROFILE: tuple[tuple[int, float, float], ...] = (
    (0, -1.0, 0.0),
    (0, -0.71, 0.71),
    (0, 0.0, 1.0),
    (1, 0.0, 1.0),
    (1, 0.71, 0.71),
    (1, 1.0, 0.0),
)

# joint a limb ends in -> radii at its two ends, as shares of the leg's length
RADII: dict[str, tuple[float, float]] = {
    "hip": (0.115, 0.085),
    "knee": (0.1, 0.065),
    "ankle": (0.065, 0.042),
    "foot": (0.045, 0.045),
    "toe": (0.045, 0.03),
    "spine1": (0.13, 0.125),
    "spine2": (0.125, 0.135),
    "spine3": (0.135, 0.14),
    "neck": (0.13, 0.06),
    "head": (0.06, 0.06),
    "crown": (0.085, 0.1),
    "collar": (0.1, 0.09),
    "shoulder": (0.09, 0.07),
    "elbow": (0.062, 0.048),
    "wrist": (0.048, 0.035),
}
TRUNK = ("hip", "collar", "shoulder")  # limbs of a side that are drawn like the trunk
# joints whose bone goes on to an end that is no joint: what that is
TIPS: dict[str, str] = {"head": "crown", "foot": "toe", "ankle": "toe"}


@dataclass(frozen=True)
class Feature:
    """A capsule that shows how a head or a hand is turned.

    ``ends`` (2, 3): on a head to its left, up and ahead of its joint; on a hand along it, to the thumb's side and
    across both from the wrist. All are shares of the leg's length.
    """

    ends: tuple[tuple[float, float, float], tuple[float, float, float]]
    radii: tuple[float, float]


NOSE = (Feature(((0.0, 0.07, 0.08), (0.0, 0.058, 0.145)), (0.04, 0.02)),)
# a flat palm, fingers in two halves, and the thumb: enough to tell the palm's side from the back's
PALM = (
    Feature(((0.0, 0.012, 0.0), (0.11, 0.03, 0.0)), (0.026, 0.026)),
    Feature(((0.0, -0.012, 0.0), (0.105, -0.03, 0.0)), (0.026, 0.024)),
    Feature(((0.11, 0.03, 0.0), (0.215, 0.024, 0.0)), (0.024, 0.016)),
    Feature(((0.105, -0.03, 0.0), (0.195, -0.03, 0.0)), (0.022, 0.014)),
    Feature(((0.02, 0.02, 0.0), (0.1, 0.088, 0.0)), (0.022, 0.015)),
)


def features_of(rest: RigRest) -> dict[str, tuple[FloatArray, tuple[Feature, ...]]]:
    """Slot of the head, if mapped, and of both hands -> (3, 3) axes at rest as columns, and what is drawn there."""
    facing = rest.facing()
    found: dict[str, tuple[FloatArray, tuple[Feature, ...]]] = {"head": (facing, NOSE)} if "head" in rest.heads else {}
    return found | {f"{side}_wrist": (hands.rest_frame(rest, side, facing), PALM) for side in slots.SIDES}


@dataclass(frozen=True)
class Ghost:
    """A figure in motion.

    ``points`` (T, P, 3): armature space; ``limbs`` (L, 2): the two points of each capsule; ``radii``
    (L, 2) armature units; ``colors`` (L, 3); ``paths``: lines (T, 3) that the feet draw, with colour;
    ``world`` (4, 4): where that armature space lies, None: where the armature is now.
    """

    points: FloatArray
    limbs: np.ndarray
    radii: FloatArray
    colors: FloatArray
    paths: tuple[tuple[FloatArray, Rgb], ...]
    fps: float
    world: FloatArray | None = None

    def mesh(self, frame: int) -> tuple[FloatArray, FloatArray]:
        """Vertices and normals (L * 6 * SIDES, 3) of the figure at ``frame``, armature space."""
        ends = self.points[frame][self.limbs]
        return capsules(ends, self.radii)

    def hull(self, frame: int) -> FloatArray:
        """Vertices (V, 3) of the figure at ``frame``, a little thicker: seen from inside they are its outline."""
        return capsules(self.points[frame][self.limbs], self.radii + OUTLINE * self.height)[0]

    @property
    def height(self) -> float:
        """Of the figure as it begins, armature units."""
        return float(np.ptp(self.points[0], axis=0).max())

    def vertex_colors(self, tint: Rgb = (1.0, 1.0, 1.0), share: float = 0.0) -> FloatArray:
        """Colour (V, 3) of the mesh's vertices, a ``share`` of them ``tint``."""
        mixed = self.colors * (1.0 - share) + share * np.array(tint)
        return np.repeat(mixed, len(PROFILE) * SIDES, axis=0)

    def triangles(self) -> np.ndarray:
        """Corner indices (F, 3) of the mesh, counter-clockwise from outside; the same for every frame."""
        return capsule_triangles(len(self.limbs))

    @property
    def seconds(self) -> float:
        return len(self.points) / self.fps


def build_ghost(body: Body, moved: FloatArray | None = None) -> Ghost:
    """The figure of ``body``, from which applying writes its keys.

    ``moved`` (4, 4): what a posed bone above the body does to it, armature space.
    """
    places = body.positions()
    heads = {slot: places[slot] for slot in canonical.JOINTS if slot in places}
    parts = [*_limbs(body.rest, heads), *_tips(body, heads), *_features(body, heads)]
    points = np.stack([point for part in parts for point in (part.start, part.end)], 1)
    feet = np.stack([heads[f"{side}_foot" if f"{side}_foot" in heads else f"{side}_ankle"] for side in SIDE_COLORS], 1)
    if moved is not None:
        points, feet = (each @ moved[:3, :3].T + moved[:3, 3] for each in (points, feet))
    paths = tuple((feet[:, column], color) for column, color in enumerate(SIDE_COLORS.values()))
    radii, colors = np.array([part.radii for part in parts]), np.array([part.color for part in parts])
    limbs = np.arange(2 * len(parts)).reshape(-1, 2)
    return Ghost(points, limbs, radii * body.rest.leg_length(), colors, paths, body.fps)


@dataclass(frozen=True)
class _Part:
    """A capsule in motion, from ``start`` to ``end`` (T, 3); ``radii`` as shares of the leg's length."""

    start: FloatArray
    end: FloatArray
    radii: Sequence[float]
    color: Rgb


def _limbs(rest: RigRest, heads: Points) -> Iterator[_Part]:
    """From joint to joint."""
    for slot in heads:
        above = rest.parents[slot]
        while above is not None and above not in heads:
            above = rest.parents[above]
        if above is not None:
            kind = kind_of(slot)
            yield _Part(heads[above], heads[slot], RADII[kind], MIDDLE if kind in TRUNK else side_color(slot))


def _tips(body: Body, heads: Points) -> Iterator[_Part]:
    """From the last joint of a chain to the end of its bone."""
    rest = body.rest
    for slot in heads:
        if tip := tip_of(slot, heads):
            end = heads[slot] + rotate(body.turns[slot], rest.tails[slot] - rest.heads[slot])
            yield _Part(heads[slot], end, RADII[tip], side_color(slot))


def _features(body: Body, heads: Points) -> Iterator[_Part]:
    """Nose, palms, fingers and thumbs."""
    for slot, (axes, features) in features_of(body.rest).items():
        turned = body.turns[slot] @ axes * body.rest.leg_length()
        for feature in features:
            start, end = (heads[slot] + rotate(turned, np.asarray(offset)) for offset in feature.ends)
            yield _Part(start, end, feature.radii, side_color(slot))


def kind_of(slot: str) -> str:
    """A slot without its side."""
    return slot.removeprefix("left_").removeprefix("right_")


def tip_of(slot: str, heads: Container[str]) -> str | None:
    """What the end of the bone of ``slot`` is, if that is the last of its chain and its end is no joint."""
    if kind_of(slot) == "ankle" and slot.replace("ankle", "foot") in heads:
        return None
    return TIPS.get(kind_of(slot))


def capsules(ends: FloatArray, radii: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Vertices and unit normals (L * 6 * SIDES, 3) of capsules between ``ends`` (L, 2, 3), ``radii`` (L, 2)."""
    axis = normalize(ends[:, 1] - ends[:, 0])
    helper = np.where(np.abs(axis[:, 2:]) < 0.8, [0.0, 0.0, 1.0], [1.0, 0.0, 0.0])
    across = normalize(np.cross(axis, helper))
    other = np.cross(axis, across)
    angle = 2 * np.pi * np.arange(SIDES) / SIDES
    ring = across[:, None] * np.cos(angle)[:, None] + other[:, None] * np.sin(angle)[:, None]  # (L, SIDES, 3)
    end = np.array([row[0] for row in PROFILE])
    along = np.array([row[1] for row in PROFILE])[None, :, None, None]
    out = np.array([row[2] for row in PROFILE])[None, :, None, None]
    normals = axis[:, None, None] * along + ring[:, None] * out
    vertices = ends[:, end][:, :, None] + normals * radii[:, end][:, :, None, None]
    return vertices.reshape(-1, 3), normals.reshape(-1, 3)


def capsule_triangles(count: int) -> np.ndarray:
    """Triangles (F, 3) of ``count`` capsules made by ``capsules``, counter-clockwise from outside."""
    row, column = np.meshgrid(np.arange(len(PROFILE) - 1), np.arange(SIDES), indexing="ij")
    following = (column + 1) % SIDES
    a, b = row * SIDES + column, row * SIDES + following
    c, d = b + SIDES, a + SIDES
    one = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    starts = np.arange(count) * len(PROFILE) * SIDES
    return (one[None] + starts[:, None, None]).reshape(-1, 3)


def frame_at(seconds: float, ghost: Ghost, loops: bool) -> int:
    """Frame of ``ghost`` shown ``seconds`` after its start; a looping one rests a moment on its last pose."""
    last = len(ghost.points) - 1
    frame = int(np.floor(seconds * ghost.fps + 1e-6))
    if loops:
        frame %= last + 1 + round(0.4 * ghost.fps)
    return min(max(frame, 0), last)


def shade(normals: FloatArray, colors: FloatArray, world: FloatArray) -> FloatArray:
    """Colours (V, 3) lit from above and the front; ``normals`` in armature space, ``world`` (3, 3)."""
    light = np.array([0.35, -0.5, 0.79])
    facing = normalize(normals @ world.T) @ light
    return colors * (0.62 + 0.38 * np.clip(facing, -0.4, 1.0))[:, None]
