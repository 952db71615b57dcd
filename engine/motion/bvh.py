"""Biovision hierarchy (BVH) files, in and out.

Format: the HIERARCHY section lists joints with an offset and a channel order, the MOTION section
one line of channel values per frame, angles in degrees, rotations applied in channel order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.files.text import HOSTILE, read_text, told
from engine.files.whole import written_whole
from engine.motion import rotations
from engine.motion.clip import SkeletonClip, pose_skeleton
from engine.motion.errors import MotionError
from engine.motion.skeleton import HUMANML3D, Skeleton, skeleton_of
from engine.motion.uniform import uniform_offsets

Array = NDArray[np.floating]

CHANNELS = {f"{axis}{kind}" for axis in "xyz" for kind in ("position", "rotation")}
# Bounds of a file that is a person's motion: bytes, joints times frames, frames a second, and any number in it.
MOST_BYTES, MOST_POSES, MOST_FPS, MOST = 400_000_000, 20_000_000, 1000.0, 1e7
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_NAME = re.compile(r"^\s*((?:ROOT|JOINT|End)\b)[ \t]+([^\n{}]+?)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
AXES = {"X": (1.0, 0.0, 0.0), "Y": (0.0, 1.0, 0.0), "Z": (0.0, 0.0, 1.0)}


class _Joint:
    """A joint while its file is being read."""

    def __init__(self, name: str, parent: int) -> None:
        self.name = name
        self.parent = parent
        self.offset = (0.0, 0.0, 0.0)
        self.channels: list[str] = []


def read_bvh(path: Path) -> SkeletonClip:
    """Read a BVH file as global joint transforms in the file's axes and unit.

    Raises MotionError, naming the file, for anything that is not a complete BVH with motion.
    """
    try:
        words = _words(path)
        joints, words_left = _read_hierarchy(iter(words))
        frame_time, values = _read_motion(words_left)
    except (StopIteration, *HOSTILE) as error:
        if isinstance(error, InputError):
            raise MotionError(str(error)) from error
        raise MotionError(f"{path}: not a complete BVH file ({told(error)})") from error
    width = sum(len(joint.channels) for joint in joints)
    if width == 0:
        raise MotionError(f"{path}: no joint has channels, so there is no motion to read")
    if values.size == 0 or values.size % width:
        raise MotionError(f"{path}: {values.size} motion values do not divide into frames of {width} channels")
    offsets = np.asarray([joint.offset for joint in joints])
    if not (np.abs(values) < MOST).all() or not (np.abs(offsets) < MOST).all():
        raise MotionError(f"{path}: the motion contains NaN, infinite or absurdly large values")
    if values.size // width * len(joints) > MOST_POSES:
        raise MotionError(f"{path}: {values.size // width} frames of {len(joints)} joints are too many: cut it")
    return _pose_joints(joints, values.reshape(-1, width), 1.0 / frame_time)


def _words(path: Path) -> list[str]:
    """The file's words; joint names may have spaces, numbers a decimal comma, text an older encoding."""
    try:
        text = read_text(path, MOST_BYTES)
    except InputError:
        # Names in an older encoding; that everything else is there is seen later.
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            raise
        text = path.read_text(encoding="latin-1")
    head, motion, frames = text.partition("MOTION")
    head = _NAME.sub(lambda found: f"{found[1]} {'_'.join(found[2].split())}\n", head)
    head, frames = (_COMMA.sub(".", part) for part in (head, frames))
    return f"{head}{motion}{frames}".split()


