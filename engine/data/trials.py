"""From source clips to trials: 27 joints, 20 fps, metres, Y up, feet on the floor, with a report.

A trial is one recording on the uniform skeleton, whole. Captions refer to trials by name and time,
so what happens here fixes the time base of the caption file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from engine.data.calibration import calibrate_extremities, forget_hands, forget_rigid_wrists
from engine.data.conform import clearance, conform
from engine.data.formats.joint_files import read_joint_file, upright, with_uniform_bones
from engine.data.hand_keyed.actions import CYCLE_SECONDS, finish, is_stance, stays_on_floor
from engine.data.hand_keyed.bodies import hang_arms, measure_spread, settle
from engine.data.hand_keyed.cycles import find_cycle, tile
from engine.data.skeletons.upright import Upright
from engine.data.sources import SourceClip, holds_skeleton, read_clip
from engine.data.stances import Stances
from engine.errors import InputError
from engine.files.text import HOSTILE, told
from engine.motion.clip import SkeletonClip
from engine.motion.contacts import TOE_HEIGHT, measure_skate
from engine.motion.errors import MotionError
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D

Array = NDArray[np.floating]

FEET = (*HUMANML3D.feet_left, *HUMANML3D.feet_right)
# A joint that moves further than this between two frames at 20 fps (12 m/s) has jumped.
JUMP_METRES = 0.6
SHORTEST_SECONDS = 0.8  # of a trial that is of use


@dataclass(frozen=True)
class TrialReport:
    """What was found in one trial; lengths in metres, times in seconds.

    `skate` is the mean horizontal speed of a foot on the floor in mm a frame, `floor_range` how
    far the lowest foot point wanders (5th to 95th percentile), `jumps` the frames after which a
    joint leaps, `problem` why the trial is left out, if it is.
    """

    name: str
    archive: str
    licence: str
    openness: str
    description: str
    seconds: float
    travel: float
    skate: float
    floor_range: float
    jumps: str
    problem: str


def build_trials(clips: Iterable[SourceClip], out: Path, around: Iterable[SourceClip] = ()) -> list[TrialReport]:
    """Conform every clip into `out`/NAME.npy (T, 27, 3) float32 and write `out`/trials.csv.

    `around` are further clips of the same bodies, which may show how these stand.
    """
    out.mkdir(parents=True, exist_ok=True)
    clips = list(clips)
    reports: list[TrialReport] = []
    taken: dict[str, int] = {}
    stances = Stances((*clips, *around))
    for clip in tqdm(clips, desc="trials", unit="clip"):
        taken[clip.trial] = taken.get(clip.trial, 0) + 1
        name = clip.trial if taken[clip.trial] == 1 else f"{clip.trial}-{taken[clip.trial]}"
        # What an earlier build made of it, perhaps of another file, must not be taken for this one.
        (out / f"{name}.npy").unlink(missing_ok=True)
        try:
            joints = read_trial(clip, stances)
        except (*HOSTILE, ArithmeticError, np.linalg.LinAlgError, OSError) as error:
            # Whatever a file holds that nobody thought of, the others are read.
            reports.append(_report(clip, name, np.zeros((0, EXPRESSIVE.num_joints, 3)), _why(error)))
            continue
        problem = ""
        if len(joints) < SHORTEST_SECONDS * HUMANML3D.fps:
            problem = "too short"
        elif np.ptp(joints[:, EXPRESSIVE.required], axis=0).max() < 0.02:
            problem = "does not move"
        reports.append(_report(clip, name, joints, problem))
        if not problem:
            np.save(out / f"{name}.npy", joints.astype(np.float32))
    _calibrate(clips, [report.name for report in reports], out)
    with (out / "trials.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, [field.name for field in fields(TrialReport)])
        writer.writeheader()
        writer.writerows(asdict(report) for report in reports)
    return reports


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, InputError) else f"it cannot be read ({told(error)})"


def _calibrate(clips: Sequence[SourceClip], names: Sequence[str], out: Path) -> None:
    """Set the zero of heads and hands right for each body that is recorded under a number of its own (CMU's)."""
    bodies: dict[tuple[str, str], list[Path]] = {}
    for clip, name in zip(clips, names, strict=True):
        path, subject = out / f"{name}.npy", re.match(r"cmu_\d+", clip.trial)
        if subject and path.exists():
            bodies.setdefault((clip.archive.name, subject[0]), []).append(path)
    for paths in bodies.values():
        recordings = calibrate_extremities([np.load(path).astype(np.float64) for path in paths])
        for path, joints in zip(paths, recordings, strict=True):
            np.save(path, joints.astype(np.float32))


def read_trial(source: SourceClip, stances: Stances) -> Array:
    """Joints (T, 27, 3) of a source file, be it an animated skeleton or joint positions.

    Directions of head and hands that the file does not know are NaN.
    """
    suffix = source.path.suffix.lower()
    if suffix == ".npy" or (suffix == ".npz" and not holds_skeleton(source.path)):
        return place_on_floor(_widen(read_joint_file(source.path)))
    clip = read_clip(source)
    if not np.isfinite(clip.positions).all():
        raise MotionError("the clip contains NaN or infinite positions")
    if is_ours(clip):
        return build_trial(clip)
    if source.archive.hand_keyed:
        return _build_action(source, clip, stances)
    joints = build_trial(clip, stances.find(source, clip))
    if not source.archive.true_hands:
        joints = forget_hands(joints)
    if source.is_cycle:
        start, stop, _ = find_cycle(joints)
        return with_uniform_bones(tile(joints[start : stop + 1], CYCLE_SECONDS))
    return joints


def _build_action(source: SourceClip, clip: SkeletonClip, stances: Stances) -> Array:
    """Joints (T, 27, 3) of a stylised character's action, out of a stance of its own and back."""

    def conformed(name: str, read: SkeletonClip) -> Array:
        joints = build_trial(read, stances.find(source, read), stylised=True)
        return joints - [0.0, 1.0, 0.0] * clearance(joints)[:, None, None] if stays_on_floor(name) else joints

    others = stances.others(source, clip)
    idles = [conformed(name, other) for name, other in others if is_stance(name)]
    spread = measure_spread(idles)
    name = source.path.stem
    made = finish(name, hang_arms(conformed(name, clip), spread), [hang_arms(idle, spread) for idle in idles])
    return settle(name, with_uniform_bones(made))


def is_ours(clip: SkeletonClip) -> bool:
    """Whether this is our own skeleton, as we export it: its places say all, its rotations have no twist."""
    return set(HUMANML3D.joint_names) <= set(clip.joint_names)


def build_trial(clip: SkeletonClip, stance: Upright | None = None, stylised: bool = False) -> Array:
    """Joints (T, 27, 3) of one source clip at 20 fps, standing on the floor at y = 0.

    `stance` and `stylised` are those of `conform`.
    """
    if not np.isfinite(clip.positions).all():
        raise MotionError("the clip contains NaN or infinite positions")
    clip = drop_calibration_pose(clip).resample(HUMANML3D.fps)
    if is_ours(clip):
        own = EXPRESSIVE if set(EXPRESSIVE.joint_names) <= set(clip.joint_names) else HUMANML3D
        places = [clip.index(name) for name in own.joint_names]
        return place_on_floor(_widen(with_uniform_bones(upright(clip.positions[:, places]))))
    return place_on_floor(forget_rigid_wrists(conform(clip, stance, stylised)))


def _widen(joints: Array) -> Array:
    """(T, 22 or 27, 3) -> (T, 27, 3); what is not known is NaN."""
    missing = EXPRESSIVE.num_joints - joints.shape[1]
    return np.pad(joints, ((0, 0), (0, missing), (0, 0)), constant_values=np.nan)


def drop_calibration_pose(clip: SkeletonClip) -> SkeletonClip:
    """Cut leading frames up to a leap of the pose: many files begin with a T-pose.

    A leap is a step five times as large as any of the ten that follow it, and larger than a
    twentieth of the skeleton's height.
    """
    height = np.ptp(clip.rest_positions, axis=0).max()
    local = clip.positions - clip.positions[:, :1]
    steps = np.linalg.norm(np.diff(local[:14], axis=0), axis=-1).max(axis=1)
    for frame in range(min(3, len(steps) - 1), 0, -1):
        after = steps[frame : frame + 10]
        if len(after) and steps[frame - 1] > max(5 * after.max(), 0.05 * height):
            return clip.cut(frame)
    return clip


def place_on_floor(joints: Array) -> Array:
    """Move the clip vertically so that the toes rest on the floor where they are lowest.

    The 5th percentile over time of the lowest foot joint counts as standing: a single frame of
    noise below it does not lift the whole clip.
    """
    lowest = joints[:, FEET, 1].min(axis=1)
    return joints - [0.0, np.percentile(lowest, 5) - TOE_HEIGHT, 0.0]


def find_jumps(joints: Array) -> list[int]:
    """Frames after which some joint moves further than a body can."""
    step = np.linalg.norm(np.diff(joints[:, : HUMANML3D.num_joints], axis=0), axis=-1).max(axis=1)
    return [int(frame) for frame in np.flatnonzero(step > JUMP_METRES)]


def _report(clip: SourceClip, name: str, joints: Array, problem: str) -> TrialReport:
    lowest = joints[:, FEET, 1].min(axis=1) if len(joints) else np.zeros(1)
    return TrialReport(
        name=name,
        archive=clip.archive.name,
        licence=clip.archive.licence,
        openness=clip.archive.openness,
        description=clip.description,
        seconds=round(len(joints) / HUMANML3D.fps, 2),
        travel=round(float(np.abs(joints[-1, 0] - joints[0, 0]).max()), 2) if len(joints) else 0.0,
        skate=round(measure_skate(joints), 1),
        floor_range=round(float(np.percentile(lowest, 95) - np.percentile(lowest, 5)), 3),
        jumps=" ".join(map(str, find_jumps(joints))),
        problem=problem,
    )
