"""The text-to-motion metrics, as pure numpy functions on embeddings.

Definitions follow the protocol of Guo et al., *Generating Diverse and Natural 3D Human Motions from
Text* (CVPR 2022), section 5: R-Precision and multimodal distance between text and motion
embeddings, Frechet distance, Diversity and MultiModality between motion embeddings. All distances
are Euclidean. Absolute values belong to one evaluator and compare only within it.

Three deliberate deviations, each there because our test sets are small:

* tied distances share the credit of a hit, so a generator that always returns one motion scores at
  chance instead of by the order of its rows;
* random pairs are always two different clips (the original may pair a clip with itself);
* pools may exclude pairs named in `conflicts` (identical captions, same trial), for which the
  protocol's "31 mismatched" descriptions would not be mismatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class RetrievalScores:
    """R-Precision at 1, 2, 3 (fractions) and the mean distance of matching pairs."""

    r_precision: tuple[float, float, float]
    mm_dist: float


@dataclass(frozen=True)
class Estimate:
    """Mean of repeated measurements with the half width of its 95 % confidence interval."""

    mean: float
    ci95: float
    repeats: int


def estimate(values: Sequence[float]) -> Estimate:
    """1.96 sigma / sqrt(n) around the mean, sigma the population deviation as in the protocol.

    The interval is NaN for a single measurement: one repeat says nothing about the spread.
    """
    if len(values) == 0:
        raise ValueError("no measurements to summarise")
    data = np.asarray(values, dtype=np.float64)
    spread = 1.96 * data.std() / np.sqrt(len(data)) if len(data) > 1 else float("nan")
    return Estimate(mean=float(data.mean()), ci95=float(spread), repeats=len(data))


def euclidean_distances(left: Array, right: Array) -> Array:
    """Pairwise distances [N, M] of rows [N, D] and [M, D]."""
    left = np.asarray(left, dtype=np.float64)
    right = np.asarray(right, dtype=np.float64)
    # Differences rather than the |a|^2 + |b|^2 - 2ab expansion, which loses exact zeros and ties.
    return np.asarray(np.linalg.norm(left[:, None, :] - right[None, :, :], axis=-1))


def identical_captions(captions: Sequence[str]) -> BoolArray:
    """[N, N] true where two clips carry the same caption up to case and surrounding blanks."""
    _, group = np.unique([caption.strip().lower() for caption in captions], return_inverse=True)
    return np.asarray(group[:, None] == group[None, :])


def similar_captions(sentences: Array, threshold: float) -> BoolArray:
    """[N, N] true where the cosine of two sentence features [N, D] exceeds `threshold`."""
    unit = np.asarray(sentences, dtype=np.float64)
    unit = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
    return np.asarray(unit @ unit.T > threshold)


def draw_pools(
    count: int, pool_size: int, rng: np.random.Generator, conflicts: BoolArray | None = None
) -> list[NDArray[np.int64]]:
    """Shuffle `count` clips into pools of `pool_size`; what does not fill a pool sits this one out.

    With `conflicts` [N, N] (symmetric, its diagonal ignored) no two clips of a pool conflict: each
    clip, in random order, joins the first open pool where it fits.

    Raises ValueError if not even one pool can be filled.
    """
    order = rng.permutation(count)
    if conflicts is None:
        pools = [order[i : i + pool_size] for i in range(0, count - pool_size + 1, pool_size)]
    else:
        filling: list[list[int]] = []
        for clip in order:
            for pool in filling:
                if len(pool) < pool_size and not conflicts[clip, pool].any():
                    pool.append(int(clip))
                    break
            else:
                filling.append([int(clip)])
        pools = [np.asarray(pool) for pool in filling if len(pool) == pool_size]
    if not pools:
        reason = "" if conflicts is None else " without two conflicting captions in it"
        raise ValueError(f"{count} clips cannot fill one pool of {pool_size}{reason}")
    return pools


def hits_at(distances: Array, top_k: int) -> Array:
    """Credit [K, N] at k = 1..top_k for finding column i from row i of a pool's distances [N, N].

    With b columns strictly nearer than the match and t tied with it (itself included), the match
    is within the first k with probability clip((k - b) / t, 0, 1) under random tie breaking.
    """
    match = np.diagonal(distances)[:, None]
    nearer = np.sum(distances < match, axis=1)
    tied = np.sum(distances == match, axis=1)
    k = np.arange(1, top_k + 1)[:, None]
    return np.asarray(np.clip((k - nearer) / np.maximum(tied, 1), 0.0, 1.0))


def retrieval_scores(
    texts: Array,
    motions: Array,
    rng: np.random.Generator,
    pool_size: int = 32,
    conflicts: BoolArray | None = None,
) -> RetrievalScores:
    """One repeat of R-Precision and MM-Dist of texts [N, D] and motions [N, D], matching by row.

    Each caption of a pool ranks the pool's motions, its own among 31 others. Chance is
    k / pool_size. MM-Dist runs over the clips that were pooled.
    """
    if texts.shape != motions.shape:
        raise ValueError(f"texts {texts.shape} and motions {motions.shape} differ in shape")
    hits, matched = [], []
    for pool in draw_pools(len(texts), pool_size, rng, conflicts):
        distances = euclidean_distances(texts[pool], motions[pool])
        hits.append(hits_at(distances, top_k=3))
        matched.append(np.diagonal(distances))
    top1, top2, top3 = np.concatenate(hits, axis=1).mean(axis=1)
    return RetrievalScores(
        r_precision=(float(top1), float(top2), float(top3)),
        mm_dist=float(np.concatenate(matched).mean()),
    )


def _positive_sqrt(covariance: Array) -> Array:
    """Square root of a symmetric positive semi-definite matrix, small negative noise removed."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def frechet_distance(left: Array, right: Array) -> float:
    """Frechet distance of Gaussians fitted to rows [N, D] and [M, D] (FID of the evaluator).

    |mu1 - mu2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) in float64. The trace of the product's root equals
    that of (S1^(1/2) S2 S1^(1/2))^(1/2), a symmetric positive semi-definite matrix, so rank
    deficient covariances (fewer clips than dimensions) need neither a ridge nor complex numbers.
    Fewer clips still bias the value upwards: compare only at equal N.
    """
    if min(len(left), len(right)) < 2:
        raise ValueError("the Frechet distance needs at least two clips on either side")
    left = np.asarray(left, dtype=np.float64)
    right = np.asarray(right, dtype=np.float64)
    cov_left = np.atleast_2d(np.cov(left, rowvar=False))
    cov_right = np.atleast_2d(np.cov(right, rowvar=False))
    root = _positive_sqrt(cov_left)
    cross = np.linalg.eigvalsh(root @ cov_right @ root)
    cross_trace = np.sqrt(np.maximum(cross, 0.0)).sum()
    mean_gap = np.sum((left.mean(axis=0) - right.mean(axis=0)) ** 2)
    distance = mean_gap + np.trace(cov_left) + np.trace(cov_right) - 2.0 * cross_trace
    # Equal inputs leave a rounding residue of either sign.
    return float(max(distance, 0.0))


def diversity(motions: Array, rng: np.random.Generator, pairs: int = 300) -> float:
    """Mean distance of random pairs of different clips among rows [N, D].

    Two disjoint random subsets of `pairs` clips each, or of N // 2 in a smaller set.
    """
    pairs = min(pairs, len(motions) // 2)
    if pairs < 1:
        raise ValueError("diversity needs at least two clips")
    order = rng.permutation(len(motions))
    gap = np.asarray(motions, np.float64)[order[:pairs]] - motions[order[pairs : 2 * pairs]]
    return float(np.linalg.norm(gap, axis=1).mean())


def multimodality(samples: Array, rng: np.random.Generator, pairs: int = 10) -> float:
    """Mean distance of random pairs of different samples of one caption, from [P, S, D].

    P captions with S samples each; `pairs` pairs a caption, or S // 2 with fewer samples.
    """
    if samples.ndim != 3 or samples.shape[1] < 2:
        raise ValueError(f"expected [captions, >= 2 samples, dims], got {samples.shape}")
    return float(np.mean([diversity(of_caption, rng, pairs) for of_caption in samples]))