def _read_hierarchy(words: Iterator[str]) -> tuple[list[_Joint], Iterator[str]]:
    joints: list[_Joint] = []
    stack: list[int] = []
    if next(words).upper() != "HIERARCHY":
        raise ValueError("it does not begin with HIERARCHY")
    for word in words:
        key = word.upper()
        if key in ("ROOT", "JOINT"):
            joints.append(_Joint(next(words), stack[-1] if stack else -1))
        elif key == "END":
            next(words)
            joints.append(_Joint(f"{joints[stack[-1]].name}_end", stack[-1]))
        elif key == "{":
            stack.append(len(joints) - 1)
        elif key == "}":
            stack.pop()
        elif key == "OFFSET":
            x, y, z = [float(next(words)) for _ in range(3)]
            joints[stack[-1]].offset = (x, y, z)
        elif key == "CHANNELS":
            channels = [next(words) for _ in range(int(next(words)))]
            strange = [name for name in channels if name.lower() not in CHANNELS]
            if strange:
                raise ValueError(f"unknown channel {strange[0]!r}")
            joints[stack[-1]].channels = channels
        elif key == "MOTION":
            if not joints:
                raise ValueError("it has no joints")
            return joints, words
        else:
            raise ValueError(f"unexpected word {word!r} in the hierarchy")
    raise ValueError("it has no MOTION section")


def _read_motion(words: Iterator[str]) -> tuple[float, Array]:
    frame_time = 0.0
    for word in words:
        if word.upper() == "TIME:":
            frame_time = float(next(words))
            break
    if not 0 < frame_time < float("inf"):
        raise ValueError("the frame time is missing or not positive")
    if frame_time >= 1.0:
        # Some writers count in milliseconds.
        frame_time /= 1000.0
    if not 1.0 / MOST_FPS <= frame_time <= 1.0:
        raise ValueError(f"a frame time of {frame_time:g} s is none of a motion")
    return frame_time, np.asarray(list(words), dtype=np.float64)


def _pose_joints(joints: list[_Joint], values: Array, fps: float) -> SkeletonClip:
    frames, count = len(values), len(joints)
    local = np.zeros((frames, count, 4))
    local[..., 0] = 1.0
    offsets = np.asarray([joint.offset for joint in joints])
    translations = np.broadcast_to(offsets, (frames, count, 3)).copy()
    column = 0
    for index, joint in enumerate(joints):
        for channel in joint.channels:
            axis = channel[0].upper()
            if channel.lower().endswith("position"):
                translations[:, index, "XYZ".index(axis)] = values[:, column]
            else:
                half = np.radians(values[:, column, None]) / 2
                turn = np.concatenate((np.cos(half), np.sin(half) * AXES[axis]), axis=-1)
                local[:, index] = rotations.multiply(local[:, index], turn)
            column += 1
    parents = tuple(joint.parent for joint in joints)
    positions, turned = pose_skeleton(parents, offsets, local, translations)
    identity = np.tile([1.0, 0.0, 0.0, 0.0], (1, count, 1))
    rest_positions, rest_rotations = pose_skeleton(parents, offsets, identity)
    return SkeletonClip(
        tuple(joint.name for joint in joints),
        parents,
        positions,
        turned,
        rest_positions[0],
        rest_rotations[0],
        fps,
    )


class _Node:
    """A joint to be written: where it hangs and how it is turned in the world, (T, 4)."""

    def __init__(self, name: str, offset: Array, world: Array, parent: _Node | None) -> None:
        self.name = name
        self.offset = offset
        self.local = world
        self.world = world
        self.children: list[_Node] = []
        if parent is not None:
            self.local = rotations.multiply(rotations.invert(parent.world), world)
            parent.children.append(self)


