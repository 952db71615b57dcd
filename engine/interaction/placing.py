"""Where two characters stand to each other: turned and moved over the ground as wholes, before any arm reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.interaction.bodies import ARMS, NAMES, contact_point, heading, measure_crossing
from engine.motion import rotations
from engine.requests.interactions import Interaction
from engine.solvers import require_room

Array = NDArray[np.floating]

# Metres of a gap, metres and radians off what the interaction asks for, and metres of crossing, that weigh one.
GAP, PLACE, TURN, CROSSING = 0.30, 0.10, 0.30, 0.01
STRIDE = 3  # every so manieth frame is looked at for crossings
AROUND = 4  # frames on either side over which a heading is taken
CORE = [index for index, name in enumerate(NAMES) if name not in ARMS]


@dataclass(frozen=True)
class Stand:
    """A turn by `yaw` radians to the left about the origin, then a shift over the ground (x, z)."""

    yaw: float
    x: float
    z: float

    def applied(self, joints: Array) -> Array:
        return rotations.rotate(rotations.about_y(np.array(self.yaw)), joints) + np.array([self.x, 0.0, self.z])


def place_pair(
    interaction: Interaction, a: Array, b: Array, spans: list[NDArray[np.int64]], sizes: tuple[float, float]
) -> tuple[Array, Array, float]:
    """Both bodies (T, J, 3) in one world, in which a begins over the origin and faces +Z; and what that costs.

    Args:
        spans: frames of each contact
    """
    at = int(spans[0][0])
    size = float(np.mean(sizes))
    a = _stood(a, at, np.radians(interaction.a.facing), 0.0)
    b = _stood(b, at, np.pi + np.radians(interaction.b.facing), 0.0)
    distance = interaction.distance * size
    middles = [int(span[len(span) // 2]) for span in spans]
    looked = slice(None, None, STRIDE)

    def placed(state: Array) -> tuple[Array, Array]:
        turned = Stand(float(state[0]), 0.0, 0.0).applied(a)
        return turned, Stand(float(state[1]), float(state[2]), distance + float(state[3])).applied(b)

    def residuals(state: Array) -> Array:
        one, two = placed(state)
        gaps = []
        for contact, frame in zip(interaction.contacts, middles, strict=True):
            rows = slice(frame, frame + 1)
            gap = contact_point(one[rows], contact.a, sizes[0]) - contact_point(two[rows], contact.b, sizes[1])
            gaps.append(gap[0, [0, 2]] / (GAP * size))
        depth = measure_crossing(one[looked], two[looked], sizes).depth[:, CORE][:, :, CORE].max(axis=(1, 2))
        # The deepest moments count, not how many frames there are.
        deepest = np.sort(np.maximum(depth, 0.0))[-8:] / (CROSSING * size)
        wish = np.concatenate((state[:2] / TURN, state[2:] / (PLACE * size)))
        return np.concatenate((np.ravel(gaps), wish, deepest))

    require_room()
    from scipy.optimize import least_squares

    found = least_squares(residuals, np.zeros(4), diff_step=1e-3, max_nfev=25, x_scale=[0.3, 0.3, 0.1, 0.1])
    return *begin_at_origin(*placed(found.x)), float(found.cost)


def begin_at_origin(one: Array, two: Array) -> tuple[Array, Array]:
    """Two bodies (T, J, 3) turned and moved together, so that the first one begins over the origin and faces +Z."""
    start = Stand(-float(heading(one[:1])[0]), 0.0, 0.0)
    one, two = start.applied(one), start.applied(two)
    origin = one[0, 0] * [1.0, 0.0, 1.0]
    return one - origin, two - origin


def _stood(joints: Array, at: int, yaw: float, z: float) -> Array:
    """Turned so that around frame `at` it faces `yaw`, with the pelvis over (0, z)."""
    around = slice(max(0, at - AROUND), at + AROUND + 1)
    turned = Stand(yaw - float(heading(joints[around]).mean()), 0.0, 0.0).applied(joints)
    return turned - turned[at, 0] * [1.0, 0.0, 1.0] + [0.0, 0.0, z]
