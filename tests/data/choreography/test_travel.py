"""Bases that go somewhere: what stood still stands still, on whatever way."""

import numpy as np
import pytest

from engine.data.choreography import body
from engine.data.choreography.draw import Draw
from engine.data.choreography.posture import REST
from engine.data.choreography.solve import Extras, Weights, solve
from engine.data.choreography.travel.footwork import LEFT, RIGHT, Step, take_steps
from engine.data.choreography.travel.paths import Bend, follow


def drift(base):
    """Metres that toes move between frames in both of which they are planted, at the worst."""
    both = base.planted[1:] & base.planted[:-1]
    return float(np.linalg.norm(np.diff(base.toes, axis=0), axis=-1)[both].max())


@pytest.mark.parametrize("degrees", [90.0, -180.0])
def test_a_walk_led_round_a_bend_turns_and_its_feet_stay(bases, degrees):
    straight = bases.walk(Draw(1, "bend", 0), 100)
    bent = follow(straight, lambda metres: [Bend(0.3 * metres), Bend(0.4 * metres, degrees, 0.6)])
    assert drift(bent) < drift(straight) + 1e-9
    yaw = np.unwrap(2.0 * np.arctan2(bent.heading[:, 2], bent.heading[:, 0]))
    assert np.degrees(yaw[-1] - yaw[0]) == pytest.approx(degrees, abs=25.0)
    # It does go there: the last step's direction is the turned one.
    way = bent.pelvis[-1] - bent.pelvis[-12]
    assert np.cos(np.arctan2(way[0], way[2]) - np.radians(degrees)) > 0.85


def test_a_way_without_bends_changes_no_foot(bases):
    straight = bases.walk(Draw(1, "bend", 1), 80)
    same = follow(straight, lambda metres: [Bend(metres)])
    np.testing.assert_allclose(same.toes, straight.toes, atol=1e-6)
    np.testing.assert_allclose(same.pelvis, straight.pelvis, atol=1e-6)


def test_steps_of_the_author_end_where_they_were_set_and_the_body_comes_after(bases):
    stand = bases.stand(Draw(1, "steps", 0), 80)
    steps = [Step(RIGHT, 0.5, 1.0, (0.0, 0.4), -90.0), Step(LEFT, 1.2, 1.7, (0.0, 0.4), -90.0)]
    moved = take_steps(stand, steps, [(0.5, 0.0), (1.7, -90.0)])
    assert drift(moved) < 1e-9
    joints = solve(moved, [REST], Weights(*([np.ones((80, 1))] * 2), *[(np.ones((80, 1)),) * 2] * 3), Extras.none(80))
    middle = joints[-1][[*body.ANKLES, *body.TOES]].mean(axis=0)
    assert np.linalg.norm((middle - [0.0, 0.0, 0.4])[[0, 2]]) < 0.12
    # The pelvis is over the feet, and the hips face right.
    assert np.linalg.norm((joints[-1, 0] - middle)[[0, 2]]) < 0.15
    across = joints[-1, body.HIPS[0]] - joints[-1, body.HIPS[1]]
    assert across[2] > 0.9 * np.linalg.norm(across)
