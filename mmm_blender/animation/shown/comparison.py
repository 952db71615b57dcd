"""Whether a rig shows the motion that was keyed on it: posed by Blender at some frames, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ...coordinates import FloatArray
from ...rig import slots
from ...rig.basis import PosedBody
from ...rig.body.torso import Points, chest_slot
from ...rig.mapping import RigMapping
from ...rig.rotations import normalize
from ...rig.skeleton import RigRest, read_rest
from ...scene import current_view_layer, pose_bones
from ...translation import rpt_
from ..played import root_moved
from .holders import acting_constraints, find_holders, moved_by
from .obstacles import Obstacle, ObstacleError, looked_at, name_bones
from .settings import telling_frames

IntArray = NDArray[np.intp]
LOOKS = 3  # times that Blender poses a rig for it, the frame that the scene is at among them
LOOKS_AT_MUCH = 2  # ... a rig of controls or of many bones, which takes long to pose
MANY_BONES = 150
TURNED = np.radians(5.0)  # a bone that is turned otherwise by more does not show the motion
ASTRAY = 0.05  # share of the leg's length: hips that are farther from where they are to be do not either
TRANSFORMS = (
    ("location", 3, 0.0),
    ("rotation_euler", 3, 0.0),
    ("rotation_quaternion", 4, (1.0, 0.0, 0.0, 0.0)),
    ("rotation_axis_angle", 4, (0.0, 0.0, 1.0, 0.0)),
    ("scale", 3, 1.0),
)


@dataclass(frozen=True)
class Wanted:
    """What was keyed: ``body`` on the bones of ``mapping``, whose rest is ``rest``, a row at each of ``frames`` (T,).

    ``carried`` (T, 4, 4): motion of the object from where it ``stood`` (4, 4), which the body is to be taken out of, or
    None. ``on_root``: the body
    lies on top of what the root bone does. ``slack``: radians that left-out keys may cost.
    """

    mapping: RigMapping
    rest: RigRest
    body: PosedBody
    frames: FloatArray
    carried: FloatArray | None
    stood: FloatArray
    on_root: bool
    slack: float = 0.0


def find_miss(armature: bpy.types.Object, scene: bpy.types.Scene, wanted: Wanted, rows: IntArray) -> Obstacle | None:
    """What does not follow the keys, looked at in some of ``rows`` of the motion; None where all does.

    The scene's current frame is put back.
    """
    seen_on = wanted.mapping.for_sampling()
    shown = wanted.rest if seen_on is wanted.mapping else read_rest(armature, seen_on)
    places = wanted.body.positions()
    now = scene.frame_current, scene.frame_subframe
    found: dict[str, float] = {}
    astray, travels = 0.0, True
    try:
        much = wanted.mapping.controls or len(pose_bones(armature)) > MANY_BONES
        told = telling_frames(armature, float(wanted.frames[rows[0]]), float(wanted.frames[rows[-1]]))
        for row in _choose_rows(wanted, rows, now[0] + now[1], LOOKS_AT_MUCH if much else LOOKS, told):
            frame = float(wanted.frames[row])
            whole = int(np.floor(frame + 1e-6))
            scene.frame_set(whole, subframe=float(np.clip(frame - whole, 0.0, 0.9999)))
            matrices = _pose(armature, shown, wanted, row)
            for slot, angle in _turned(shown, matrices, wanted, places, row).items():
                found[slot] = max(found.get(slot, 0.0), angle)
            astray = max(astray, _astray(shown, matrices, places, row))
            travels &= _travels(armature, shown, wanted, row)
    finally:
        if (scene.frame_current, scene.frame_subframe) != now:
            scene.frame_set(now[0], subframe=now[1])
    missed = {slot: angle for slot, angle in found.items() if angle > TURNED + wanted.slack}
    if astray > ASTRAY + wanted.slack:
        missed.setdefault("pelvis", 0.0)
    if not travels:
        text = rpt_("'{name}' itself does not travel: constraints or drivers of the object hold it, mute them first")
        return Obstacle(text.format(name=armature.name))
    if not missed:
        return None
    bones = [wanted.mapping.bones[slot] for slot in sorted(missed, key=lambda slot: -missed[slot])]
    return _tell(armature, bones, max(missed.values()))


def check_free(armature: bpy.types.Object, scene: bpy.types.Scene, rest: RigRest, first: float, last: float) -> None:
    """Raise ObstacleError when bones, from scene frame ``first`` to ``last``, are turned otherwise than their channels
    say, and not by controls that are keyed with them (``rest.loose``). The current frame is put back.
    """
    steering = {each.bone for each in rest.loose}
    steered: set[str] = set()
    for bone, constraint in acting_constraints(armature):
        goals = {getattr(constraint, key, None) for key in ("subtarget", "pole_subtarget")}
        if goals & steering:
            steered |= {each.name for each in moved_by(bone, constraint)}
    pairs = zip(rest.joints, rest.bones, strict=True)
    watched = [bone for slot, bone in pairs if slot in slots.REQUIRED and bone not in steered]
    now = scene.frame_current, scene.frame_subframe
    off: dict[str, float] = {}
    try:
        for frame in looked_at(armature, first, last, LOOKS):
            scene.frame_set(int(frame))
            for name in watched:
                angle = _off_its_channels(pose_bones(armature)[name])
                if angle > TURNED:
                    off[name] = max(off.get(name, 0.0), angle)
    finally:
        scene.frame_set(now[0], subframe=now[1])
    if off:
        raise ObstacleError(_tell(armature, sorted(off, key=lambda name: -off[name]), max(off.values())))


def _off_its_channels(pose_bone: bpy.types.PoseBone) -> float:
    """Radians between how a bone is turned and how its own channels turn it below its parent."""
    bone, parent = pose_bone.bone, pose_bone.parent
    above = {"parent_matrix": parent.matrix, "parent_matrix_local": parent.bone.matrix_local} if parent else {}
    own = bone.convert_local_to_pose(pose_bone.matrix_basis, bone.matrix_local, **above)  # type: ignore[arg-type]
    return float(own.to_quaternion().rotation_difference(pose_bone.matrix.to_quaternion()).angle)


@contextmanager
def keeping_pose(armature: bpy.types.Object) -> Iterator[None]:
    """When what is done inside raises, the armature is in the pose that it had, whatever was evaluated since."""
    restore = take_pose(armature)
    try:
        yield
    except BaseException:
        restore()
        current_view_layer().update()
        raise


def take_pose(armature: bpy.types.Object) -> Callable[[], None]:
    """What brings back the pose that an armature object has now, and its own transform and its bones' settings."""
    bones = pose_bones(armature)
    pose = {name: np.empty(len(bones) * size, np.float32) for name, size, _ in TRANSFORMS}
    for name, values in pose.items():
        bones.foreach_get(name, values)
    own = {name: tuple(getattr(armature, name)) for name, _, _ in TRANSFORMS}
    settings = [
        (bone.name, key, bone[key])
        for bone in bones
        for key in bone.keys()  # noqa: SIM118
        if isinstance(bone[key], (int, float))
    ]

    def restore() -> None:
        bones = pose_bones(armature)
        for name, values in pose.items():
            bones.foreach_set(name, values)
        for name, given in own.items():
            setattr(armature, name, given)
        for bone, key, value in settings:
            bones[bone][key] = value
        armature.update_tag(refresh={"OBJECT", "DATA"})

    return restore


