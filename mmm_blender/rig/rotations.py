"""Rotations for many frames at once, in plain numpy.

Matrices (..., 3, 3) act on column vectors. Quaternions (..., 4) are wxyz and of unit length.
"""

from __future__ import annotations

import numpy as np

from ..coordinates import FloatArray

TINY = 1e-9  # a shorter vector or quaternion has no direction


def normalize(vectors: FloatArray) -> FloatArray:
    """Unit vectors (..., 3); a zero vector stays zero instead of becoming NaN."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), TINY)


def rotate(matrices: FloatArray, vectors: FloatArray) -> FloatArray:
    """Apply (..., 3, 3) to (..., 3), broadcasting the leading axes."""
    return np.einsum("...ij,...j->...i", matrices, vectors)


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Scalar products (...) of vectors (..., 3)."""
    return np.asarray(np.sum(a * b, -1))


def smooth(values: FloatArray, width: float) -> FloatArray:
    """Gaussian average of (T,) or (T, C) over frames, ``width`` the standard deviation in frames."""
    reach = max(int(np.ceil(3 * width)), 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(width, 1e-6)) ** 2)
    kernel /= kernel.sum()
    columns = values.reshape(len(values), -1)
    padded = np.pad(columns, ((reach, reach), (0, 0)), mode="edge")
    averaged = [np.convolve(padded[:, column], kernel, "valid") for column in range(columns.shape[1])]
    return np.stack(averaged, -1).reshape(values.shape)


def frame(primary: FloatArray, secondary: FloatArray) -> FloatArray:
    """Orthonormal frames (..., 3, 3): first axis along ``primary``, second as near as possible to
    ``secondary``; both (..., 3) and not parallel.
    """
    first = normalize(primary)
    second = normalize(secondary - first * np.sum(first * secondary, -1, keepdims=True))
    return np.stack([first, second, np.cross(first, second)], -1)


def swing(start: FloatArray, end: FloatArray) -> FloatArray:
    """Smallest rotations (..., 3, 3) taking directions ``start`` to ``end`` (..., 3).

    For opposite directions, where the axis is undefined, an arbitrary perpendicular one is used.
    """
    a, b = np.broadcast_arrays(normalize(start), normalize(end))
    cosine = np.sum(a * b, -1, keepdims=True)
    other = np.where(np.abs(a[..., :1]) < 0.7, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    axis = np.where(cosine < -1 + 1e-8, normalize(np.cross(a, other)), np.cross(a, b))
    w = np.where(cosine < -1 + 1e-8, 0.0, 1.0 + cosine)
    q = np.concatenate([w, axis], -1)
    return to_matrices(q / np.maximum(np.linalg.norm(q, axis=-1, keepdims=True), TINY))


def about(axis: FloatArray, angle: FloatArray) -> FloatArray:
    """Rotations (..., 3, 3) by ``angle`` (...) radians about unit ``axis`` (..., 3)."""
    half = np.asarray(angle)[..., None] / 2
    return to_matrices(np.concatenate([np.cos(half), np.sin(half) * axis], -1))


def twist_angle(turns: FloatArray, axis: FloatArray) -> FloatArray:
    """How far (...), -pi to pi, rotations ``turns`` (..., 3, 3) turn about unit ``axis`` (..., 3)."""
    quaternions = to_quaternions(turns)
    angle = 2 * np.arctan2(dot(quaternions[..., 1:], axis), quaternions[..., 0])
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)


def within_reach(angle: FloatArray, most: float) -> FloatArray:
    """``angle`` (...), -pi to pi, as it is up to ``most``; beyond, where a joint cannot turn, it fades to 0 at pi.

    So a share of it does not jump where an angle that is noise goes from one half turn over to the other.
    """
    return np.asarray(np.sign(angle) * np.minimum(np.abs(angle), most * (np.pi - np.abs(angle)) / (np.pi - most)))


def to_matrices(quaternions: FloatArray) -> FloatArray:
    """(..., 4) -> (..., 3, 3)."""
    w, x, y, z = np.moveaxis(np.asarray(quaternions), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)


