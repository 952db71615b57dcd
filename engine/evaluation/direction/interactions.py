"""Whether two characters touch where and when they should and stay out of each other, on bodies of several builds."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.blender_process import play_pairs, tell_builds
from engine.evaluation.report_file import format_table
from engine.files.arrays import read_arrays
from engine.generation.promises import broken_promises, find_promises
from engine.interaction.bodies import measure_crossing
from engine.interaction.contacts import MISSED, contact_frames, lateness_of, miss_of
from engine.interaction.pair import CROSSED, Interacting, bring_together, draw_takes, part_frames
from engine.motion.contacts import measure_skate
from engine.pipeline import Pipeline
from engine.requests.interact import InteractRequest
from engine.requests.interactions import ROLES, Interaction
from engine.requests.proportions import PERSON, Proportions
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]
Sizes = tuple[float, float]
Build = tuple[Sizes, tuple[Proportions, Proportions]]
# Of a and b: one grown body twice; a grown one and one of three quarters its size; a small and a tall one; and one with
# a long trunk, broad shoulders and long arms beside a slight one with short arms.
BUILDS: tuple[Build, ...] = (
    ((1.0, 1.0), (PERSON, PERSON)),
    ((1.0, 0.75), (PERSON, PERSON)),
    ((0.8, 1.15), (PERSON, PERSON)),
    ((1.0, 0.9), (Proportions(1.1, 1.3, 1.15, 1.1), Proportions(0.92, 0.85, 0.88, 0.9))),
)
LATE = 0.1  # seconds by which a contact may begin early or late
BODIES = f"bodies of {' / '.join(f'{a:g} and {b:g}' for (a, b), _ in BUILDS)} (the last two of other proportions)"
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


@dataclass(frozen=True)
class Shown:
    """Two characters as they are seen.

    Attributes:
        pair: joints (T, J, 3) of a and b in one world; people: the same poses as the model's body has them
        sizes: of both against the model's body
    """

    pair: tuple[Array, Array]
    people: tuple[Array, Array]
    sizes: Sizes


def measure_interactions(
    pipeline: Pipeline,
    interactions: Sequence[Interaction],
    seed: int = 0,
    watch: Watch = UNWATCHED,
    keep: Drawn = lambda request, made: None,
) -> list[Row]:
    """A row for each, on bodies in the engine; `keep` gets every pair that was made."""
    rows = []
    for number, interaction in enumerate(interactions):
        shown = []
        for request, made in _made(pipeline, interaction, seed, BUILDS, watch):
            keep(request, made)
            a, b = (motion.joints.astype(np.float64) for motion in made.motions)
            shown.append(Shown((a, b), (a / request.sizes[0], b / request.sizes[1]), request.sizes))
        rows.append(measure_shown(interaction, shown))
        watch.report("measuring", number + 1, len(interactions))
    return rows


def measure_on_rigs(
    pipeline: Pipeline, interactions: Sequence[Interaction], rigs: Path, seed: int = 0, watch: Watch = UNWATCHED
) -> tuple[list[Row], list[str]]:
    """A row for each, on pairs of rigs in Blender, as their bones are; and what the pairs are called.

    Args:
        rigs: folder of skeletons, of which some pairs are

    Raises InputError where Blender or a rig is missing.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = tell_builds(folder, rigs)
        builds: list[Build] = []
        for each in pairs:
            a, b = (Proportions(**built) for built in each["proportions"])
            builds.append(((each["sizes"][0], each["sizes"][1]), (a, b)))
        total = len(interactions) * (len(builds) + 1)
        for number, interaction in enumerate(interactions):
            for place, (_, made) in enumerate(_made(pipeline, interaction, seed, builds, watch)):
                for role, motion in zip(ROLES, made.motions, strict=True):
                    motion.save(folder / f"{place}_{number:03d}_{role}.npz")
            watch.report("measuring", number + 1, total)
        told = itertools.count(len(interactions) + 1)
        play_pairs(folder, rigs, lambda _: watch.report("measuring", next(told), total))
        rows = []
        for number, interaction in enumerate(interactions):
            shown = []
            for place, (sizes, _) in enumerate(builds):
                played = read_arrays(folder / f"{place}_{number:03d}_played.npz")
                pair, people = (played["a"], played["b"]), (played["as_a"], played["as_b"])
                shown.append(Shown(pair, people, sizes))
            rows.append(measure_shown(interaction, shown))
    return rows, [" and ".join(each["names"]) for each in pairs]


def _made(
    pipeline: Pipeline, interaction: Interaction, seed: int, builds: Sequence[Build], watch: Watch
) -> Iterator[tuple[InteractRequest, Interacting]]:
    """An interaction on each pair of bodies, of the same takes."""
    requests = [InteractRequest(interaction, seed, sizes, proportions=shapes) for sizes, shapes in builds]
    takes = draw_takes(pipeline, requests[0], watch.silent())
    for request in requests:
        yield request, bring_together(pipeline.model.config, request, takes, watch.silent())


def measure_shown(interaction: Interaction, shown: Sequence[Shown]) -> Row:
    """An interaction as it is seen on several pairs."""
    missed, crossed, late, skates, seen, asked = [], [], [], [], 0, 0
    for each in shown:
        contacts = [(it, contact_frames(it, len(each.pair[0]))) for it in interaction.contacts]
        missed.append(max(miss_of(it, each.pair, span, each.sizes) for it, span in contacts))
        late.append(max((lateness_of(it, each.pair, span, each.sizes) for it, span in contacts), key=abs))
        crossed.append(max(0.0, float(measure_crossing(*each.pair, each.sizes).depth.max())))
        for role, joints in zip(ROLES, each.people, strict=True):
            skates.append(measure_skate(joints))
            for part, span in part_frames(interaction.role(role), len(joints)):
                promised = len({promise.told for promise, _ in find_promises(part.prompt)})
                asked += promised
                seen += promised - len(broken_promises(joints[span], part.prompt))
    return Row(interaction.name, tuple(missed), tuple(crossed), tuple(late), seen, asked, sum(skates) / len(skates))


def interactions_markdown(model: str, seed: int, rows: Sequence[Row], bodies: str = BODIES) -> str:
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
        f"`{model}`, seed {seed}, on {bodies}: of {len(missed)} pairs, "
        f"{touch} touch within {100 * MISSED:.0f} cm, {punctual} begin to within {LATE:g} s and {apart} are never more "
        f"than {100 * CROSSED:.0f} cm inside each other; of {sum(row.asked for row in rows)} signs of what the prompts "
        f"say, {sum(row.seen for row in rows)} are seen."
    )
    return f"{told}\n\n{format_table(HEAD, cells)}\n"
