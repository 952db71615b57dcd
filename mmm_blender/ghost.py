"""The ghost: a motion as a figure of capsules, computed without Blender so that it can be drawn over it.

Everything here is numpy in armature space; the caller multiplies by the armature's world matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .coordinates import FloatArray
from .palette import MIDDLE, SIDE_COLORS, Rgb, side_color
from .rig import canonical
from .rig.body.fitted import Body
from .rig.rotations import normalize, rotate
from .rig.skeleton import RigRest

SIDES = 12  # corners of a capsule's rings
# a capsule's profile: which end, along the axis and across it in radii of that end
PROFILE: tuple[tuple[int, float, float], ...] = (
    (0, -1.0, 0.0), (0, -0.71, 0.71), (0, 0.0, 1.0), (1, 0.0, 1.0), (1, 0.71, 0.71), (1, 1.0, 0.0),
)  # fmt: skip

# joint a limb ends in -> radii at its two ends, as shares of the leg's length
RADII: dict[str, tuple[float, float]] = {
    "hip": (0.115, 0.085), "knee": (0.1, 0.065), "ankle": (0.065, 0.042), "foot": (0.045, 0.045), "toe": (0.045, 0.03),
    "spine1": (0.13, 0.125), "spine2": (0.125, 0.135), "spine3": (0.135, 0.14), "neck": (0.13, 0.06),
    "head": (0.06, 0.06), "crown": (0.085, 0.1), "collar": (0.1, 0.09), "shoulder": (0.09, 0.07),
    "elbow": (0.062, 0.048), "wrist": (0.048, 0.035), "hand": (0.042, 0.03),
}  # fmt: skip
TRUNK = ("hip", "collar", "shoulder")  # limbs of a side that are drawn like the trunk
# joints whose bone goes on to a tip that is no joint: name of the tip
TIPS: dict[str, str] = {"head": "crown", "foot": "toe", "ankle": "toe", "wrist": "hand"}


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

    def vertex_colors(self) -> FloatArray:
        """Colour (V, 3) of the mesh's vertices."""
        return np.repeat(self.colors, len(PROFILE) * SIDES, axis=0)

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
    rest = body.rest
    heads = {slot: points for slot, points in body.positions().items() if slot in canonical.INDEX}
    heads = {slot: heads[slot] for slot in canonical.JOINTS if slot in heads}
    names = list(heads)
    points, parents = list(heads.values()), [_above(slot, rest, heads) for slot in heads]
    for slot in list(heads):
        tip = _tip_of(slot, heads)
        if tip:
            names.append(tip)
            points.append(heads[slot] + rotate(body.turns[slot], rest.tails[slot] - rest.heads[slot]))
            parents.append(slot)
    placed = np.stack(points, 1)
    if moved is not None:
        placed = placed @ moved[:3, :3].T + moved[:3, 3]
    index = {name: column for column, name in enumerate(names)}
    length = rest.leg_length()
    limbs, radii, colors = [], [], []
    for name, above in zip(names, parents, strict=True):
        if above is not None:
            limbs.append((index[above], index[name]))
            radii.append([length * radius for radius in RADII[_kind(name)]])
            colors.append(MIDDLE if _kind(name) in TRUNK else side_color(name))
    paths = tuple(
        (placed[:, index[next(joint for joint in (f"{side}_foot", f"{side}_ankle") if joint in index)]], color)
        for side, color in SIDE_COLORS.items()
    )
    return Ghost(placed, np.array(limbs), np.array(radii), np.array(colors), paths, body.fps)


def _kind(name: str) -> str:
    return name.removeprefix("left_").removeprefix("right_")


def _above(slot: str, rest: RigRest, heads: dict[str, FloatArray]) -> str | None:
    """The joint that ``slot`` hangs on among those drawn."""
    above = rest.parents[slot]
    while above is not None and above not in heads:
        above = rest.parents[above]
    return above


def _tip_of(slot: str, heads: dict[str, FloatArray]) -> str | None:
    """The name of the point at the end of the bone of ``slot``, if that bone is the last of its chain."""
    kind = _kind(slot)
    if kind not in TIPS or (kind == "ankle" and slot.replace("ankle", "foot") in heads):
        return None
    return slot.replace(kind, TIPS[kind])


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
