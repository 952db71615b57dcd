"""Feet that stand through a span, on legs as straight as captured ones can be."""

import numpy as np

from engine.editing.planted import hold_planted
from engine.motion.feet import LEGS
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import uniform_offsets


def test_straight_legs_do_not_pull_the_body_down_at_a_seam():
    pose = np.zeros((22, 3))
    for joint, parent in enumerate(HUMANML3D.parents[1:], start=1):
        pose[joint] = pose[parent] + uniform_offsets()[joint]
    for hip, knee, ankle, toe in LEGS:
        thigh, shin, sole = (np.linalg.norm(pose[b] - pose[a]) for a, b in ((hip, knee), (knee, ankle), (ankle, toe)))
        pose[knee] = pose[hip] - [0.0, thigh, 0.0]
        pose[ankle] = pose[knee] - [0.0, shin, 0.0]
        pose[toe] = pose[ankle] + [0.0, -0.06, np.sqrt(sole**2 - 0.06**2)]
    pose[:, 1] -= pose[[leg[3] for leg in LEGS], 1].min() - 0.02
    joints = np.repeat(pose[None], 60, axis=0)
    kept = np.ones(60, bool)
    kept[20:40] = False
    held = hold_planted(joints, kept, always=False)
    assert np.linalg.norm(held - joints, axis=-1).max() < 0.001
