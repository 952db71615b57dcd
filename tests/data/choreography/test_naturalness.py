"""Choreographed takes move as captured people do."""

import numpy as np

from engine.data.choreography import body
from engine.data.choreography.library import ACTIONS, all_actions
from engine.data.choreography.naturalness import measure, write_report


def test_hands_are_as_calm_and_the_body_as_alive_as_captured(takes, bases):
    all_actions()
    gestures = [measure(takes(ACTIONS[name], 0)[1]) for name in ("wave", "point", "salute", "drink", "shrug", "stir")]
    # Captured gestures: wrists up to 3.5 m/s and 170 m/s^3, the weight up to 10 cm beside the line of the feet,
    # 1 cm/s and more of sway (`mmm data naturalness`).
    assert max(one.hand_speed for one in gestures) < 4.0
    assert max(one.hand_jerk for one in gestures) < 170.0
    assert max(one.off_balance for one in gestures) < 0.12
    assert min(one.stillness for one in gestures) > 0.004
    assert max(one.skate for one in gestures) < 0.5


def test_a_puppet_is_told(takes):
    all_actions()
    joints = takes(ACTIONS["wave"], 0)[1]
    leaning = joints + np.where(np.isin(np.arange(27), (*body.ANKLES, *body.TOES))[:, None], 0.0, [0.0, 0.0, 0.3])
    assert measure(leaning).off_balance > 0.2
    frozen = np.repeat(joints[:1], 40, axis=0)
    assert measure(frozen).stillness < 1e-6
    stepping = joints.copy()
    stepping[::4, body.WRISTS[1]] += 0.05
    assert measure(stepping).hand_jerk > 3 * measure(joints).hand_jerk


def test_the_report_has_a_line_a_group(takes):
    all_actions()
    joints = takes(ACTIONS["wave"], 0)[1]
    lines = write_report([("greetings", joints), ("greetings", joints), ("other", joints)]).splitlines()
    assert [line.split(" | ")[:2] for line in lines[4:]] == [["| greetings", "2"], ["| other", "1"]]
