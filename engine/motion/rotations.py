"""Quaternion and 6-D rotation arithmetic on numpy arrays, vectorised over leading dimensions.

Quaternions are unit, scalar first (w, x, y, z).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def normalize(vectors: Array, epsilon: float = 1e-12) -> Array:
    """Scale (..., D) vectors to unit length; zero vectors stay zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(length, epsilon)


def cross(first: Array, second: Array) -> Array:
    """Cross product of (..., 3) vectors; leading dimensions broadcast.

    The same as numpy's, which spends most of its time on axes where the arrays are small, as they are here.
    """
    x1, y1, z1 = first[..., 0], first[..., 1], first[..., 2]
    x2, y2, z2 = second[..., 0], second[..., 1], second[..., 2]
    x = y1 * z2 - z1 * y2
    product = np.empty((*x.shape, 3), dtype=x.dtype)
    product[..., 0] = x
    product[..., 1] = z1 * x2 - x1 * z2
    product[..., 2] = x1 * y2 - y1 * x2
    return product


def multiply(first: Array, second: Array) -> Array:
    """Hamilton product of (..., 4) quaternions: rotate by `second`, then by `first`."""
    w1, x1, y1, z1 = first[..., 0], first[..., 1], first[..., 2], first[..., 3]
    w2, x2, y2, z2 = second[..., 0], second[..., 1], second[..., 2], second[..., 3]
    w = w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2
    product = np.empty((*w.shape, 4), dtype=w.dtype)
    product[..., 0] = w
    product[..., 1] = w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2
    product[..., 2] = w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2
    product[..., 3] = w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2
    return product


def invert(quaternions: Array) -> Array:
    """Conjugate of (..., 4) unit quaternions."""
    return quaternions * np.asarray([1.0, -1.0, -1.0, -1.0], dtype=quaternions.dtype)


def rotate(quaternions: Array, vectors: Array) -> Array:
    """Rotate (..., 3) vectors by (..., 4) quaternions; leading dimensions broadcast."""
    imaginary = quaternions[..., 1:]
    twice_cross = 2.0 * cross(imaginary, vectors)
    return vectors + quaternions[..., :1] * twice_cross + cross(imaginary, twice_cross)


def between(source: Array, target: Array) -> Array:
    """Shortest rotation (..., 4) taking unit vectors `source` onto `target`, both (..., 3).

    For opposite vectors any perpendicular axis serves; one is chosen, so no NaN comes out.
    """
    source, target = np.broadcast_arrays(source, target)
    cosine = np.sum(source * target, axis=-1, keepdims=True)
    quaternions = np.concatenate((1.0 + cosine, cross(source, target)), axis=-1)
    opposite = cosine[..., 0] < -1.0 + 1e-8
    if np.any(opposite):
        helper = np.where(np.abs(source[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
        axis = normalize(cross(source, helper))
        half_turn = np.concatenate((np.zeros_like(cosine), axis), axis=-1)
        quaternions = np.where(opposite[..., None], half_turn, quaternions)
    return normalize(quaternions)


def about_y(angles: Array) -> Array:
    """(..., 4) rotations by (...) radians about the vertical axis."""
    zeros = np.zeros_like(angles)
    return np.stack((np.cos(angles / 2), zeros, np.sin(angles / 2), zeros), axis=-1)


def to_matrix(quaternions: Array) -> Array:
    """(..., 4) quaternions to (..., 3, 3) matrices acting on column vectors."""
    basis = np.eye(3, dtype=quaternions.dtype)
    columns = [rotate(quaternions, np.broadcast_to(axis, (*quaternions.shape[:-1], 3))) for axis in basis]
    return np.stack(columns, axis=-1)


def from_matrix(matrices: Array) -> Array:
    """(..., 3, 3) rotation matrices to (..., 4) quaternions with w >= 0.

    Shepperd's method: the largest of the four squared components is taken as the divisor, so that
    precision holds near half turns.
    """
    m = matrices
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    squares = np.stack((trace, m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]), axis=-1)
    choice = np.argmax(squares, axis=-1)
    yz = m[..., 2, 1] - m[..., 1, 2]
    zx = m[..., 0, 2] - m[..., 2, 0]
    xy = m[..., 1, 0] - m[..., 0, 1]
    sum_yz = m[..., 2, 1] + m[..., 1, 2]
    sum_zx = m[..., 0, 2] + m[..., 2, 0]
    sum_xy = m[..., 1, 0] + m[..., 0, 1]
    candidates = np.stack(
        (
            np.stack((1 + trace, yz, zx, xy), axis=-1),
            np.stack((yz, 1 + 2 * m[..., 0, 0] - trace, sum_xy, sum_zx), axis=-1),
            np.stack((zx, sum_xy, 1 + 2 * m[..., 1, 1] - trace, sum_yz), axis=-1),
            np.stack((xy, sum_zx, sum_yz, 1 + 2 * m[..., 2, 2] - trace), axis=-1),
        ),
        axis=-2,
    )
    picked = np.take_along_axis(candidates, choice[..., None, None], axis=-2)[..., 0, :]
    picked = np.where(picked[..., :1] < 0, -picked, picked)
    return normalize(picked)


def to_six_d(quaternions: Array) -> Array:
    """(..., 4) to (..., 6): the first two columns of the matrix (Zhou et al., CVPR 2019)."""
    matrices = to_matrix(quaternions)
    return np.concatenate((matrices[..., :, 0], matrices[..., :, 1]), axis=-1)


def from_six_d(six_d: Array) -> Array:
    """(..., 6) to (..., 4) by Gram-Schmidt, the inverse of :func:`to_six_d` on valid input."""
    first = normalize(six_d[..., :3])
    third = normalize(cross(first, six_d[..., 3:]))
    second = cross(third, first)
    return from_matrix(np.stack((first, second, third), axis=-1))


def slerp(first: Array, second: Array, fraction: Array) -> Array:
    """Spherical interpolation along the shorter arc; `fraction` (...) in 0..1, broadcast."""
    cosine = np.sum(first * second, axis=-1, keepdims=True)
    second = np.where(cosine < 0, -second, second)
    angle = np.arccos(np.clip(np.abs(cosine), 0.0, 1.0))
    weight = np.asarray(fraction)[..., None]
    sine = np.sin(angle)
    near = sine < 1e-6
    safe = np.where(near, 1.0, sine)
    left = np.where(near, 1.0 - weight, np.sin((1.0 - weight) * angle) / safe)
    right = np.where(near, weight, np.sin(weight * angle) / safe)
    return normalize(left * first + right * second)


def fit_rotations(directions: Array, turned: Array) -> Array:
    """(T, 4) rotations that best take `directions` (N, 3) or (T, N, 3) onto `turned` (T, N, 3), N >= 2 (Kabsch).

    Unit vectors count alike, longer ones by the product of both lengths.
    """
    left, _, right = np.linalg.svd(np.swapaxes(turned, -1, -2) @ directions)
    proper = np.ones((len(turned), 3))
    proper[:, 2] = np.linalg.det(left @ right)
    return from_matrix((left * proper[:, None]) @ right)
