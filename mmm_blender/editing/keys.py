"""All that Blender keeps of the keys of one f-curve, as arrays: read, rewritten in part, written back unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..animation.actions import SAME_FRAME
from ..coordinates import FloatArray

# attribute of a key -> numbers a key, kind
ATTRIBUTES: dict[str, tuple[int, type]] = {
    "co": (2, np.float32),
    "handle_left": (2, np.float32),
    "handle_right": (2, np.float32),
    "handle_left_type": (1, np.int32),
    "handle_right_type": (1, np.int32),
    "interpolation": (1, np.int32),
    "easing": (1, np.int32),
    "type": (1, np.int32),
    "back": (1, np.float32),
    "amplitude": (1, np.float32),
    "period": (1, np.float32),
    "select_control_point": (1, np.bool_),
    "select_left_handle": (1, np.bool_),
    "select_right_handle": (1, np.bool_),
}
_PROPERTIES: Any = bpy.types.Keyframe.bl_rna.properties
FREE: int = _PROPERTIES["handle_left_type"].enum_items["FREE"].value
VECTOR: int = _PROPERTIES["handle_left_type"].enum_items["VECTOR"].value
LINEAR: int = _PROPERTIES["interpolation"].enum_items["LINEAR"].value
CONSTANT: int = _PROPERTIES["interpolation"].enum_items["CONSTANT"].value


@dataclass(frozen=True)
class Keys:
    """Attribute -> (K, n) array of all K keys in the order of time; see ``ATTRIBUTES``."""

    rows: dict[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.rows["co"])

    @property
    def frames(self) -> NDArray[np.float32]:
        return np.asarray(self.rows["co"][:, 0])

    def take(self, rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
        return {name: values[rows] for name, values in self.rows.items()}


def no_keys() -> Keys:
    """The keys of an empty curve."""
    return Keys({name: np.empty((0, size), kind) for name, (size, kind) in ATTRIBUTES.items()})


def read_keys(curve: bpy.types.FCurve) -> Keys:
    """The keys of ``curve``."""
    rows = {}
    for name, (size, kind) in ATTRIBUTES.items():
        values: NDArray[Any] = np.empty(len(curve.keyframe_points) * size, kind)
        curve.keyframe_points.foreach_get(name, values)
        rows[name] = values.reshape(-1, size)
    return Keys(rows)


def write_keys(curve: bpy.types.FCurve, keys: Keys) -> None:
    """Make ``keys`` the keys of ``curve``, bit by bit.

    ``FCurve.update`` is not called: it would compute automatic handles anew, those of kept keys too.
    """
    points: Any = curve.keyframe_points
    points.add(max(len(keys) - len(points), 0))
    while len(points) > len(keys):
        points.remove(points[len(points) - 1], fast=True)
    for name, values in keys.rows.items():
        points.foreach_set(name, np.ascontiguousarray(values).ravel())


def replace_span(
    keys: Keys,
    frames: FloatArray,
    values: FloatArray,
    held: bool,
    slopes: tuple[float, float],
    met: tuple[bool, bool] = (True, True),
) -> Keys:
    """``keys`` with one linear key at each of ``frames`` (N,), N > 1, of ``values`` (N,), instead of those in the span.

    Kept keys stay as they are. A key that was at an end of the span keeps its side away from it; a new
    one there goes on as the curve did, whose ``slopes`` at both ends (per frame) are given. ``held``: the
    last step is not interpolated. ``met``: the first and the last value are those of the curve; otherwise a key
    that was there takes the new one.
    """
    old = keys.frames
    before, after = old < frames[0] - SAME_FRAME, old > frames[-1] + SAME_FRAME
    fresh: dict[str, NDArray[Any]] = {
        name: np.zeros((len(frames), size), kind) for name, (size, kind) in ATTRIBUTES.items()
    }
    co = np.stack([frames, values], -1).astype(np.float32)
    third = np.zeros_like(co)
    third[:-1] = (co[1:] - co[:-1]) / 3
    fresh["co"], fresh["handle_right"] = co, co + third
    fresh["handle_left"] = co - np.concatenate([third[:1], third[:-1]])
    fresh["handle_left_type"][:], fresh["handle_right_type"][:], fresh["interpolation"][:] = VECTOR, VECTOR, LINEAR
    # what Blender gives new keys
    fresh["back"][:], fresh["amplitude"][:], fresh["period"][:] = 1.70158, 0.8, 4.1
    if held:
        fresh["interpolation"][-2] = CONSTANT
    if met[0]:
        _keep_left_side(fresh, keys, before, slopes[0])
    if met[1]:
        _keep_right_side(fresh, keys, after, slopes[1])
    first, last = keys.take(before), keys.take(after)
    return Keys({name: np.concatenate([first[name], fresh[name], last[name]]) for name in ATTRIBUTES})


def cut_behind(keys: Keys, frame: float, value: float, slope: float) -> Keys:
    """``keys`` up to ``frame``; where others lie behind, the curve's ``value`` there is keyed, come at by ``slope``."""
    before, behind = keys.frames <= frame + SAME_FRAME, keys.frames > frame + SAME_FRAME
    if not behind.any():
        return keys
    kept = Keys(keys.take(before))
    if len(kept) and abs(kept.frames[-1] - frame) <= SAME_FRAME:
        return kept
    frames, values = np.array([frame, frame + 1.0]), np.array([value, value])
    ended = replace_span(kept, frames, values, False, (slope, 0.0), (True, False))
    return Keys(ended.take(np.arange(len(kept) + 1)))


def _keep_left_side(fresh: dict[str, NDArray[Any]], keys: Keys, before: NDArray[np.bool_], slope: float) -> None:
    same = np.flatnonzero(np.abs(keys.frames - fresh["co"][0, 0]) < SAME_FRAME)
    if len(same):
        for name in ("co", "handle_left", "handle_left_type"):
            fresh[name][0] = keys.rows[name][same[0]]
    elif before.any():
        reach = (fresh["co"][0, 0] - keys.frames[before][-1]) / 3
        fresh["handle_left"][0] = fresh["co"][0] - np.array([reach, reach * slope], np.float32)
        fresh["handle_left_type"][0] = FREE


def _keep_right_side(fresh: dict[str, NDArray[Any]], keys: Keys, after: NDArray[np.bool_], slope: float) -> None:
    frame = fresh["co"][-1, 0]
    same = np.flatnonzero(np.abs(keys.frames - frame) < SAME_FRAME)
    under = same if len(same) else np.flatnonzero(keys.frames < frame)[-1:]
    for name in ("interpolation", "easing", "back", "amplitude", "period"):
        if len(under):
            fresh[name][-1] = keys.rows[name][under[0]]
    if len(same):
        for name in ("co", "handle_right", "handle_right_type", "type"):
            fresh[name][-1] = keys.rows[name][same[0]]
    elif after.any():
        reach = (keys.frames[after][0] - frame) / 3
        fresh["handle_right"][-1] = fresh["co"][-1] + np.array([reach, reach * slope], np.float32)
        fresh["handle_right_type"][-1] = FREE
