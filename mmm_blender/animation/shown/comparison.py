"""Whether a rig shows the motion that was keyed on it: posed by Blender at some frames, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ...coordinates import FloatArray
from ...rig import slots
from ...rig.basis import PosedBody, replaced_slots
from ...rig.body.torso import Points, chest_slot
from ...rig.mapping import RigMapping
from ...rig.rotations import normalize
from ...rig.skeleton import RigRest, read_rest
from ...scene import pose_bones
from ...translation import rpt_
from ..played import root_moved
from .controls import driven_switches, strayed_controls
from .holders import acting_constraints, find_holders, follows_others, moved_by
from .obstacles import Obstacle, ObstacleError, looked_at, name_bones
from .settings import telling_frames
from .strays import find_meddlers

IntArray = NDArray[np.intp]
LOOKS = 3  # times that Blender poses a rig for it, the frame that the scene is at among them
LOOKS_AT_MUCH = 2  # ... a rig of controls or of many bones, which takes long to pose
LOOKS_AT_OTHERS = 5  # ... and with those, one whose bones follow other objects
MANY_BONES = 150
TURNED = np.radians(5.0)  # a bone that is turned otherwise by more does not show the motion
A_LITTLE = np.radians(1.0)  # ... but is named where others are turned by so much
ASTRAY = 0.05  # share of the leg's length: hips that are farther from where they are to be do not either


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
    away: dict[str, float] = {}
    travels = True
    try:
        much = wanted.mapping.controls or len(pose_bones(armature)) > MANY_BONES
        first, last = float(wanted.frames[rows[0]]), float(wanted.frames[rows[-1]])
        told = telling_frames(armature, first, last)
        if follows_others(armature):  # they move in their own time
            told = np.unique([*told, *np.round(np.linspace(first, last, LOOKS_AT_OTHERS))])
        chosen = _choose_rows(wanted, rows, now[0] + now[1], LOOKS_AT_MUCH if much else LOOKS, told)
        for row in chosen:
            _show(scene, float(wanted.frames[row]))
            for rest in (shown, wanted.rest) if shown is not wanted.rest else (shown,):
                matrices = _pose(armature, rest, wanted, row)
                for slot, angle in _turned(rest, matrices, wanted, places, row).items():
                    found[slot] = max(found.get(slot, 0.0), angle)
                for slot, distance in _astray(rest, matrices, wanted, places, row).items():
                    away[slot] = max(away.get(slot, 0.0), distance)
            travels &= _travels(armature, shown, wanted, row)
    finally:
        if (scene.frame_current, scene.frame_subframe) != now:
            scene.frame_set(now[0], subframe=now[1])
    missed = {slot: angle for slot, angle in found.items() if angle > TURNED + wanted.slack}
    for slot, distance in away.items():
        if distance > ASTRAY + wanted.slack:
            missed.setdefault(slot, 0.0)
    if not travels:
        text = rpt_("'{name}' itself does not travel: constraints or drivers of the object hold it, mute them first")
        return Obstacle(text.format(name=armature.name))
    if not missed:
        return None
    strayed: set[str] = set()
    if wanted.mapping.controls:
        for row in chosen:
            _show(scene, float(wanted.frames[row]))
            strayed |= _off(strayed_controls(armature, wanted.rest, {}))
        scene.frame_set(now[0], subframe=now[1])
    bones = [wanted.mapping.bones[slot] for slot in sorted(missed, key=lambda slot: -missed[slot])]
    return explain_miss(armature, wanted.mapping, wanted.rest, bones, max(missed.values()), strayed)


def _show(scene: bpy.types.Scene, frame: float) -> None:
    whole = int(np.floor(frame + 1e-6))
    scene.frame_set(whole, subframe=float(np.clip(frame - whole, 0.0, 0.9999)))


def check_free(
    armature: bpy.types.Object,
    scene: bpy.types.Scene,
    mapping: RigMapping,
    rest: RigRest,
    first: float,
    last: float,
    follows: Mapping[str, float] | None = None,
) -> None:
    """Raise ObstacleError when bones, from scene frame ``first`` to ``last``, are turned otherwise than their channels
    say, and not by controls that are keyed with them (``rest.loose``). The current frame is put back.

    Of a rig of controls these are looked at, and those count that something holds; ``follows``: see
    ``strayed_controls``.
    """
    steering = {each.bone for each in rest.loose}
    steered: set[str] = set()
    for bone, constraint in acting_constraints(armature):
        goals = {getattr(constraint, key, None) for key in ("subtarget", "pole_subtarget")}
        if goals & steering:
            steered |= {each.name for each in moved_by(bone, constraint)}
    pairs = zip(rest.joints, rest.bones, strict=True)
    aside = {*slots.all_fingers(), *(twist for joint in rest.joints for twist in slots.twist_slots(joint)), "root"}
    watched = [bone for slot, bone in pairs if slot not in aside and bone not in steered]
    now = scene.frame_current, scene.frame_subframe
    off: dict[str, float] = {}
    try:
        looks = LOOKS_AT_OTHERS if follows_others(armature) else LOOKS
        for frame in looked_at(armature, first, last, looks):
            scene.frame_set(int(frame))
            if mapping.controls:
                strayed = strayed_controls(armature, rest, follows or {})
            else:
                strayed = {name: _off_its_channels(pose_bones(armature)[name]) for name in watched}
                strayed = {name: (angle, away / rest.leg_length()) for name, (angle, away) in strayed.items()}
            found = {name: strayed[name][0] for name in _off(strayed)}
            if found and not mapping.controls:
                found |= {name: angle for name, (angle, _) in strayed.items() if angle > A_LITTLE}
            off |= {name: max(angle, off.get(name, 0.0)) for name, angle in found.items()}
    finally:
        scene.frame_set(now[0], subframe=now[1])
    if mapping.controls and not find_holders(armature, off, above=False, placed=_placed(rest)):
        # nothing holds them themselves: bones that an edit puts to rest may carry them, or others are held
        off = off if off and find_meddlers(armature, mapping, rest) else {}
    if off:
        bones = sorted(off, key=lambda name: -off[name])
        raise ObstacleError(explain_miss(armature, mapping, rest, bones, max(off.values()), set(off)))


def _off(strayed: Mapping[str, tuple[float, float]]) -> set[str]:
    """Those of the controls ``strayed`` that are off by more than a motion may miss."""
    return {name for name, (angle, away) in strayed.items() if angle > TURNED or away > ASTRAY}


def _placed(rest: RigRest) -> set[str]:
    """Bones whose location is keyed."""
    limbs = {name for controls in rest.limbs.values() for name in controls.names()}
    return {rest.carrier} | limbs | {each.bone for each in rest.loose}


def _off_its_channels(pose_bone: bpy.types.PoseBone) -> tuple[float, float]:
    """Radians, and armature units with the size counted along its length, between how a bone is posed and how its own
    channels pose it below its parent.
    """
    bone, parent = pose_bone.bone, pose_bone.parent
    above = {"parent_matrix": parent.matrix, "parent_matrix_local": parent.bone.matrix_local} if parent else {}
    own = bone.convert_local_to_pose(pose_bone.matrix_basis, bone.matrix_local, **above)  # type: ignore[arg-type]
    angle = own.to_quaternion().rotation_difference(pose_bone.matrix.to_quaternion()).angle
    grown = abs(own.to_scale()[1] - pose_bone.matrix.to_scale()[1]) * bone.length
    away = 0.0 if bone.use_connect else (own.translation - pose_bone.matrix.translation).length
    return float(min(angle, 2 * np.pi - angle)), float(away + grown)  # a quaternion and its negative turn alike


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


def _pose(armature: bpy.types.Object, seen: RigRest, wanted: Wanted, row: int) -> dict[str, FloatArray]:
    """Slot -> (4, 4) of the bone that shows it, in the space that the body was fitted in.

    Of controls, those of limbs that other controls move are nobody's business.
    """
    bones = pose_bones(armature)
    back = np.eye(4)
    if wanted.carried is not None:
        back = wanted.carried[row]
    elif wanted.on_root and (moved := root_moved(armature, wanted.rest)) is not None:
        back = np.linalg.inv(moved)
    idle = replaced_slots(wanted.rest) if seen is wanted.rest else set()
    pairs = zip(seen.joints, seen.bones, strict=True)
    return {
        slot: back @ np.array(bones[bone].matrix)
        for slot, bone in pairs
        if slot in wanted.rest.joints and slot in wanted.body.turns and slot not in idle
    }


def _turned(
    seen: RigRest, matrices: dict[str, FloatArray], wanted: Wanted, places: Points, row: int
) -> dict[str, float]:
    """Slot -> radians between how its bone is turned and how it was to be."""
    found: dict[str, float] = {}
    for side in slots.SIDES:
        for chain in (slots.LEG[:3], slots.ARM[1:]):
            for upper, lower in zip(chain, chain[1:], strict=False):
                a, b = f"{side}_{upper}", f"{side}_{lower}"
                if a in matrices and b in matrices:
                    now = normalize(matrices[b][:3, 3] - matrices[a][:3, 3])
                    aim = normalize(places[b][row] - places[a][row])
                    found[a] = float(np.arccos(np.clip(now @ aim, -1.0, 1.0)))
    # upper arms and thighs that inverse kinematics turns may be twisted in its own way
    ends = [f"{side}_{joint}" for side in slots.SIDES for joint in ("ankle", "wrist")]
    for slot in ("pelvis", chest_slot(wanted.rest), "neck", "head", *ends):
        if slot in matrices:
            axes = matrices[slot][:3, :3] / np.linalg.norm(matrices[slot][:3, :3], axis=0)
            gap = axes @ seen.rotations[slot].T @ _turn_of(wanted, slot, row).T
            found[slot] = float(np.arccos(np.clip((np.trace(gap) - 1) / 2, -1.0, 1.0)))
    return found


def _astray(
    seen: RigRest, matrices: dict[str, FloatArray], wanted: Wanted, places: Points, row: int
) -> dict[str, float]:
    """Slot -> how far its bone is from where it was to be, as a share of the leg's length."""
    found = {}
    for slot in (*slots.REQUIRED, "head", *(f"{side}_foot" for side in slots.SIDES)):
        if slot in matrices and slot in places:
            aside = seen.heads[slot] - wanted.rest.heads[slot]  # a control need not sit where what it moves begins
            aim = places[slot][row] + _turn_of(wanted, slot, row) @ aside
            found[slot] = float(np.linalg.norm(matrices[slot][:3, 3] - aim) / seen.leg_length())
    return found


