"""Acclaim skeletons and motion (ASF/AMC), the format of the CMU motion capture database.

An AMC value turns a bone within its own axis frame C: seen from the rest pose, the bone's rotation
relative to its parent is C M C^-1, with M and C built from angles applied in x, y, z order.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.files.text import HOSTILE, told
from engine.motion import rotations
from engine.motion.clip import SkeletonClip, pose_skeleton
from engine.motion.errors import MotionError

Array = NDArray[np.floating]

# CMU's files count in units of 1/0.45 inch.
METRES_PER_UNIT = 0.0254 / 0.45
# No number of a person's motion is larger, in units or degrees.
MOST = 1e7


@dataclass(frozen=True)
class _Bone:
    name: str
    direction: Array
    length: float
    axis: Array
    channels: tuple[str, ...]


def read_amc(asf_path: Path, amc_path: Path, fps: float) -> SkeletonClip:
    """Read a motion on its skeleton, Y up, in metres.

    A joint is named after the bone that starts in it; every bone's far end without a child bone
    becomes ``BONE_end``. AMC files carry no rate, so `fps` has to be given. Raises MotionError
    naming the file that cannot be read.
    """
    try:
        bones, parents = _read_skeleton(asf_path.read_text(errors="replace"))
    except (OSError, *HOSTILE) as error:
        raise MotionError(f"{asf_path}: not a readable ASF skeleton ({told(error)})") from error
    try:
        frames = _read_frames(amc_path.read_text(errors="replace"))
        _check_finite(bones, frames)
        return _pose_bones(bones, parents, frames, fps)
    except (OSError, *HOSTILE) as error:
        raise MotionError(f"{amc_path}: not a readable AMC motion ({told(error)})") from error


def _read_skeleton(text: str) -> tuple[list[_Bone], dict[str, str]]:
    sections = {}
    for block in text.split("\n:")[1:]:
        head, _, body = block.partition("\n")
        sections[head.split()[0]] = body
    bones = []
    for entry in sections["bonedata"].split("begin")[1:]:
        fields: dict[str, list[str]] = {}
        for line in entry.splitlines():
            words = line.split()
            if words:
                fields.setdefault(words[0], words[1:])
        bones.append(
            _Bone(
                fields["name"][0],
                np.asarray([float(word) for word in fields["direction"]]),
                float(fields["length"][0]),
                _turn(dict(zip("xyz", map(float, fields["axis"][:3]), strict=True))),
                tuple(fields.get("dof", ())),
            )
        )
    parents = {}
    for line in sections["hierarchy"].splitlines():
        words = line.split()
        if len(words) > 1:
            parents.update(dict.fromkeys(words[1:], words[0]))
    return bones, parents


def _check_finite(bones: list[_Bone], frames: dict[str, Array]) -> None:
    """Raises ValueError for numbers that are none or are absurd, bones of the skeleton included."""
    numbers = [*frames.values(), *(bone.direction for bone in bones), *(bone.axis for bone in bones)]
    numbers.append(np.asarray([bone.length for bone in bones]))
    if not all((np.abs(array) < MOST).all() for array in numbers):
        raise ValueError("it holds NaN, infinite or absurdly large values")


def _turn(degrees: dict[str, float] | dict[str, Array]) -> Array:
    """Quaternion of angles about fixed x, then y, then z; each a scalar or (T,)."""
    result = np.asarray([1.0, 0.0, 0.0, 0.0])
    for axis in "xyz":
        if axis in degrees:
            half = np.radians(np.asarray(degrees[axis]))[..., None] / 2
            unit = np.eye(3)["xyz".index(axis)]
            turn = np.concatenate((np.cos(half), np.sin(half) * unit), axis=-1)
            result = rotations.multiply(turn, np.broadcast_to(result, turn.shape))
    return result


def _read_frames(text: str) -> dict[str, Array]:
    """Channel values (T, D) by bone name."""
    values: dict[str, list[list[float]]] = {}
    started = False
    for line in text.splitlines():
        words = line.split()
        if not words or words[0][0] in ":#":
            continue
        if len(words) == 1 and words[0].isdigit():
            started = True
        elif started:
            values.setdefault(words[0], []).append([float(word) for word in words[1:]])
    if "root" not in values:
        raise ValueError("it has no frames")
    return {name: np.asarray(rows) for name, rows in values.items()}


def _pose_bones(bones: list[_Bone], parents: dict[str, str], frames: dict[str, Array], fps: float) -> SkeletonClip:
    count = len(frames["root"])
    by_name = {bone.name: bone for bone in bones}
    names, joint_parents, offsets = ["root"], [-1], [np.zeros(3)]
    local = [_turn(dict(zip("xyz", frames["root"][:, 3:6].T, strict=True)))]
    for bone in bones:
        above = parents[bone.name]
        names.append(bone.name)
        joint_parents.append(names.index(above))
        start = np.zeros(3) if above == "root" else by_name[above].direction * by_name[above].length
        offsets.append(start * METRES_PER_UNIT)
        turn = np.tile([1.0, 0.0, 0.0, 0.0], (count, 1))
        if bone.name in frames and bone.channels:
            angles = frames[bone.name]
            turn = _turn({name[1]: angles[:, i] for i, name in enumerate(bone.channels)})
        turn = rotations.multiply(bone.axis, rotations.multiply(turn, rotations.invert(bone.axis)))
        local.append(turn)
    for bone in bones:
        if bone.name not in parents.values():
            names.append(f"{bone.name}_end")
            joint_parents.append(names.index(bone.name))
            offsets.append(bone.direction * bone.length * METRES_PER_UNIT)
            local.append(np.tile([1.0, 0.0, 0.0, 0.0], (count, 1)))
    turns = np.stack(local, axis=1)
    translations = np.broadcast_to(np.stack(offsets), (count, len(names), 3)).copy()
    translations[:, 0] = frames["root"][:, :3] * METRES_PER_UNIT
    hierarchy = tuple(joint_parents)
    positions, turned = pose_skeleton(hierarchy, np.stack(offsets), turns, translations)
    identity = np.tile([1.0, 0.0, 0.0, 0.0], (1, len(names), 1))
    rest, rest_turned = pose_skeleton(hierarchy, np.stack(offsets), identity)
    return SkeletonClip(tuple(names), hierarchy, positions, turned, rest[0], rest_turned[0], fps)