def write_bvh(path: Path, joints: Array, fps: float, scale: float = 100.0) -> None:
    """Write joints (T, J, 3) in metres, Y up, as a BVH of `scale` units a metre (centimetres).

    The rest pose is the T-pose, facing +Z. A bone turns from its parent's attitude by the shortest way, so that its
    twist follows the limb. Where several bones leave one joint, each gets a joint of zero length of its own
    (``..._base``, as in the CMU release's ``LHipJoint``), so that the positions come back exactly. Bone lengths are
    those of the first frame.
    """
    joints = np.asarray(joints, dtype=np.float64)
    root = _build_nodes(joints, scale)
    lines, order = ["HIERARCHY"], []

    def describe(node: _Node, depth: int) -> None:
        pad = "  " * depth
        order.append(node)
        position = "" if depth else "Xposition Yposition Zposition "
        lines.append(f"{pad}{'JOINT' if depth else 'ROOT'} {node.name}")
        lines.append(pad + "{")
        lines.append(f"{pad}  OFFSET " + " ".join(f"{value:.5f}" for value in node.offset))
        lines.append(f"{pad}  CHANNELS {3 if depth else 6} {position}Zrotation Xrotation Yrotation")
        for child in node.children:
            describe(child, depth + 1)
        if not node.children:
            lines.extend((f"{pad}  End Site", pad + "  {", f"{pad}    OFFSET 0 0 0", pad + "  }"))
        lines.append(pad + "}")

    describe(root, 0)
    lines.extend(("MOTION", f"Frames: {len(joints)}", f"Frame Time: {1.0 / fps:.7f}"))
    angles = _to_euler_zxy(np.stack([node.local for node in order], axis=1))
    rows = np.concatenate((joints[:, 0] * scale, angles.reshape(len(joints), -1)), axis=1)
    lines.extend(" ".join(f"{value:.5f}" for value in row) for row in rows)
    with written_whole(path) as unfinished:
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _build_nodes(joints: Array, scale: float) -> _Node:
    """The tree to write, posed so that every bone points as `joints` (T, J, 3) do."""
    skeleton = skeleton_of(joints.shape[1])
    parents = skeleton.parents
    directions = _rest_directions(skeleton)
    lengths = np.linalg.norm(joints[0] - joints[0, list(parents)], axis=-1)
    offsets = directions * lengths[:, None] * scale
    bones = rotations.normalize(joints - joints[:, list(parents)])
    still = np.tile([1.0, 0.0, 0.0, 0.0], (len(joints), 1))
    nowhere = np.zeros(3)

    def swung(carried: Array, joint: int) -> Array:
        """An attitude (T, 4) turned on by the shortest way until it points the bone of `joint`."""
        turn = rotations.between(rotations.rotate(carried, directions[joint]), bones[:, joint])
        return rotations.multiply(turn, carried)

    def hang(joint: int, offset: Array, carried: Array, parent: _Node | None) -> _Node:
        children = [child for child, above in enumerate(parents) if above == joint]
        if len(children) > 1:
            turned = rotations.fit_rotations(directions[children], bones[:, children])
        else:
            turned = swung(carried, children[0]) if children else carried
        node = _Node(skeleton.joint_names[joint], offset, turned, parent)
        for child in children:
            base, own = node, turned
            if len(children) > 1:
                own = swung(turned, child)
                base = _Node(f"{skeleton.joint_names[child]}_base", nowhere, own, node)
            hang(child, offsets[child], own, base)
        return node

    return hang(0, nowhere, still, None)


def _rest_directions(skeleton: Skeleton) -> Array:
    """(J, 3) unit directions of the bones in the rest pose; the root's is of no account."""
    if skeleton.joint_names[: HUMANML3D.num_joints] == HUMANML3D.joint_names:
        directions = uniform_offsets(skeleton).copy()
    else:
        directions = np.asarray(skeleton.raw_offsets, dtype=np.float64)
    directions[0] = (0.0, 1.0, 0.0)
    return rotations.normalize(directions)


def _to_euler_zxy(quaternions: Array) -> Array:
    """(T, J, 4) to degrees (T, J, 3) about Z, then X, then Y, free of jumps along time."""
    m = rotations.to_matrix(quaternions)
    x = np.arcsin(np.clip(m[..., 2, 1], -1.0, 1.0))
    z = np.arctan2(-m[..., 0, 1], m[..., 1, 1])
    y = np.arctan2(-m[..., 2, 0], m[..., 2, 2])
    return np.degrees(np.unwrap(np.stack((z, x, y), axis=-1), axis=0))