def to_quaternions(matrices: FloatArray) -> FloatArray:
    """(..., 3, 3) -> (..., 4); of the two signs, any."""
    m = np.asarray(matrices, np.float64)
    diagonal = np.stack([m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], -1)
    trace = diagonal.sum(-1, keepdims=True)
    squares = 1 + np.concatenate([trace, 2 * diagonal - trace], -1)  # 4 w², 4 x², 4 y², 4 z²
    lower = np.stack([m[..., 2, 1], m[..., 0, 2], m[..., 1, 0]], -1)
    upper = np.stack([m[..., 1, 2], m[..., 2, 0], m[..., 0, 1]], -1)
    wx, wy, wz = np.moveaxis(lower - upper, -1, 0)
    yz, xz, xy = np.moveaxis(lower + upper, -1, 0)
    ww, xx, yy, zz = np.moveaxis(squares, -1, 0)
    # every row is the quaternion times four times one of its components: the largest is the safest
    rows = [[ww, wx, wy, wz], [wx, xx, xy, xz], [wy, xy, yy, yz], [wz, xz, yz, zz]]
    table = np.stack([np.stack(row, -1) for row in rows], -2)
    best = squares.argmax(-1)[..., None, None]
    quaternions = np.take_along_axis(table, best, -2)[..., 0, :]
    return quaternions / np.linalg.norm(quaternions, axis=-1, keepdims=True)


def continuous(quaternions: FloatArray) -> FloatArray:
    """Choose signs so that (T, ..., 4) never jumps to the other half sphere between frames."""
    flips = np.where(np.sum(quaternions[1:] * quaternions[:-1], -1) < 0, -1.0, 1.0)
    signs = np.concatenate([np.ones((1, *flips.shape[1:])), np.cumprod(flips, axis=0)])
    return quaternions * signs[..., None]


def slerp(start: FloatArray, end: FloatArray, amount: FloatArray | float) -> FloatArray:
    """Shortest-path interpolation of quaternions (..., 4); ``amount`` broadcasts over (...)."""
    share = np.asarray(amount)[..., None]
    cosine = np.sum(start * end, -1, keepdims=True)
    end = np.where(cosine < 0, -end, end)
    angle = np.arccos(np.clip(np.abs(cosine), 0.0, 1.0))
    sine = np.sin(angle)
    near = sine < 1e-6
    safe = np.where(near, 1.0, sine)
    a = np.where(near, 1 - share, np.sin((1 - share) * angle) / safe)
    b = np.where(near, share, np.sin(share * angle) / safe)
    mixed = a * start + b * end
    return mixed / np.linalg.norm(mixed, axis=-1, keepdims=True)


def slerp_matrices(start: FloatArray, end: FloatArray, amount: FloatArray | float) -> FloatArray:
    """``slerp`` for matrices (..., 3, 3)."""
    return to_matrices(slerp(to_quaternions(start), to_quaternions(end), amount))


def to_eulers(matrices: FloatArray, order: str) -> FloatArray:
    """(T, ..., 3, 3) -> unwrapped Euler angles (T, ..., 3), radians, as Blender's rotation modes have them.

    ``order``: "XYZ" turns about X first. Of the solutions each frame takes the one nearest to the
    frame before, and the first frame the one nearest to zero.
    """
    m = np.asarray(matrices, np.float64)
    i, j, k = ("XYZ".index(axis) for axis in order)
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    cosine = np.hypot(m[..., i, i], m[..., j, i])
    middle = np.arctan2(-sign * m[..., k, i], cosine)
    first = np.arctan2(sign * m[..., k, j], m[..., k, k])
    last = np.arctan2(sign * m[..., j, i], m[..., i, i])
    angles = np.empty((*m.shape[:-2], 3))
    previous = np.zeros((*m.shape[1:-2], 3))
    turn = 2 * np.pi
    for row in range(len(m)):
        # locked gimbal: only the sum of the outer angles is known, so the last one stays
        locked = cosine[row] < 1e-6
        z = np.where(locked, previous[..., k], last[row])
        c, s = np.cos(z), np.sin(z) * sign
        free = np.arctan2(
            -sign * (c * m[row, ..., j, k] - s * m[row, ..., i, k]), c * m[row, ..., j, j] - s * m[row, ..., i, j]
        )
        x = np.where(locked, free, first[row])
        choices = np.empty((2, *previous.shape))
        choices[0][..., i], choices[0][..., j], choices[0][..., k] = x, middle[row], z
        choices[1][..., i], choices[1][..., j], choices[1][..., k] = x + np.pi, np.pi - middle[row], z + np.pi
        choices += turn * np.round((previous - choices) / turn)
        far = np.abs(choices - previous).sum(-1)
        previous = np.where((far[0] <= far[1])[..., None], choices[0], choices[1])
        angles[row] = previous
    return angles
