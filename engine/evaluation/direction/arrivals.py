"""Whether a walk to a place ends there: standing, facing as asked, both feet on the ground, when it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.editing.path import follow_path
from engine.evaluation.report_file import format_table
from engine.motion.contacts import measure_skate
from engine.motion.features import facing
from engine.motion.feet import LEGS
from engine.pipeline import Pipeline
from engine.requests.path import PathRequest, curve_to
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]

PROMPT = "a person walks forward"
FPS = 20
# Of the places: metres away, degrees to either side in which they lie, and by which is turned on the way.
DISTANCES, ASIDE, TURN = (1.5, 4.0), 45.0, 90.0
PACE, EXTRA = 1.0, 0.6  # metres a second and seconds of the time that is asked for
# Asked for: metres, degrees, frames early or late. A foot is on the ground with its toe this low, metres.
NEAR, STRAIGHT, EARLY, DOWN = 0.03, 5.0, 2, 0.05
HEAD = ("away m", "turn", "off cm", "off degrees", "frames late", "both feet down", "skate mm/frame")


@dataclass(frozen=True)
class Arrival:
    """One walk: how it ended.

    Attributes:
        distance: metres to the place; turn: degrees; missed: metres, and off: degrees, at worst while standing
        late: frames from the one asked for to the first from which nothing moves any more, negative if earlier; None if
            it is never at rest
        down: share of the frames of standing with both feet on the ground; skate: mm a frame
    """

    distance: float
    turn: float
    missed: float
    off: float
    late: int | None
    down: float
    skate: float

    @property
    def arrived(self) -> bool:
        """Whether all that is asked for is met."""
        near = self.missed <= NEAR and self.off <= STRAIGHT and self.down == 1.0
        return near and self.late is not None and abs(self.late) <= EARLY


def draw_request(rng: np.random.Generator, seed: int) -> PathRequest:
    """A walk to a random place."""
    distance, aside = rng.uniform(*DISTANCES), np.radians(rng.uniform(-ASIDE, ASIDE))
    turn = float(rng.uniform(-TURN, TURN))
    points = curve_to((distance * np.sin(aside), distance * np.cos(aside)), turn)
    length = float(np.linalg.norm(np.diff(points, axis=0), axis=-1).sum())
    arrive = round(FPS * (length / PACE + EXTRA)) / FPS
    return PathRequest(points, PROMPT, seed=seed, stop=True, facing=turn, arrive=arrive)


def measure_arrival(joints: Array, request: PathRequest) -> Arrival:
    """How the motion (T, J, 3) of a request ends."""
    assert request.arrive is not None and request.facing is not None
    joints, place = np.asarray(joints, dtype=np.float64), np.asarray(request.points[-1])
    first, ahead = round(request.arrive * FPS), facing(joints)
    away = np.linalg.norm(joints[:, 0][:, [0, 2]] - place, axis=-1)
    turned = np.degrees(np.arctan2(ahead[:, 0], ahead[:, 2])) - request.facing
    off = np.abs((turned + 180.0) % 360.0 - 180.0)
    feet = joints[:, [joint for leg in LEGS for joint in leg[2:]]]
    still = (np.linalg.norm(feet - feet[-1], axis=-1) <= NEAR).all(axis=1)
    moving = np.flatnonzero(~(still & (away <= NEAR) & (off <= STRAIGHT)))
    rest = int(moving[-1]) + 1 if len(moving) else 0
    toes = joints[first:, [leg[3] for leg in LEGS], 1]
    return Arrival(
        distance=float(np.linalg.norm(place)),
        turn=request.facing,
        missed=float(away[first:].max()),
        off=float(off[first:].max()),
        late=rest - first if rest < len(joints) else None,
        down=float((toes <= DOWN).all(axis=1).mean()),
        skate=measure_skate(joints),
    )


def measure_arrivals(pipeline: Pipeline, count: int, seed: int = 0, watch: Watch = UNWATCHED) -> list[Arrival]:
    """Walks to so many random places."""
    rng, found = np.random.default_rng(seed), []
    for number in range(count):
        request = draw_request(rng, seed + number)
        found.append(measure_arrival(follow_path(pipeline, request, watch.silent()).joints, request))
        watch.report("measuring", number + 1, count)
    return found


def arrivals_markdown(model: str, seed: int, found: Sequence[Arrival]) -> str:
    """The table with what it was measured on, and how many are within the limits."""
    cells = [
        (
            f"{it.distance:.1f}",
            f"{it.turn:.0f}",
            f"{100 * it.missed:.1f}",
            f"{it.off:.1f}",
            "never" if it.late is None else f"{it.late:d}",
            f"{100 * it.down:.0f} %",
            f"{it.skate:.1f}",
        )
        for it in found
    ]
    told = f"`{model}`, seed {seed}: {sum(it.arrived for it in found)} of {len(found)} walks arrive as asked for."
    return f"{told}\n\n{format_table(HEAD, cells)}\n"
