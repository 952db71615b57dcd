"""Keys on every frame become a few that an artist can work with: smooth curves through poses that matter.

All channels keep the same frames, so that a pose stays a pose. Between them a curve goes as a cubic with the slopes of
the dense keys (handles a third of the way long make a Bézier curve exactly that), so what is lost is known before
anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from ...animation.clock import clock_of
from ...animation.played import bone_of_path, played_curves
from ...coordinates import FloatArray
from ...rig import canonical
from ...rig.body.feet import contact_weights
from ...rig.finding.find_mapping import find_mapping
from ...rig.sampling import sample_frames
from ...translation import n_, rpt_
from ..keys import ATTRIBUTES, Keys, read_keys, write_keys

FEWEST = 6  # keys of a curve that can be thinned
DENSE = 0.5  # keys a frame from which on a curve counts as keyed throughout
TURNS = 0.05  # metres by which a hand, a foot or the hips turn round for that to be an extreme
APART = 3  # frames between two keys, where what is lost allows it
NOTHING_DENSE = n_("'{name}' has no curves with keys on every frame or nearly: there is nothing to thin")
_TYPES: Any = bpy.types.Keyframe.bl_rna.properties
ALIGNED: int = _TYPES["handle_left_type"].enum_items["ALIGNED"].value
BEZIER: int = _TYPES["interpolation"].enum_items["BEZIER"].value


@dataclass(frozen=True)
class Thinned:
    """``before`` and ``after``: keys a curve; ``error``: scene units by which anything moves, at most."""

    before: int
    after: int
    error: float


def thin_keys(armature: bpy.types.Object, scene: bpy.types.Scene, tolerance: float) -> Thinned:
    """Leave out keys of the played action while nothing moves by more than ``tolerance``, in scene units.

    Keys where a foot comes down or lifts off stay, and where hands, feet or hips turn round. Curves that were keyed
    sparsely are not touched. All or nothing. Raises ValueError, saying what to do.
    """
    curves = [curve for curve in played_curves(armature) if _is_dense(curve)]
    if not curves:
        raise ValueError(rpt_(NOTHING_DENSE).format(name=armature.name))
    old = [read_keys(curve) for curve in curves]
    first, last = min(keys.frames[0] for keys in old), max(keys.frames[-1] for keys in old)
    frames = np.unique(np.append(np.arange(first, last), last)).astype(np.float64)
    values = np.array([[curve.evaluate(frame) for frame in frames] for curve in curves]).T
    slopes = np.gradient(values, frames, axis=0)
    weights = np.array([_reach(armature, curve) for curve in curves])
    kept = _fit(frames, values * weights, slopes * weights, _marked(armature, scene, frames), tolerance)
    lost = np.abs(_between(frames, values * weights, slopes * weights, kept) - values * weights).max()
    try:
        for column, curve in enumerate(curves):
            write_keys(curve, _smooth_keys(frames[kept], values[kept, column], slopes[kept, column]))
    except BaseException:
        for curve, keys in zip(curves, old, strict=True):
            write_keys(curve, keys)
        raise
    armature.update_tag(refresh={"TIME"})
    return Thinned(max(map(len, old)), len(kept), float(lost))


def _is_dense(curve: bpy.types.FCurve) -> bool:
    points: Any = curve.keyframe_points
    if len(points) < FEWEST or not curve.data_path.endswith(("location", "quaternion", "euler", "axis_angle")):
        return False
    return len(points) >= DENSE * (points[-1].co[0] - points[0].co[0])


def _reach(armature: bpy.types.Object, curve: bpy.types.FCurve) -> float:
    """Scene units by which one unit of a curve moves what it carries, at most."""
    scale = float(np.abs(np.array(armature.matrix_world.to_scale())).max())
    bone = armature.data.bones.get(bone_of_path(curve.data_path))  # type: ignore[union-attr]
    if curve.data_path.endswith("location"):
        return scale if bone is not None else 1.0
    carried = [bone, *bone.children_recursive] if bone is not None else list(armature.data.bones)  # type: ignore[union-attr]
    head = np.array(bone.head_local if bone is not None else (0.0, 0.0, 0.0))
    length = max(float(np.linalg.norm(np.array(each.tail_local) - head)) for each in carried)
    # a quaternion's numbers change by half the angle
    return scale * length * (2.0 if curve.data_path.endswith("quaternion") else 1.0)


def _marked(armature: bpy.types.Object, scene: bpy.types.Scene, frames: FloatArray) -> set[int]:
    """Rows of ``frames`` that an animator would key: contacts that begin or end, and extremes."""
    joints = sample_frames(armature, find_mapping(armature), scene, clock_of(armature).to_scene(frames))
    fps = scene.render.fps / scene.render.fps_base
    found = {0, len(frames) - 1}
    for side in ("left", "right"):
        stands = contact_weights(joints[:, canonical.INDEX[f"{side}_foot"]], fps) > 0.5
        found |= set((np.flatnonzero(stands[1:] != stands[:-1]) + 1).tolist())
    for joint in ("left_wrist", "right_wrist", "left_ankle", "right_ankle", "pelvis"):
        for axis in range(3):
            found |= turning_points(joints[:, canonical.INDEX[joint], axis], TURNS)
    return _apart(found, len(frames) - 1)


def _apart(rows: set[int], last: int) -> set[int]:
    """``rows`` without those that crowd the one before or an end: keys side by side make spikes of every fix."""
    kept = [0]
    for row in sorted(rows):
        if row - kept[-1] >= APART and last - row >= APART:
            kept.append(row)
    return {*kept, last}


def turning_points(values: FloatArray, least: float) -> set[int]:
    """Rows at which ``values`` (T,) turn round after having gone ``least``, and go as far again."""
    found: set[int] = set()
    best, direction = 0, 0
    low = high = 0
    for row, value in enumerate(values):
        low, high = (row if value < values[low] else low), (row if value > values[high] else high)
        if direction == 0:
            if value - values[low] > least or values[high] - value > least:
                direction = 1 if value - values[low] > least else -1
                best = row
        elif (value - values[best]) * direction > 0:
            best = row
        elif (values[best] - value) * direction > least:
            found.add(best)
            direction, best = -direction, row
    return found


def _fit(frames: FloatArray, values: FloatArray, slopes: FloatArray, marked: set[int], tolerance: float) -> FloatArray:
    """Rows to keep: the ``marked`` ones, and the worst of those between until all are within ``tolerance``."""
    kept = sorted(marked)
    spans = list(zip(kept, kept[1:], strict=False))
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        off = np.abs(_cubic(frames, values, slopes, first, last) - values[first : last + 1]).max(1)
        worst = int(off.argmax())
        if off[worst] > tolerance:
            worst = int(np.clip(worst, min(APART, (last - first) // 2), max(last - first - APART, (last - first) // 2)))
            kept.append(first + worst)
            spans += [(first, first + worst), (first + worst, last)]
    return np.array(sorted(kept))


def _cubic(frames: FloatArray, values: FloatArray, slopes: FloatArray, first: int, last: int) -> FloatArray:
    """(n, C) the cubic from row ``first`` to row ``last``, both included."""
    length = frames[last] - frames[first]
    t = ((frames[first : last + 1] - frames[first]) / length)[:, None]
    start = values[first] * (1 + 2 * t) * (1 - t) ** 2 + slopes[first] * length * t * (1 - t) ** 2
    return np.asarray(start + values[last] * t**2 * (3 - 2 * t) - slopes[last] * length * t**2 * (1 - t))


def _between(frames: FloatArray, values: FloatArray, slopes: FloatArray, kept: FloatArray) -> FloatArray:
    found = values.copy()
    for first, last in zip(kept, kept[1:], strict=False):
        found[first : last + 1] = _cubic(frames, values, slopes, int(first), int(last))
    return found


def _smooth_keys(frames: FloatArray, values: FloatArray, slopes: FloatArray) -> Keys:
    """Bézier keys whose handles lie a third of the way to the next one, along the slope: moved, they stay smooth."""
    count = len(frames)
    rows: dict[str, Any] = {name: np.zeros((count, size), kind) for name, (size, kind) in ATTRIBUTES.items()}
    step = np.diff(frames) / 3
    for name, away in (("handle_left", -np.append(step[:1], step)), ("handle_right", np.append(step, step[-1:]))):
        rows[name][:] = np.stack((frames + away, values + slopes * away), -1)
        rows[f"{name}_type"][:] = ALIGNED
    rows["co"][:] = np.stack((frames, values), -1)
    rows["interpolation"][:] = BEZIER
    rows["back"][:], rows["amplitude"][:], rows["period"][:] = 1.70158, 0.8, 4.1
    return Keys(rows)
