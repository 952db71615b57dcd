"""Metrics against independent implementations: brute force loops and scipy's matrix square root."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg

from engine.evaluation import metrics


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def _ranks_by_loop(texts: np.ndarray, motions: np.ndarray) -> list[int]:
    ranks = []
    for row, text in enumerate(texts):
        order = sorted(range(len(motions)), key=lambda i: float(np.linalg.norm(text - motions[i])))
        ranks.append(order.index(row))
    return ranks


def test_retrieval_scores_agree_with_sorting_loop() -> None:
    motions = _rng(1).normal(size=(32, 6))
    texts = motions + _rng(2).normal(size=(32, 6))
    scores = metrics.retrieval_scores(texts, motions, _rng(), pool_size=32)
    ranks = np.array(_ranks_by_loop(texts, motions))
    assert scores.r_precision == pytest.approx([np.mean(ranks < k) for k in (1, 2, 3)])
    matched = [np.linalg.norm(a - b) for a, b in zip(texts, motions, strict=True)]
    assert scores.mm_dist == pytest.approx(np.mean(matched))


def test_pools_are_ranked_apart() -> None:
    motions = _rng(1).normal(size=(64, 4))
    texts = motions + 0.7 * _rng(2).normal(size=(64, 4))
    scores = metrics.retrieval_scores(texts, motions, _rng(3), pool_size=16)
    order = _rng(3).permutation(64)
    ranks: list[int] = []
    for start in range(0, 64, 16):
        pool = order[start : start + 16]
        ranks += _ranks_by_loop(texts[pool], motions[pool])
    assert scores.r_precision[0] == pytest.approx(np.mean(np.array(ranks) < 1))


def test_unrelated_embeddings_sit_at_chance() -> None:
    texts, motions = _rng(1).normal(size=(2, 3200, 8))
    scores = metrics.retrieval_scores(texts, motions, _rng(), pool_size=32)
    expected = np.array([1, 2, 3]) / 32
    sigma = np.sqrt(expected * (1 - expected) / 3200)
    assert (np.abs(np.array(scores.r_precision) - expected) < 4 * sigma).all()


def test_one_motion_for_every_caption_sits_exactly_at_chance() -> None:
    motions = np.tile(_rng(1).normal(size=(1, 8)), (64, 1))
    scores = metrics.retrieval_scores(_rng(2).normal(size=(64, 8)), motions, _rng(), 32)
    assert scores.r_precision == pytest.approx([1 / 32, 2 / 32, 3 / 32])


def test_perfect_embeddings_are_always_found() -> None:
    motions = _rng(1).normal(size=(40, 8))
    scores = metrics.retrieval_scores(motions, motions, _rng(), 32)
    assert scores.r_precision == (1.0, 1.0, 1.0)
    assert scores.mm_dist == 0.0


def test_pools_hold_no_conflict() -> None:
    captions = [f"caption {i // 3}" for i in range(120)]
    conflicts = metrics.identical_captions(captions)
    pools = metrics.draw_pools(120, 32, _rng(), conflicts)
    assert pools
    for pool in pools:
        assert len({captions[i] for i in pool}) == 32
    members = np.concatenate(pools)
    assert len(set(members.tolist())) == len(members)


def test_pools_that_cannot_be_filled_raise() -> None:
    with pytest.raises(ValueError, match="31 clips"):
        metrics.draw_pools(31, 32, _rng())
    same = metrics.identical_captions(["Walk "] * 40 + ["walk"] * 40)
    with pytest.raises(ValueError, match="conflicting"):
        metrics.draw_pools(80, 32, _rng(), same)


def test_similar_captions_use_the_cosine() -> None:
    sentences = np.array([[1.0, 0.0], [5.0, 0.1], [0.0, 1.0]])
    alike = metrics.similar_captions(sentences, 0.85)
    assert alike.tolist() == [[True, True, False], [True, True, False], [False, False, True]]


@pytest.mark.parametrize("count", [400, 12])
def test_frechet_distance_agrees_with_scipy(count: int) -> None:
    left = _rng(1).normal(size=(count, 16)) @ _rng(2).normal(size=(16, 16))
    right = 0.3 + _rng(3).normal(size=(count, 16))
    cov_left, cov_right = np.cov(left, rowvar=False), np.cov(right, rowvar=False)
    # A ridge keeps scipy's root real for the singular case of 12 clips in 16 dimensions.
    ridge = 1e-9 * np.eye(16)
    root = scipy.linalg.sqrtm((cov_left + ridge) @ (cov_right + ridge)).real
    expected = np.sum((left.mean(0) - right.mean(0)) ** 2)
    expected += np.trace(cov_left + cov_right - 2 * root)
    assert metrics.frechet_distance(left, right) == pytest.approx(expected, rel=1e-3)


def test_frechet_distance_equals_nuclear_norm_form() -> None:
    # tr (S1 S2)^(1/2) is the nuclear norm of A^T B for S1 = A A^T, S2 = B B^T.
    left, right = _rng(1).normal(size=(10, 32)), _rng(2).normal(size=(14, 32)) + 1.0
    a = (left - left.mean(0)).T / np.sqrt(9)
    b = (right - right.mean(0)).T / np.sqrt(13)
    cross = np.linalg.svd(a.T @ b, compute_uv=False).sum()
    expected = np.sum((left.mean(0) - right.mean(0)) ** 2)
    expected += np.sum(a**2) + np.sum(b**2) - 2 * cross
    assert metrics.frechet_distance(left, right) == pytest.approx(expected, rel=1e-6)


def test_frechet_distance_of_equal_sets_and_of_a_shift() -> None:
    data = _rng(1).normal(size=(20, 64))
    assert metrics.frechet_distance(data, data) == pytest.approx(0.0, abs=1e-5)
    assert metrics.frechet_distance(data, data + 0.5) == pytest.approx(64 * 0.25, rel=1e-5)


def test_diversity_agrees_with_all_pairs() -> None:
    motions = _rng(1).normal(size=(60, 5))
    pairs = [np.linalg.norm(a - b) for i, a in enumerate(motions) for b in motions[:i]]
    drawn = [metrics.diversity(motions, _rng(seed)) for seed in range(400)]
    assert np.mean(drawn) == pytest.approx(np.mean(pairs), rel=0.01)
    assert metrics.diversity(np.ones((9, 3)), _rng()) == 0.0


def test_multimodality_ignores_differences_between_captions() -> None:
    samples = np.repeat(_rng(1).normal(size=(6, 1, 4)) * 100, 10, axis=1)
    assert metrics.multimodality(samples, _rng()) == 0.0
    noise = _rng(2).normal(size=samples.shape)
    within = [np.linalg.norm(a - b) for caption in noise for i, a in enumerate(caption) for b in caption[:i]]
    drawn = [metrics.multimodality(samples + noise, _rng(seed)) for seed in range(200)]
    assert np.mean(drawn) == pytest.approx(np.mean(within), rel=0.02)


def test_estimate_is_the_protocols_interval() -> None:
    value = metrics.estimate([1.0, 2.0, 3.0, 4.0])
    assert value.mean == 2.5
    assert value.ci95 == pytest.approx(1.96 * np.sqrt(1.25) / 2)
    assert np.isnan(metrics.estimate([1.0]).ci95)
