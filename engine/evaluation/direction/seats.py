"""Whether a sit ends on the bench it is asked for: at its height and place, not through it, feet on the floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.report_file import format_table
from engine.motion.contacts import measure_skate
from engine.motion.feet import LEGS
from engine.motion.reaching.goals import BUTTOCKS, seat_of
from engine.pipeline import Pipeline
from engine.requests.generate import GenerateRequest
from engine.requests.targets import Target
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]

PROMPT = "a person sits down on a bench"
SECONDS, SAT = 5.0, 60  # of a take, and the frame (20 fps) from which on it is to sit
# Of the benches, metres: heights, how far behind the character and to its side one sits on them.
HEIGHTS, BEHIND, ASIDE = (0.35, 0.55), (0.35, 0.65), 0.15
# Half of a bench, along it and across, from where one sits; the skin below a thigh at its knee.
LONG, DEEP, KNEE = 0.6, 0.2, 0.065
NEAR, DOWN = 0.03, 0.05  # asked for: metres off and through; a toe this low is on the floor
HEAD = ("bench cm", "place off cm", "height off cm", "buttocks through cm", "thighs through cm")
FEET = ("toes down", "heels up cm", "skate mm/frame")


@dataclass(frozen=True)
class Sitting:
    """One sit: metres that it is at worst off its place and height while it sits, and through the bench at any time.

    Attributes:
        down: share of all frames with both feet on the floor, heels: metres that a heel is raised; skate: mm a frame
    """

    height: float
    off: float
    high: float
    buttocks: float
    thighs: float
    down: float
    heels: float
    skate: float

    @property
    def sat(self) -> bool:
        """Whether all that is asked for is met."""
        return max(self.off, self.high, self.buttocks, self.thighs) <= NEAR and self.down == 1.0


def draw_request(rng: np.random.Generator, seed: int) -> GenerateRequest:
    """A sit on a random bench behind the character, along x."""
    place = (rng.uniform(-ASIDE, ASIDE), rng.uniform(*HEIGHTS), -rng.uniform(*BEHIND))
    return GenerateRequest(PROMPT, SECONDS, seed, targets=(Target("seat", place, SAT),))


def measure_sitting(joints: Array, request: GenerateRequest) -> Sitting:
    """How the motion (T, J, 3) of a request sits."""
    joints, [target] = np.asarray(joints, dtype=np.float64), request.targets
    place = np.asarray(target.position)
    off = seat_of(joints)[target.times[0] :] - place
    ankles, toes = (joints[:, [leg[end] for leg in LEGS], 1] for end in (2, 3))
    through = np.stack([_through(joints, place, share) for share in np.linspace(0.0, 1.0, 12)])
    return Sitting(
        height=float(place[1]),
        off=float(np.linalg.norm(off[:, [0, 2]], axis=-1).max()),
        high=float(np.abs(off[:, 1]).max()),
        buttocks=float(through[0].max()),
        thighs=float(through[1:].max()),
        down=float((toes <= DOWN).all(axis=1).mean()),
        heels=float((ankles - ankles[0]).max()),
        skate=measure_skate(joints),
    )


def _through(joints: Array, place: Array, share: float) -> Array:
    """(T, 2) metres that the skin below the thighs is inside the bench, at a share of the way from hips to knees."""
    hips, knees = (joints[:, [leg[end] for leg in LEGS]] for end in (0, 1))
    middle = hips + share * (knees - hips)
    below = place[1] - (middle[..., 1] - BUTTOCKS - share * (KNEE - BUTTOCKS))
    away = np.abs(middle - place)
    inside = (away[..., 0] <= LONG) & (away[..., 2] <= DEEP)
    return np.where(inside, np.maximum(0.0, below), 0.0)


def measure_seats(pipeline: Pipeline, count: int, seed: int = 0, watch: Watch = UNWATCHED) -> list[Sitting]:
    """Sits on so many random benches."""
    rng, found = np.random.default_rng(seed), []
    for number in range(count):
        request = draw_request(rng, seed + number)
        [motion] = pipeline.generate_requests([request], watch.silent())
        found.append(measure_sitting(motion.joints, request))
        watch.report("measuring", number + 1, count)
    return found


def seats_markdown(model: str, seed: int, found: Sequence[Sitting]) -> str:
    """The table with what it was measured on, and how many are within the limits."""
    cells = [
        (
            *(f"{100 * value:.1f}" for value in (it.height, it.off, it.high, it.buttocks, it.thighs)),
            f"{100 * it.down:.0f} %",
            f"{100 * it.heels:.1f}",
            f"{it.skate:.1f}",
        )
        for it in found
    ]
    told = f"`{model}`, seed {seed}: {sum(it.sat for it in found)} of {len(found)} sit as asked for."
    return f"{told}\n\n{format_table((*HEAD, *FEET), cells)}\n"
