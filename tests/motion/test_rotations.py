import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.motion import rotations

NUMBERS = st.floats(2**-10, 1, width=32) | st.floats(-1, -(2**-10), width=32)
QUATERNIONS = arrays(np.float64, (5, 4), elements=NUMBERS).map(rotations.normalize)
VECTORS = arrays(np.float64, (5, 3), elements=NUMBERS)


@given(QUATERNIONS)
def test_matrices_and_six_d_return(quaternions):
    for back in (
        rotations.from_matrix(rotations.to_matrix(quaternions)),
        rotations.from_six_d(rotations.to_six_d(quaternions)),
    ):
        agreement = np.abs(np.sum(back * quaternions, axis=-1))
        assert np.allclose(agreement, 1, atol=1e-9)


@given(QUATERNIONS, QUATERNIONS, VECTORS)
def test_product_rotates_in_turn(first, second, vectors):
    together = rotations.rotate(rotations.multiply(first, second), vectors)
    in_turn = rotations.rotate(first, rotations.rotate(second, vectors))
    assert np.allclose(together, in_turn)


@given(VECTORS, VECTORS)
def test_between_takes_one_direction_onto_the_other(source, target):
    source, target = rotations.normalize(source), rotations.normalize(target)
    assert np.allclose(rotations.rotate(rotations.between(source, target), source), target, atol=1e-6)


def test_between_opposite_directions():
    axes = np.concatenate((np.eye(3), -np.eye(3)))
    assert np.allclose(rotations.rotate(rotations.between(axes, -axes), axes), -axes)


@given(QUATERNIONS, QUATERNIONS)
def test_slerp_ends_and_moves_evenly(first, second):
    middle = rotations.slerp(first, second, np.full(5, 0.5))
    assert np.allclose(rotations.slerp(first, second, np.zeros(5)), first, atol=1e-9)
    near = np.abs(np.sum(middle * first, axis=-1))
    far = np.abs(np.sum(middle * second, axis=-1))
    assert np.allclose(near, far, atol=1e-6)
