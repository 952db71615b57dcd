"""Two characters in one world: what is asked of the engine for them, and its motions in the space of each.

The engine's world begins where the first character stands and has its metres; the second one is put where it belongs,
wherever it stood before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np

from ...coordinates import FloatArray, from_start, motion_to_world, world_to_motion
from ...motion_file import Motion
from ...rig.finding.find_mapping import find_mapping
from ...rig.skeleton import read_rest
from ...target import Target
from ...translation import rpt_
from ..apply import ApplyOptions, all_or_nothing, current_start
from ..here import apply_here
from ..paths import units_per_metre
from ..played import root_moved
from .builds import as_person, measure_build

NEAR_ZERO = 1e-6  # Blender units: a scale below is none


@dataclass(frozen=True)
class Space:
    """A character and where its motion space lies: ``holder`` (4, 4) in the world, ``facing`` (3, 3), ``units``; and
    how it is ``built`` beside a person.
    """

    target: Target
    holder: FloatArray
    facing: FloatArray
    units: float
    built: dict[str, float]

    @property
    def size(self) -> float:
        """World units that a metre of its motions is."""
        return float(np.cbrt(abs(np.linalg.det(self.holder[:3, :3])))) * self.units


@dataclass(frozen=True)
class PairPlan:
    """An interaction that was asked for.

    ``ground`` (x, z), ``yaw``: where the engine's world begins in the motion space of the first character; ``start``:
    the scene frame on which both begin.
    """

    first: Space
    second: Space
    ground: tuple[float, float]
    yaw: float
    start: int

    @property
    def sizes(self) -> list[float]:
        """Of both, against the first one."""
        return [1.0, self.second.size / self.first.size]

    @property
    def params(self) -> dict[str, Any]:
        """What the engine is told of the two, as docs/protocol.md has it."""
        return {"sizes": self.sizes, "proportions": [self.first.built, self.second.built]}

    def placed(self, motions: Sequence[Motion]) -> tuple[Motion, Motion]:
        """Motions of the engine's world, of a and of b, in the space of each character."""
        a, b = (from_start(np.asarray(motion.joints, np.float64), self.ground, self.yaw) for motion in motions)
        world = motion_to_world(b, self.first.holder, self.first.facing, self.first.units)
        b = world_to_motion(world, self.second.holder, self.second.facing, self.second.units)
        a, b = as_person(a, self.first.built), as_person(b, self.second.built)
        own = (replace(motion, joints=it.astype(np.float32)) for motion, it in zip(motions, (a, b), strict=True))
        return next(own), next(own)


@dataclass(frozen=True)
class Pair:
    """Two motions that came back for a plan."""

    name: str
    seed: int
    plan: PairPlan
    motions: tuple[Motion, Motion]


def plan_pair(
    first: bpy.types.Object, second: bpy.types.Object, scene: bpy.types.Scene, at_character: bool
) -> PairPlan:
    """Where the two are now. Raises ValueError, saying what to do, for one that is not mapped or has no size."""
    one, two = _space(first), _space(second)
    ground, yaw = (0.0, 0.0), 0.0
    if at_character:
        rest = read_rest(first, find_mapping(first))
        now = current_start(first, rest, ApplyOptions())
        hips, ahead = now.hips @ one.facing / one.units, now.ahead @ one.facing
        ground, yaw = (float(hips[0]), float(hips[2])), float(np.arctan2(ahead[0], ahead[2]))
    return PairPlan(one, two, ground, yaw, scene.frame_current)


def apply_pair(pair: Pair, scene: bpy.types.Scene, settings: Any) -> list[bpy.types.Action]:
    """An action on each of the two, or none. Raises ValueError, saying what to do; the scene is then as it was."""
    armatures = []
    for space in (pair.plan.first, pair.plan.second):
        armature = space.target.resolve()
        if armature is None:
            message = rpt_("'{name}' is gone: undo, or generate the interaction again")
            raise ValueError(message.format(name=space.target.name))
        armatures.append(armature)
    made: list[bpy.types.Action] = []

    def key(place: int) -> Callable[[], bpy.types.Action]:
        def write() -> bpy.types.Action:
            made.append(apply_here(armatures[place], pair.motions[place], scene, settings))
            if place + 1 < len(armatures):
                all_or_nothing(armatures[place + 1], settings.target, key(place + 1))
            return made[place]

        return write

    now = scene.frame_start, scene.frame_end
    try:
        all_or_nothing(armatures[0], settings.target, key(0))
    except BaseException:
        scene.frame_start, scene.frame_end = now
        raise
    return made


def _space(armature: bpy.types.Object) -> Space:
    rest = read_rest(armature, find_mapping(armature))
    moved = root_moved(armature, rest)
    holder = np.array(armature.matrix_world) @ (np.eye(4) if moved is None else moved)
    if abs(float(np.linalg.det(holder[:3, :3]))) < NEAR_ZERO**3:
        raise ValueError(rpt_("'{name}' is scaled to nothing: give it a size first").format(name=armature.name))
    return Space(Target.of(armature), holder, rest.facing(), units_per_metre(rest), measure_build(rest))
