"""How a rig's legs are shaped beside a person's, and what that costs a motion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..coordinates import FloatArray
from . import canonical, slots

SWING = np.radians(12.5)  # that wide hips still turn about the vertical while a foot stands, as in a kick
WIDE = 1.25  # times as far apart as people's, to the legs, hips may be before they turn and roll less
USUAL_HIPS, USUAL_FEET, USUAL_THIGHS = (0.6, 1.5), (0.8, 1.3), (0.42, 0.56)  # of bodies made like people's


def hips_apart(heads: Mapping[str, FloatArray]) -> float:
    """How far apart the hips are, to the legs' length, as a multiple of a person's; ``heads``: slot -> (3,)."""
    return _apart(heads) / _apart(_person())


def beyond_wide(heads: Mapping[str, FloatArray]) -> float:
    """Share, 0 to 1, of how far out the hips lie by which that is further than people's may."""
    return max(1.0 - WIDE / hips_apart(heads), 0.0)


def legs_astray(heads: Mapping[str, FloatArray]) -> float:
    """Degrees by which legs point otherwise than in a motion, about, where a foot stands and wide hips turn over it.

    The hip goes further than a person's then, and the foot does not.
    """
    beyond = max(_apart(heads) - _apart(_person()), 0.0) / 2 * np.sin(SWING)
    return float(np.degrees(np.arctan(beyond)))


def unusual_shape(heads: Mapping[str, FloatArray]) -> list[str]:
    """What of the legs is not as in people, each in a few words."""
    found, legs = [], _leg(heads)
    if not USUAL_HIPS[0] < (hips := hips_apart(heads)) < USUAL_HIPS[1]:
        found.append(f"hips {hips:.1f} times as far apart as a person's, to the legs")
    if "left_foot" in heads:
        share = float(np.linalg.norm(heads["left_foot"] - heads["left_ankle"])) / legs
        person = float(np.linalg.norm(_person()["left_foot"] - _person()["left_ankle"])) / _leg(_person())
        if not USUAL_FEET[0] < share / person < USUAL_FEET[1]:
            found.append(f"feet {share / person:.1f} times as long up to the toes")
    thigh = float(np.linalg.norm(heads["left_knee"] - heads["left_hip"])) / legs
    if not USUAL_THIGHS[0] < thigh < USUAL_THIGHS[1]:
        found.append(f"thighs {100 * thigh:.0f} % of the leg")
    return found


def _person() -> dict[str, FloatArray]:
    return canonical.by_name(canonical.rest_joints())


def _apart(heads: Mapping[str, FloatArray]) -> float:
    return float(np.linalg.norm(heads["left_hip"] - heads["right_hip"])) / max(_leg(heads), 1e-9)


def _leg(heads: Mapping[str, FloatArray]) -> float:
    """Length of a leg, mean of both."""
    chains = [[heads[f"{side}_{joint}"] for joint in slots.LEG[:3]] for side in slots.SIDES]
    return float(np.mean([np.linalg.norm(np.diff(chain, axis=0), axis=-1).sum() for chain in chains]))