def _choose_rows(wanted: Wanted, rows: IntArray, now: float, looks: int, told: FloatArray) -> list[int]:
    """Some of ``rows`` whose poses are farthest from each other, and those nearest to ``told`` frames; last the one at
    the scene's frame ``now``, if any.
    """
    count = len(wanted.frames)
    every = [turn.reshape(count, 9) for turn in wanted.body.turns.values() if len(turn) == count]
    poses = np.concatenate(every, -1)[rows]
    here = np.flatnonzero(np.abs(wanted.frames[rows] - now) < 1e-6)
    away = np.linalg.norm(poses - poses[here[0] if len(here) else 0], axis=-1)
    chosen: list[int] = []
    for _ in range(looks - 1):
        chosen.append(int(away.argmax()))
        away = np.minimum(away, np.linalg.norm(poses - poses[chosen[-1]], axis=-1))
    chosen += [int(np.abs(wanted.frames[rows] - frame).argmin()) for frame in told]
    return [int(row) for row in rows[[*chosen, *here[:1]]]]


def _pose(armature: bpy.types.Object, shown: RigRest, wanted: Wanted, row: int) -> dict[str, FloatArray]:
    """Slot -> (4, 4) of the bone that shows it, in the space that the body was fitted in."""
    bones = pose_bones(armature)
    back = np.eye(4)
    if wanted.carried is not None:
        back = wanted.carried[row]
    elif wanted.on_root and (moved := root_moved(armature, wanted.rest)) is not None:
        back = np.linalg.inv(moved)
    pairs = zip(shown.joints, shown.bones, strict=True)
    return {slot: back @ np.array(bones[bone].matrix) for slot, bone in pairs if slot in wanted.rest.joints}


