"""Which joint of a skeleton of unknown names is what: asked of the finder that the add-on maps rigs with.

There is one finder, in `mmm_blender.rig.finding`, pure numpy. It is asked as everything of Blender's side is: through
a process, with a file that holds the skeleton.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.blender_process import find_bones
from engine.errors import InputError
from engine.motion.clip import SkeletonClip

Array = NDArray[np.floating]

END = "_end"
SIDES = ("left", "right")


def find_joints(clip: SkeletonClip) -> dict[str, str]:
    """Joint names of a clip by what they are (the add-on's slots: "pelvis", "spine1", "left_hip" ...).

    The rest pose is looked at first, then the first frame, then the frame in which the body is tallest; joints at the
    ends of chains count as joints of their own only where it does not go without them. Raises InputError saying what
    cannot be found.
    """
    problem = ""
    for pose, with_ends in _looks(clip):
        try:
            return _ask(clip, pose, with_ends)
        except InputError as error:
            problem = problem or str(error)
    raise InputError(problem)


def _looks(clip: SkeletonClip) -> Iterator[tuple[Array, bool]]:
    spread = np.ptp(clip.positions, axis=1).max(axis=-1)
    poses = [clip.rest_positions, clip.positions[0], clip.positions[int(np.argmax(spread))]]
    for with_ends in (False, True):
        for pose in poses:
            yield pose, with_ends


def _ask(clip: SkeletonClip, pose: Array, with_ends: bool) -> dict[str, str]:
    names = clip.joint_names
    kept = [joint for joint, name in enumerate(names) if with_ends or not name.endswith(END)]
    rows = {joint: row for row, joint in enumerate(kept)}
    children: dict[int, list[int]] = {joint: [] for joint in range(len(names))}
    for joint, parent in enumerate(clip.parents):
        if parent >= 0:
            children[parent].append(joint)
    size = float(np.ptp(pose, axis=0).max())
    tails = [
        pose[children[joint]].mean(axis=0) if children[joint] else pose[joint] + [0.0, 0.0, 1e-3 * size]
        for joint in kept
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "skeleton.npz"
        np.savez(
            path,
            names=np.asarray([names[joint] for joint in kept]),
            parents=np.asarray([rows.get(clip.parents[joint], -1) for joint in kept], np.int32),
            heads=pose[kept],
            tails=np.asarray(tails),
        )
        return find_bones(path)
