"""Which moments of a motion are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mmm_blender.headless.rigs.draw_rigs import telling_shares
from mmm_blender.motion_file import read_motion

MOTIONS = Path(__file__).parents[1] / "motions"


def test_a_kick_is_seen_at_its_height_and_a_walk_evenly() -> None:
    kick = read_motion(MOTIONS / "kick.npz").joints
    shares = telling_shares(kick, 5)
    heights = kick[(shares * (len(kick) - 1)).round().astype(int)][:, [7, 8], 1].max(-1)
    assert heights.max() == kick[:, [7, 8], 1].max() and (np.diff(shares) > 0).all()
    assert np.array_equal(telling_shares(read_motion(MOTIONS / "walk.npz").joints, 5), np.linspace(0.0, 1.0, 5))