def _turned(
    shown: RigRest, matrices: dict[str, FloatArray], wanted: Wanted, places: Points, row: int
) -> dict[str, float]:
    """Slot -> radians between how its bone is turned and how it was to be."""
    found: dict[str, float] = {}
    for side in slots.SIDES:
        for chain in (slots.LEG[:3], slots.ARM[1:]):
            for upper, lower in zip(chain, chain[1:], strict=False):
                a, b = f"{side}_{upper}", f"{side}_{lower}"
                now = normalize(matrices[b][:3, 3] - matrices[a][:3, 3])
                aim = normalize(places[b][row] - places[a][row])
                found[a] = float(np.arccos(np.clip(now @ aim, -1.0, 1.0)))
    if wanted.mapping.controls:  # what shows a control may be bent and twisted in its own way
        return found
    ends = [f"{side}_{joint}" for side in slots.SIDES for joint in ("ankle", "wrist")]
    for slot in ("pelvis", chest_slot(wanted.rest), "head", *ends):
        if slot in matrices and slot in wanted.body.turns:
            axes = matrices[slot][:3, :3] / np.linalg.norm(matrices[slot][:3, :3], axis=0)
            turn = wanted.body.turns[slot]
            gap = axes @ shown.rotations[slot].T @ turn[min(row, len(turn) - 1)].T
            found[slot] = float(np.arccos(np.clip((np.trace(gap) - 1) / 2, -1.0, 1.0)))
    return found


def _astray(shown: RigRest, matrices: dict[str, FloatArray], places: Points, row: int) -> float:
    """How far the hips are from where they were to be, as a share of the leg's length."""
    now = (matrices["left_hip"][:3, 3] + matrices["right_hip"][:3, 3]) / 2
    aim = (places["left_hip"][row] + places["right_hip"][row]) / 2
    return float(np.linalg.norm(now - aim) / shown.leg_length())


def _travels(armature: bpy.types.Object, shown: RigRest, wanted: Wanted, row: int) -> bool:
    """Whether the object is where its keys bring it; its parent, which may move, is nobody's business."""
    if wanted.carried is None or armature.parent is not None:
        return True
    now, aim = np.array(armature.matrix_world), wanted.stood @ wanted.carried[row]
    size = float(np.linalg.norm(aim[:3, 0])) * shown.leg_length()
    return bool(np.linalg.norm((now - aim)[:3, 3]) < (ASTRAY + wanted.slack) * size)


def _tell(armature: bpy.types.Object, bones: list[str], most: float) -> Obstacle:
    """One line that names the bones, up to ``most`` radians off, and what moves them."""
    off = rpt_("up to {angle:.0f} degrees off").format(angle=np.degrees(most)) if most else rpt_("in another place")
    holders = find_holders(armature, bones)
    if not holders:
        text = rpt_("{bones} do not show the motion ({off}), something else moves them: look for other add-ons")
        return Obstacle(text.format(bones=name_bones(bones), off=off), bones=tuple(bones))
    kinds = sorted({kind for each in holders.values() for kind in each})
    text = rpt_("{bones} do not show the motion ({off}): {kinds} on {holders} hold them, mute or unlock that")
    text = text.format(bones=name_bones(bones), off=off, kinds=", ".join(kinds), holders=name_bones(holders))
    return Obstacle(text, "RELEASE", tuple(holders))
