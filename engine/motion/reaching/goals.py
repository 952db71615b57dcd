"""What joints are to reach, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.motion import rotations
from engine.motion.reaching.clock import Clock
from engine.motion.skeleton import Skeleton

Array = NDArray[np.floating]

# Part -> the joint that goes there. A hand is its wrist and a foot its ball, where rigs have their controls.
PART_JOINTS = {
    "left_hand": "left_wrist",
    "right_hand": "right_wrist",
    "left_foot": "left_foot",
    "right_foot": "right_foot",
    "head": "head",
    "pelvis": "pelvis",
    "seat": "pelvis",
    "gaze": "head_front",
}
GAZE, SEAT = "gaze", "seat"
HIPS = (1, 2)
# Metres from the hip joints down to the skin that one sits on: the body's mesh, seated.
BUTTOCKS = 0.085
# What a wrong direction of the gaze is worth: the tip of a vector of this many metres.
GAZE_LENGTH = 0.12
# How high a part comes in a jump, metres: what lies above is sought there, for nobody flies.
HIGHEST = {"left_hand": 2.5, "right_hand": 2.5, "left_foot": 1.7, "right_foot": 1.7, "head": 2.1, "pelvis": 1.5}


@dataclass(frozen=True)
class Goals:
    """Places of joints on frames of one motion, one row each.

    Attributes:
        parts: [G] names, as in PART_JOINTS
        joints: [G] joint indices
        frames: [G]
        places: [G, 3] metres; for gaze the point that is looked at, for seat the one on its surface that is sat on
        clock: how messages name the frames; None: as seconds
    """

    parts: tuple[str, ...]
    joints: NDArray[np.int64]
    frames: NDArray[np.int64]
    places: NDArray[np.float64]
    clock: Clock | None = None

    def __len__(self) -> int:
        return len(self.parts)

    @classmethod
    def of(cls, rows: list[tuple[str, int, tuple[float, float, float]]], skeleton: Skeleton) -> Goals:
        """From part, frame and place of each; raises KeyError for a part that the skeleton cannot show."""
        names = skeleton.joint_names
        for part, _, _ in rows:
            if PART_JOINTS[part] not in names:
                raise KeyError(part)
        return cls(
            tuple(part for part, _, _ in rows),
            np.array([names.index(PART_JOINTS[part]) for part, _, _ in rows], dtype=np.int64),
            np.array([frame for _, frame, _ in rows], dtype=np.int64),
            np.array([place for _, _, place in rows], dtype=np.float64).reshape(-1, 3),
        )

    def of_part(self, part: str) -> Goals:
        """Those of one part, by frame, each frame once."""
        rows = [row for row, name in enumerate(self.parts) if name == part]
        rows = list({int(self.frames[row]): row for row in sorted(rows, key=lambda row: self.frames[row])}.values())
        return Goals(tuple(part for _ in rows), self.joints[rows], self.frames[rows], self.places[rows])

    def joined(self, part: str, rows: list[tuple[int, Array]]) -> Goals:
        """With frames and places of a part that has some already."""
        if not rows:
            return self
        joint = self.joints[self.parts.index(part)]
        return replace(
            self,
            parts=(*self.parts, *(part for _ in rows)),
            joints=np.append(self.joints, np.full(len(rows), joint)),
            frames=np.append(self.frames, [frame for frame, _ in rows]),
            places=np.concatenate((self.places, [place for _, place in rows])),
        )

    def moved(self, shift: Array) -> Goals:
        """With places [G, 3] shifted."""
        return replace(self, places=self.places + shift)

    def lowered(self) -> Goals:
        """With places no higher than a jump takes their part."""
        places = self.places.copy()
        places[:, 1] = np.minimum(places[:, 1], [HIGHEST.get(part, np.inf) for part in self.parts])
        return replace(self, places=places)

    def aims(self, joints: Array) -> NDArray[np.float64]:
        """[G, 3] where the joints (T, J, 3) should be: the places, for gaze the tip of a look from where the head is,
        and for seat the pelvis above it, as it is above its hips.
        """
        aims = self.places.copy()
        seats = np.array([part == SEAT for part in self.parts], dtype=bool)
        if seats.any():
            poses = np.asarray(joints, dtype=np.float64)[self.frames[seats]]
            aims[seats] += poses[:, 0] - seat_of(poses)
        looks = np.array([part == GAZE for part in self.parts], dtype=bool)
        if looks.any():
            # head_front hangs on the head, which stands before it in every chain.
            head = np.asarray(joints, dtype=np.float64)[self.frames[looks], HEAD]
            aims[looks] = head + GAZE_LENGTH * rotations.normalize(self.places[looks] - head)
        return aims

    def errors(self, joints: Array) -> NDArray[np.float64]:
        """[G] metres by which the joints (T, J, 3) miss."""
        return np.asarray(np.linalg.norm(joints[self.frames, self.joints] - self.aims(joints), axis=-1))


def seat_of(joints: Array) -> Array:
    """(..., 3) the point that a body of joints (..., J, 3) sits on: below the middle of its hips."""
    return np.asarray(joints[..., list(HIPS), :].mean(axis=-2) - [0.0, BUTTOCKS, 0.0])


HEAD = 15
