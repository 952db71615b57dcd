"""The published tables' own way of counting, where it differs from :mod:`engine.evaluation.metrics`.

Captions rank the motions of their batch of 32 in the order of an ordinary sort; diversity and multimodality pair two
draws without replacement that know nothing of one another, so a motion may meet itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.metrics import euclidean_distances

Array = NDArray[np.floating]
TOP = 3


def rank_batches(texts: Array, motions: Array, batch: int) -> dict[str, float]:
    """R@1 to R@3 and MM-Dist of rows (N, D) that match, N a multiple of `batch`."""
    if len(texts) != len(motions) or not len(texts) or len(texts) % batch:
        raise ValueError(f"{len(texts)} texts and {len(motions)} motions do not make whole batches of {batch}")
    hits, matched = np.zeros(TOP), 0.0
    for first in range(0, len(texts), batch):
        distances = euclidean_distances(texts[first : first + batch], motions[first : first + batch])
        order = distances.argsort(axis=1, kind="stable")
        place = (order == np.arange(batch)[:, None]).argmax(axis=1)
        hits += [(place < k).sum() for k in range(1, TOP + 1)]
        matched += distances.trace()
    scores = {f"R@{k + 1}": float(hits[k] / len(texts)) for k in range(TOP)}
    return {**scores, "MM-Dist": float(matched / len(texts))}


def paired_distance(rows: Array, pairs: int, rng: np.random.Generator) -> float:
    """Mean distance between two random draws of `pairs` (at most N) of the rows (N, D)."""
    count = min(pairs, len(rows))
    left, right = (rng.choice(len(rows), count, replace=False) for _ in range(2))
    return float(np.linalg.norm(np.asarray(rows, np.float64)[left] - rows[right], axis=1).mean())
