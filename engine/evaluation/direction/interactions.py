"""Whether two characters touch where and when they should and stay out of each other, on bodies of several builds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.evaluation.report_file import format_table
from engine.generation.promises import broken_promises, find_promises
from engine.interaction.contacts import MISSED
from engine.interaction.pair import CROSSED, Interacting, bring_together, draw_takes, part_frames
from engine.motion.contacts import measure_skate
from engine.pipeline import Pipeline
from engine.requests.interact import InteractRequest
from engine.requests.interactions import ROLES, Interaction
from engine.requests.proportions import PERSON, Proportions
from engine.watch import UNWATCHED, Watch

Sizes = tuple[float, float]
# Of a and b: one grown body twice; a grown one and one of three quarters its size; a small and a tall one; and one with
# a long trunk, broad shoulders and long arms beside a slight one with short arms.
BUILDS: tuple[tuple[Sizes, tuple[Proportions, Proportions]], ...] = (
    ((1.0, 1.0), (PERSON, PERSON)),
    ((1.0, 0.75), (PERSON, PERSON)),
    ((0.8, 1.15), (PERSON, PERSON)),
    ((1.0, 0.9), (Proportions(1.1, 1.3, 1.15, 1.1), Proportions(0.92, 0.85, 0.88, 0.9))),
)
LATE = 0.1  # seconds by which a contact may begin early or late
PAIRS = " / ".join(f"{a:g} and {b:g}" for (a, b), _ in BUILDS)
HEAD = ("", "contact cm", "inside cm", "late s", "seen", "skate mm/frame")

Drawn = Callable[[InteractRequest, Interacting], None]


@dataclass(frozen=True)
class Row:
    """One interaction on each pair of bodies.

    Attributes:
        missed, crossed: metres that the worst contact is off and that the two are in each other
        late: seconds that the worst contact begins early or late
        seen, asked: how many of the prompts' words with a physical sign are seen, and how many there are
        skate: mm a frame, mean of all bodies
    """

    name: str
    missed: tuple[float, ...]
    crossed: tuple[float, ...]
    late: tuple[float, ...]
    seen: int
    asked: int
    skate: float


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
        requests = [InteractRequest(interaction, seed, sizes, proportions=shapes) for sizes, shapes in BUILDS]
        takes = draw_takes(pipeline, requests[0], watch.silent())
        made = [bring_together(pipeline.model.config, request, takes, watch.silent()) for request in requests]
        skates, seen, asked = [], 0, 0
        for request, each in zip(requests, made, strict=True):
            keep(request, each)
            for role, motion, size in zip(ROLES, each.motions, request.sizes, strict=True):
                skates.append(measure_skate(motion.joints / size))
                for part, span in part_frames(interaction.role(role), len(motion)):
                    promised = len({promise.told for promise, _ in find_promises(part.prompt)})
                    asked += promised
                    seen += promised - len(broken_promises(motion.joints[span] / size, part.prompt))
        missed = tuple(max(each.missed) for each in made)
        late = tuple(max(each.late, key=abs) for each in made)
        crossed = tuple(each.crossed for each in made)
        rows.append(Row(interaction.name, missed, crossed, late, seen, asked, sum(skates) / len(skates)))
        watch.report("measuring", number + 1, len(interactions))
    return rows


def interactions_markdown(model: str, seed: int, rows: Sequence[Row]) -> str:
    """The table with what it was measured on, and how many are within the limits."""
    cells = [
        (
            row.name,
            " / ".join(f"{100 * value:.1f}" for value in row.missed),
            " / ".join(f"{100 * value:.1f}" for value in row.crossed),
            f"{max(row.late, key=abs):+.2f}",
            f"{row.seen} of {row.asked}" if row.asked else "",
            f"{row.skate:.1f}",
        )
        for row in rows
    ]
    missed = [value for row in rows for value in row.missed]
    crossed = [value for row in rows for value in row.crossed]
    late = [value for row in rows for value in row.late]
    touch, apart = sum(value <= MISSED for value in missed), sum(value <= CROSSED for value in crossed)
    punctual = sum(abs(value) <= LATE + 1e-9 for value in late)
    told = (
        f"`{model}`, seed {seed}, on bodies of {PAIRS} (the last two of other proportions): of {len(missed)} pairs, "
        f"{touch} touch within {100 * MISSED:.0f} cm, {punctual} begin to within {LATE:g} s and {apart} are never more "
        f"than {100 * CROSSED:.0f} cm inside each other; of {sum(row.asked for row in rows)} signs of what the prompts "
        f"say, {sum(row.seen for row in rows)} are seen."
    )
    return f"{told}\n\n{format_table(HEAD, cells)}\n"
