"""Joint paths at another frame rate, through a curve with continuous acceleration."""

from __future__ import annotations

import numpy as np

from ..coordinates import FloatArray
from .canonical import parents_of
from .rotations import normalize

FEW = 8  # columns up to which a tridiagonal system is solved column by column


def resample(values: FloatArray, fps: float, wanted: float) -> FloatArray:
    """``values`` (T, ...) at ``fps`` -> (S, ...) at ``wanted``, along natural cubic splines.

    The first frame stays; the last is the last whole frame inside the motion.
    """
    values = np.asarray(values, np.float64)
    if wanted == fps or len(values) < 2:
        return values
    last = len(values) - 1
    count = int(np.floor(last * wanted / fps + 1e-6)) + 1
    times = np.minimum(np.arange(count) * (fps / wanted), last)
    before = np.minimum(times.astype(int), last - 1)
    flat = values.reshape(len(values), -1)
    bend = _second_derivatives(flat)
    b = (times - before)[:, None]
    a = 1.0 - b
    curve = a * flat[before] + b * flat[before + 1]
    curve += ((a**3 - a) * bend[before] + (b**3 - b) * bend[before + 1]) / 6.0
    return curve.reshape(count, *values.shape[1:])


def solve_tridiagonal(lower: FloatArray, middle: FloatArray, upper: FloatArray, right: FloatArray) -> FloatArray:
    """Solve a tridiagonal system for every column of ``right`` (T, C), by Thomas' algorithm.

    ``lower[0]`` and ``upper[-1]`` are not read. All of ``lower``, ``middle``, ``upper``: (T,).
    """
    if right.shape[1] <= FEW:
        return _solve_few(lower.tolist(), middle.tolist(), upper.tolist(), right)
    count = len(middle)
    ratio, solved = np.empty(count), np.empty_like(right)
    ratio[0], solved[0] = upper[0] / middle[0], right[0] / middle[0]
    for row in range(1, count):
        pivot = middle[row] - lower[row] * ratio[row - 1]
        ratio[row] = upper[row] / pivot
        solved[row] = (right[row] - lower[row] * solved[row - 1]) / pivot
    for row in range(count - 2, -1, -1):
        solved[row] -= ratio[row] * solved[row + 1]
    return solved


def _solve_few(lower: list[float], middle: list[float], upper: list[float], right: FloatArray) -> FloatArray:
    """``solve_tridiagonal`` on plain numbers: numpy takes longer for a short row than for a sum."""
    ratio, inverse = [0.0] * len(middle), [0.0] * len(middle)
    for row, value in enumerate(middle):
        inverse[row] = 1.0 / (value - lower[row] * ratio[row - 1] if row else value)
        ratio[row] = upper[row] * inverse[row]
    solved = []
    for column in right.T.tolist():
        before = 0.0
        for row, value in enumerate(column):
            before = column[row] = (value - (lower[row] * before if row else 0.0)) * inverse[row]
        for row in range(len(column) - 2, -1, -1):
            before = column[row] = column[row] - ratio[row] * before
        solved.append(column)
    return np.array(solved).T


def _second_derivatives(values: FloatArray) -> FloatArray:
    """Second derivatives (T, C) of the natural cubic splines through ``values`` (T, C), one frame apart."""
    bend = np.zeros_like(values)
    inner = len(values) - 2
    if inner > 0:
        right = 6.0 * (values[2:] - 2.0 * values[1:-1] + values[:-2])
        ones = np.ones(inner)
        bend[1:-1] = solve_tridiagonal(ones, 4.0 * ones, ones, right)
    return bend


def resample_joints(joints: FloatArray, fps: float, wanted: float) -> FloatArray:
    """``resample`` for joints (T, J, 3), every bone as long as its frames say.

    Splines cut the corners of arcs: between two frames a leg that swings fast would be centimetres short.
    So directions are taken from the splines, and lengths, which hardly change, from the frames.
    """
    joints = np.asarray(joints, np.float64)
    if wanted == fps or len(joints) < 2:
        return joints
    splined = resample(joints, fps, wanted)
    parents = parents_of(joints)
    bones = joints - joints[:, parents]
    times = np.minimum(np.arange(len(splined)) * (fps / wanted), len(joints) - 1)
    frames = np.arange(len(joints))
    found = splined.copy()
    for child, parent in enumerate(parents):
        if parent >= 0:
            length = np.interp(times, frames, np.linalg.norm(bones[:, child], axis=-1))
            found[:, child] = found[:, parent] + length[:, None] * normalize(splined[:, child] - splined[:, parent])
    return found
