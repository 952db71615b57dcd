"""Which bone mirrors which, found from names where they tell and from shape where they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...coordinates import FloatArray
from ..skeleton import RestSkeleton
from .bone_names import mirrored_name

TOLERANCE = 0.025  # share of the skeleton's size: a mirrored bone lies this near to its image
NAMED_PAIRS = 6  # so many pairs by name, and names are trusted
FEWEST_PAIRS = 3  # a pair of limbs has at least as many


@dataclass(frozen=True)
class Symmetry:
    """``pairs``: row -> row of its mirror image, both ways. ``lateral`` (3,): unit vector across the body,
    of unknown sign.
    """

    pairs: dict[int, int]
    lateral: FloatArray


def find_symmetry(rig: RestSkeleton) -> Symmetry | None:
    """The symmetry of a skeleton, or None when it shows none."""
    named = _pairs_by_name(rig)
    shaped = max(_shape_candidates(rig), key=lambda found: len(found.pairs), default=None)
    if shaped is not None and len(shaped.pairs) >= max(2 * NAMED_PAIRS, 0.5 * len(named)):
        return shaped
    if len(named) >= 2 * NAMED_PAIRS:
        rows = [row for row in named if row < named[row]]
        across = np.array([rig.heads[row] - rig.heads[named[row]] for row in rows])
        main = across[np.linalg.norm(across, axis=-1).argmax()]
        across *= np.where(across @ main < 0, -1.0, 1.0)[:, None]
        total = across.sum(0)
        length = float(np.linalg.norm(total))
        if length > 1e-9:
            return Symmetry(named, total / length)
    return shaped if shaped is not None and len(shaped.pairs) >= 2 * FEWEST_PAIRS else None


def _pairs_by_name(rig: RestSkeleton) -> dict[int, int]:
    pairs = {}
    for row, name in enumerate(rig.names):
        other = mirrored_name(name)
        if other is not None and other in rig and rig.index(other) != row:
            pairs[row] = rig.index(other)
    return {row: other for row, other in pairs.items() if pairs.get(other) == row}


def _shape_candidates(rig: RestSkeleton) -> list[Symmetry]:
    """One candidate for each axis of the armature and each place the plane may be."""
    size = float(np.ptp(np.percentile(rig.heads, [2, 98], axis=0), axis=0).max())
    roots = [row for row, parent in enumerate(rig.parents) if parent < 0]
    found = []
    for axis in np.eye(3):
        at = rig.heads @ axis
        for middle in {0.0, round(float(np.median(at)), 6), *(round(float(at[row]), 6) for row in roots)}:
            found.append(Symmetry(_match_shape(rig, axis, middle, TOLERANCE * size, roots), axis))
    return found


def _match_shape(
    rig: RestSkeleton, axis: FloatArray, middle: float, tolerance: float, roots: list[int]
) -> dict[int, int]:
    """Pairs found by walking the hierarchy from the top, mirroring what hangs on each pair."""
    children = rig.children()
    centres = _subtree_centres(rig)
    offset = rig.heads @ axis - middle
    image = rig.heads - 2 * offset[:, None] * axis
    centre_image = centres - 2 * (centres @ axis - middle)[:, None] * axis
    pairs: dict[int, int] = {}
    queue: list[tuple[int, int]] = [(-1, -1)]  # pairs of parents; a bone of the middle is its own image
    while queue:
        here, there = queue.pop()
        siblings, others = (roots if row < 0 else children[row] for row in (here, there))
        free = set(others)
        for row in siblings:
            if row in pairs or row not in free and here == there:
                continue
            costs = {
                other: np.linalg.norm(image[row] - rig.heads[other])
                # bones in one place are told apart by what hangs on them
                + np.linalg.norm(centre_image[row] - centres[other])
                for other in free
            }
            best = min(costs, key=lambda other: costs[other], default=None)
            # what hangs on one side only (a sword) moves the centre, not the head
            if best is None or np.linalg.norm(image[row] - rig.heads[best]) > tolerance:
                continue
            free.discard(best)
            queue.append((row, best))
            if best != row:
                free.discard(row)
                pairs[row], pairs[best] = best, row
    return pairs


def _subtree_centres(rig: RestSkeleton) -> FloatArray:
    """(B, 3) mean place of each bone and all that hangs on it."""
    total, count = rig.heads.copy(), np.ones(len(rig.names))
    for row in range(len(rig.names) - 1, -1, -1):
        parent = rig.parents[row]
        if parent >= 0:
            total[parent] += total[row]
            count[parent] += count[row]
    return np.asarray(total / count[:, None])
