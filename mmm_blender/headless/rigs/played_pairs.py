"""Interactions on pairs of rigs: how the rigs are built, for who makes the motions, and where their bones are then.

What is made of it is files: the engine, which measures, never imports bpy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import radians
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import numpy as np

from ... import character
from ...animation.directing.builds import measure_build
from ...animation.directing.pairs import Pair, PairPlan, Space, apply_pair, plan_pair
from ...coordinates import FloatArray, world_to_motion
from ...motion_file import read_motion
from ...rig import canonical, sampling, skeleton, slots
from ...rig.body import feet, hands
from ...rig.body.torso import bending_spine
from ...rig.finding.find_mapping import find_mapping
from ...rig.foot_meshes import with_soles
from ...scene import current_scene, current_view_layer
from ...ui.properties.generate import settings_of
from . import measured_rigs

FPS = 24  # of the scenes; motions have 20
START = 5  # frame on which both begin
HEAD, SPINE = "head_front", ("spine1", "spine2", "spine3")


@dataclass(frozen=True)
class Actor:
    """A rig by its name: ours, `Rigify`, a preset's names on a body, or a skeleton of the folder of rigs.

    ``size``: scale of the object; ``shape``: across, up and ahead, of a body with a preset's names.
    """

    rig: str
    size: float = 1.0
    shape: tuple[float, float, float] | None = None

    def told(self) -> str:
        """Name and size."""
        return self.rig if self.size == 1.0 else f"{self.rig} at {self.size:g}"


# Two grown ones; one of many controls beside a slight one; a tall one beside a child; a game's character, whose legs
# are short and whose hips are wide, beside a grown one.
PAIRS = (
    (Actor("MMM Character"), Actor("Mixamo", 0.95)),
    (Actor("Rigify"), Actor("VRoid", 0.95, (0.85, 1.0, 0.85))),
    (Actor("Unreal mannequin", 1.1), Actor("MMM Character", 0.65)),
    (Actor("kenney_human"), Actor("MakeHuman", 0.85)),
)


def tell_builds(rigs: Path, out: Path) -> int:
    """Write the file ``out``: of each pair its names, and its sizes and proportions as docs/protocol.md has them.

    Raises ValueError where a rig is not there.
    """
    told = []
    for one, two in PAIRS:
        plan = _enter(one, two, rigs)
        told.append({"names": [one.told(), two.told()], **plan.params})
    out.write_text(json.dumps(told), encoding="utf-8")
    return 0


def play(folder: Path, rigs: Path) -> int:
    """Have each pair play the motions NUMBER_NAME_a.npz and _b.npz of ``folder``, and write NUMBER_NAME_played.npz:
    joints (T, 27, 3) of both, `a` and `b`, as their bones have them, in metres of the first one's motions, and `as_a`
    and `as_b`, the same poses on the canonical body.

    Raises ValueError for a file that is no motion.
    """
    for number, (one, two) in enumerate(PAIRS):
        files = sorted(folder.glob(f"{number}_*_a.npz"))
        plan = _enter(one, two, rigs) if files else None
        for place, path in enumerate(files, 1):
            assert plan is not None
            name = path.name.removesuffix("_a.npz")
            motions = read_motion(path), read_motion(folder / f"{name}_b.npz")
            found = play_pair(Pair(name, 0, plan, plan.placed(motions)), _settings(plan))
            np.savez(folder / f"{name}_played.npz", **found)
            print(f"[{place}/{len(files)}] {one.told()} and {two.told()}: {name}", flush=True)
    return 0


def play_pair(pair: Pair, settings: Any) -> dict[str, FloatArray]:
    """Apply a pair's motions, sample both, and take the actions away again; what `play` writes of them.

    ``settings``: as ``apply_pair`` takes them.
    """
    scene = current_scene()
    made = apply_pair(pair, scene, settings)
    fps = scene.render.fps / scene.render.fps_base
    frames = pair.plan.start + np.arange(len(pair.motions[0].joints)) * fps / pair.motions[0].fps
    looks = [_Look.at(space.target.resolve()) for space in (pair.plan.first, pair.plan.second)]
    for frame in frames:
        whole = int(np.floor(frame + 1e-6))
        scene.frame_set(whole, subframe=float(np.clip(frame - whole, 0.0, 0.9999)))
        for look in looks:
            look.take()
    found: dict[str, FloatArray] = {}
    for role, look in zip("ab", looks, strict=True):
        matrices = np.stack(look.matrices)
        found[role] = shown_joints(look.rest, np.array(look.armature.matrix_world) @ matrices, pair.plan.first)
        found[f"as_{role}"] = sampling.joints_of_pose(look.rest, matrices)
    for action in made:
        bpy.data.actions.remove(action)
    return found


@dataclass
class _Look:
    """An armature that is looked at frame by frame: its bones' ``matrices`` (B, 4, 4) in ``rest``'s order."""

    armature: Any
    rest: skeleton.RigRest
    matrices: list[FloatArray]

    @classmethod
    def at(cls, armature: Any) -> _Look:
        mapping = find_mapping(armature).for_sampling()
        return cls(armature, with_soles(armature, skeleton.read_rest(armature, mapping), mapping), [])

    def take(self) -> None:
        bones = self.armature.pose.bones
        self.matrices.append(np.array([bones[bone].matrix for bone in self.rest.bones], np.float64))


def shown_joints(rest: skeleton.RigRest, matrices: FloatArray, space: Space) -> FloatArray:
    """(T, 27, 3) where the bones of a rig are whose ``matrices`` (T, B, 4, 4) are in the world, in the motion space of
    a character, metres.

    The spine's joints lie along its own spine, where they lie along a person's; hands are its knuckles, or a person's
    in size where it has none.
    """
    facing = rest.facing()
    rows = {slot: row for row, slot in enumerate(rest.joints)}
    back = {slot: np.linalg.inv(_rest_matrix(rest, slot)) for slot in rest.joints}

    def carried(slot: str, point: FloatArray) -> FloatArray:
        """(T, 3) in the world, a point (3,) of the rest pose that moves with the bone of a slot."""
        own = back[slot] @ np.append(point, 1.0)
        return np.asarray((matrices[:, rows[slot]] @ own)[:, :3])

    scale = rest.leg_length() / skeleton.leg_length(canonical.rest_joints()[None])
    still = rest.standing(facing)
    heads = {slot: carried(slot, rest.heads[slot]) for slot in rest.joints}
    hips = (still["left_hip"] + still["right_hip"]) / 2
    pelvis = carried("pelvis", rest.hip_centre() + scale * (still["pelvis"] - hips))
    points = {"pelvis": pelvis, **dict(zip(SPINE, _along_spine(rest, heads, pelvis), strict=True))}
    points |= {"neck": heads["neck"], "head": heads.get("head", heads["neck"])}
    top = "head" if "head" in heads else "neck"
    points[HEAD] = carried(top, rest.heads[top] + scale * canonical.LENGTHS[HEAD] * facing[:, 2])
    for side in slots.SIDES:
        for joint in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist"):
            points[f"{side}_{joint}"] = heads[f"{side}_{joint}"]
        points[f"{side}_collar"] = heads.get(f"{side}_collar", heads[f"{side}_shoulder"])
        ball = feet.ball_of(rest, still, side, scale, facing[:, 1])
        points[f"{side}_foot"] = carried(f"{side}_ankle", ball)
        wrist, axes = f"{side}_wrist", hands.rest_frame(rest, side, facing)
        length = hands.length_of(rest, side) or scale * canonical.LENGTHS["left_hand"]
        for column, (joint, reach) in enumerate((("hand", length), ("thumb", scale * canonical.LENGTHS["left_thumb"]))):
            points[f"{side}_{joint}"] = carried(wrist, rest.heads[wrist] + reach * axes[:, column])
    world = np.stack([points[name] for name in canonical.ALL_JOINTS], 1)
    return world_to_motion(world, space.holder, space.facing, space.units)


def _settings(plan: PairPlan) -> SimpleNamespace:
    """The panel's settings as they are at first."""
    own = settings_of(current_scene())
    chosen: dict[str, Any] = {each.identifier: getattr(own, each.identifier) for each in own.bl_rna.properties}
    return SimpleNamespace(**chosen | {"in_place": False, "start_frame": plan.start})