def _turn_of(wanted: Wanted, slot: str, row: int) -> FloatArray:
    turn = wanted.body.turns[slot]
    return turn[min(row, len(turn) - 1)]


def _travels(armature: bpy.types.Object, shown: RigRest, wanted: Wanted, row: int) -> bool:
    """Whether the object is where its keys bring it; its parent, which may move, is nobody's business."""
    if wanted.carried is None or armature.parent is not None:
        return True
    now, aim = np.array(armature.matrix_world), wanted.stood @ wanted.carried[row]
    size = float(np.linalg.norm(aim[:3, 0])) * shown.leg_length()
    return bool(np.linalg.norm((now - aim)[:3, 3]) < (ASTRAY + wanted.slack) * size)


def explain_miss(
    armature: bpy.types.Object, mapping: RigMapping, rest: RigRest, bones: list[str], most: float, strayed: set[str]
) -> Obstacle:
    """One line that names the bones, up to ``most`` radians off, and what moves them; of a rig of controls what moves
    those that have ``strayed``, since all that is between them is the rig's own.
    """
    off = rpt_("in another place")
    if most > TURNED:
        off = rpt_("up to {angle:.0f} degrees off").format(angle=np.degrees(most))
    if mapping.controls:
        holders = _holders_of_controls(armature, mapping, rest, bones, strayed)
    else:
        holders = find_holders(armature, _with_carrier(mapping, rest, bones), placed=_placed(rest))
    if not holders:
        text = rpt_("{bones} do not show the motion ({off}), something else moves them: look for other add-ons")
        return Obstacle(text.format(bones=name_bones(bones), off=off), bones=tuple(bones))
    kinds = sorted({kind for each in holders.values() for kind in each})
    text = rpt_("{bones} do not show the motion ({off}): {kinds} on {holders} hold them, mute or unlock that")
    text = text.format(bones=name_bones(bones), off=off, kinds=", ".join(kinds), holders=name_bones(holders))
    return Obstacle(text, "RELEASE", tuple(holders))


