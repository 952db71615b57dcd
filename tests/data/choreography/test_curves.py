import numpy as np
import pytest

from engine.data.choreography.curves import Knot, minimum_jerk_basis


def test_between_two_places_at_rest_it_is_the_closed_form():
    times = np.linspace(0.0, 2.0, 41)
    weights = minimum_jerk_basis([Knot(0.5, 0), Knot(1.5, 1)], 2, times)
    s = np.clip(times - 0.5, 0.0, 1.0)
    np.testing.assert_allclose(weights[:, 1], 10 * s**3 - 15 * s**4 + 6 * s**5, atol=1e-12)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)


def test_a_place_passed_through_has_less_jerk_than_one_stopped_at():
    times = np.linspace(0.0, 2.0, 401)

    def jerk(through):
        weights = minimum_jerk_basis([Knot(0, 0), Knot(1, 1, through), Knot(2, 2)], 3, times)
        return np.sum(np.diff(weights @ [0.0, 0.5, 1.0], 3) ** 2)

    assert jerk(True) < 0.5 * jerk(False)


def test_holds_and_places_are_met():
    knots = [Knot(0, 0), Knot(1, 1, True), Knot(1.5, 2), Knot(2.0, 2), Knot(3, 0)]
    weights = minimum_jerk_basis(knots, 3, np.asarray([0.0, 1.0, 1.5, 1.7, 2.0, 3.0]))
    np.testing.assert_allclose(weights, np.eye(3)[[0, 1, 2, 2, 2, 0]], atol=1e-9)


def test_a_curve_must_begin_and_end_at_rest():
    with pytest.raises(ValueError, match="at rest"):
        minimum_jerk_basis([Knot(0, 0, True), Knot(1, 1)], 2, np.zeros(1))