def _rest_matrix(rest: skeleton.RigRest, slot: str) -> FloatArray:
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rest.rotations[slot], rest.heads[slot]
    return matrix


def _along_spine(rest: skeleton.RigRest, heads: dict[str, FloatArray], pelvis: FloatArray) -> list[FloatArray]:
    """Points (T, 3) of SPINE along a rig's own spine, from ``pelvis`` (T, 3) to between its shoulders, as far up its
    trunk as in a person.
    """
    person, built = canonical.by_name(canonical.rest_joints()), measure_build(rest)
    low, high = person["left_collar"], person["left_shoulder"] - person["left_collar"]
    top = built["trunk"] * low[1] + built["collars"] * high[1]
    shares = [float(built["trunk"] * person[joint][1] / top) for joint in SPINE]
    up, low = rest.facing()[:, 1], rest.hip_centre()
    high = (rest.heads["left_shoulder"] + rest.heads["right_shoulder"]) / 2
    line = [pelvis, (heads["left_shoulder"] + heads["right_shoulder"]) / 2]
    for slot in reversed(bending_spine(rest)):
        # Some rigs begin their spine below the hips, or end it in the neck.
        if 0.1 < (rest.heads[slot] - low) @ up / ((high - low) @ up) < 0.95:
            line.insert(1, heads[slot])
    steps = np.linalg.norm(np.diff(np.stack(line)[:, 0], axis=0), axis=-1)
    at = np.append(0.0, np.cumsum(steps)) / steps.sum()
    found = []
    for share in shares:
        below = int(np.clip(np.searchsorted(at, share) - 1, 0, len(steps) - 1))
        part = (share - at[below]) / (at[below + 1] - at[below])
        found.append(line[below] + part * (line[below + 1] - line[below]))
    return found


def _enter(one: Actor, two: Actor, rigs: Path) -> PairPlan:
    """A new scene with both on it, apart and turned."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = current_scene()
    scene.render.fps, scene.render.fps_base = FPS, 1.0
    made = []
    for actor, place, turn in ((one, (1.0, 2.0, 0.0), 40.0), (two, (-2.0, 0.5, 0.0), -70.0)):
        armature = _build(actor, rigs)
        armature.location, armature.rotation_euler.z = place, radians(turn)
        armature.scale = armature.scale * actor.size
        made.append(armature)
    scene.frame_set(START)
    current_view_layer().update()
    return plan_pair(made[0], made[1], scene, at_character=True)


def _build(actor: Actor, rigs: Path) -> bpy.types.Object:
    path = rigs / f"{actor.rig}.json"
    if actor.rig == "MMM Character":
        return character.add_character(current_scene().collection)
    if actor.rig == "Rigify":
        bpy.ops.preferences.addon_enable(module="rigify")
        return measured_rigs.build_rigify("basic", generate=True)
    if path.is_file():
        return measured_rigs.build_skeleton(path)
    armature, _ = measured_rigs.build_named_rig(actor.rig)
    if actor.shape is not None:
        measured_rigs.reshape(armature, actor.shape)
    return armature
