"""Whether two characters touch where they should and stay out of each other, for all interactions and some sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.evaluation.report_file import format_table
from engine.interaction.pair import CROSSED, MISSED, Interacting, interact
from engine.motion.contacts import measure_skate
from engine.pipeline import Pipeline
from engine.requests.interact import InteractRequest
from engine.requests.interactions import Interaction
from engine.watch import UNWATCHED, Watch

# Of a and b: two grown bodies, and a grown one with one of three quarters its size.
SIZES = ((1.0, 1.0), (1.0, 0.75))
HEAD = ("", *(f"contact cm, {a:g} and {b:g}" for a, b in SIZES), *(f"inside cm, {a:g} and {b:g}" for a, b in SIZES))

Drawn = Callable[[InteractRequest, Interacting], None]


@dataclass(frozen=True)
class Row:
    """One interaction on each pair of sizes: metres that the worst contact is off and that two are in each other."""

    name: str
    missed: tuple[float, ...]
    crossed: tuple[float, ...]
    skate: float  # mm a frame, mean of all bodies


def measure_interactions(
    pipeline: Pipeline,
    interactions: Sequence[Interaction],
    seed: int = 0,
    watch: Watch = UNWATCHED,
    keep: Drawn = lambda request, made: None,
) -> list[Row]:
    """A row for each; `keep` gets every pair that was made."""
    rows = []
    for number, interaction in enumerate(interactions):
        requests = [InteractRequest(interaction, seed, sizes) for sizes in SIZES]
        made = [interact(pipeline, request, watch.silent()) for request in requests]
        for request, each in zip(requests, made, strict=True):
            keep(request, each)
        skates = [
            measure_skate(motion.joints / size)
            for request, each in zip(requests, made, strict=True)
            for motion, size in zip(each.motions, request.sizes, strict=True)
        ]
        missed, crossed = (tuple(value) for value in zip(*((max(it.missed), it.crossed) for it in made), strict=True))
        rows.append(Row(interaction.name, missed, crossed, sum(skates) / len(skates)))
        watch.report("measuring", number + 1, len(interactions))
    return rows


def interactions_markdown(model: str, seed: int, rows: Sequence[Row]) -> str:
    """The table with what it was measured on, and how many are within the limits."""
    cells = [
        (
            row.name,
            *(f"{100 * value:.1f}" for value in (*row.missed, *row.crossed)),
            f"{row.skate:.1f}",
        )
        for row in rows
    ]
    pairs = [pair for row in rows for pair in zip(row.missed, row.crossed, strict=True)]
    touch, apart = sum(missed <= MISSED for missed, _ in pairs), sum(crossed <= CROSSED for _, crossed in pairs)
    told = (
        f"`{model}`, seed {seed}: of {len(pairs)} pairs, {touch} touch within {100 * MISSED:.0f} cm and {apart} are "
        f"never more than {100 * CROSSED:.0f} cm inside each other."
    )
    return f"{told}\n\n{format_table((*HEAD, 'skate mm/frame'), cells)}\n"