def _holders_of_controls(
    armature: bpy.types.Object, mapping: RigMapping, rest: RigRest, bones: list[str], strayed: set[str]
) -> dict[str, list[str]]:
    """What holds controls that have ``strayed``; else locks and drivers of those that move ``bones``, and of switches;
    else constraints of other controls.
    """
    placed = _placed(rest)
    found = find_holders(armature, strayed, above=False, placed=placed)
    if not found:
        slot_of = dict(zip(rest.bones, rest.joints, strict=True))
        moving = {each.target for limb, each in rest.limbs.items() if {slot_of[bone] for bone in bones} & _chain(limb)}
        asked = {*_with_carrier(mapping, rest, bones), *moving}
        found = find_holders(armature, asked, above=False, placed=placed)
    for bone in driven_switches(armature, mapping):
        found[bone] = [rpt_("drivers")]
    return found or find_meddlers(armature, mapping, rest)


def _with_carrier(mapping: RigMapping, rest: RigRest, bones: list[str]) -> list[str]:
    """``bones`` and, if the pelvis is among them, the bone that takes its location."""
    return [*bones, rest.carrier] if mapping.bones["pelvis"] in bones else bones


def _chain(limb: str) -> set[str]:
    """Slots of a limb such as "left_leg"."""
    side, kind = limb.split("_")
    return {f"{side}_{joint}" for joint in (slots.LEG if kind == "leg" else slots.ARM)}
