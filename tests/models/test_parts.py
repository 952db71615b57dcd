"""The division of the feature vector."""

import numpy as np
import pytest

from engine.motion.parts import FeatureLayout, body_parts


@pytest.mark.parametrize(("joints", "width"), [(22, 263), (21, 251)])
@pytest.mark.parametrize("layout", ["single", "lower_upper"])
def test_parts_cover_every_feature_once(joints, width, layout):
    parts = body_parts(layout, joints)
    assert sorted(np.concatenate([part.features for part in parts])) == list(range(width))
    assert sorted(joint for part in parts for joint in part.joints) == list(range(joints))


def test_humanml3d_split_has_the_papers_sizes():
    lower, upper = body_parts("lower_upper")
    assert (lower.dim, upper.dim) == (107, 156)
    assert {0, 1, 2, 3, 259, 260, 261, 262} <= set(lower.features)
    wrist = FeatureLayout(22).of_joint(21)
    assert set(wrist) <= set(upper.features) and len(wrist) == 12
