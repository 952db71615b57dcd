"""What tells one motion from another at a glance: how far it goes, how far it turns, and how it ends. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...coordinates import FloatArray
from ...rig import canonical

End = Literal["STANDING", "LOW", "LYING"]
# Height of the pelvis as a share of the legs' length above which a body stands, and below which it lies.
STANDING, LYING = 0.85, 0.35


@dataclass(frozen=True)
class Summary:
    """``travel``: metres from start to end over the floor; ``turn``: degrees, positive to the left, turns counted."""

    travel: float
    turn: float
    end: End


def summarise(joints: FloatArray) -> Summary:
    """Of joints (T, J, 3), motion space, metres."""
    index = canonical.INDEX
    pelvis = joints[:, index["pelvis"]]
    across = joints[:, index["left_hip"]] - joints[:, index["right_hip"]]
    yaw = np.unwrap(np.arctan2(-across[:, 2], across[:, 0]))
    leg = sum(
        float(np.linalg.norm(joints[:, index[f"left_{low}"]] - joints[:, index[f"left_{high}"]], axis=-1).mean())
        for high, low in (("hip", "knee"), ("knee", "ankle"))
    )
    height = float(pelvis[-1, 1]) / leg
    end: End = "STANDING" if height > STANDING else "LOW" if height > LYING else "LYING"
    travel = float(np.linalg.norm((pelvis[-1] - pelvis[0])[[0, 2]]))
    return Summary(travel, float(np.degrees(yaw[-1] - yaw[0])), end)
