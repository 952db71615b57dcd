"""Mean and deviation of a data set, clip by clip."""

import numpy as np

from engine.data.dataset import measure_statistics


def test_statistics_are_those_of_all_frames_together():
    random = np.random.default_rng(0)
    clips = [random.normal(3.0, 2.0, (frames, 323)).astype(np.float32) for frames in (20, 55, 31)]
    clips[1][:, 10] = np.nan
    mean, std = measure_statistics(iter(clips))
    together = np.concatenate(clips)
    np.testing.assert_allclose(mean, np.nanmean(together.astype(np.float64), axis=0), rtol=1e-5)
    np.testing.assert_allclose(std[1:3], np.nanstd(together.astype(np.float64), axis=0)[1:3].mean(), rtol=1e-5)


def test_what_is_never_known_neither_counts_nor_divides_by_zero():
    clip = np.ones((10, 323), np.float32)
    clip[:, -4:] = np.nan
    mean, std = measure_statistics([clip])
    assert np.isfinite(mean).all() and (std[-4:] == 1.0).all()
