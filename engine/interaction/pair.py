"""From an interaction to two motions: drawn apart, put on one clock, stood to each other, brought together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.editing.seams import calm_transitions
from engine.generation.clauses import LEAST_TOKENS, Part
from engine.generation.heights import leaves_the_floor
from engine.generation.promises import broken_promises
from engine.interaction.bodies import measure_crossing
from engine.interaction.build import rebuild
from engine.interaction.contacts import MISSED, contact_frames, lateness_of, miss_of
from engine.interaction.placing import begin_at_origin, place_pair
from engine.interaction.settling import settle
from engine.interaction.timing import FPS, own_moment, warp_to
from engine.models.config import FRAMES_PER_TOKEN, ModelConfig
from engine.motion.cleanup import clean_joints
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.motion import Motion
from engine.motion.skeleton import mirror_joints
from engine.pipeline import Pipeline
from engine.requests.checks import SEEDS
from engine.requests.interact import InteractRequest
from engine.requests.interactions import ROLES, Interaction, Role
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]
Takes = list[list[Array]]  # of each role

CANDIDATES = 3  # takes of each role to choose from
BROKEN = 30.0  # what a sign of the prompt weighs that a take lacks, as the cost of a placing
CROSSED = 0.03  # metres from which on two bodies count as walking through each other


@dataclass(frozen=True)
class Interacting:
    """What two do with each other.

    Attributes:
        a, b: motions of one length in one world, in which a begins over the origin and faces +Z
        missed: metres that each contact is off at most; late: seconds by which it begins after it should
        crossed: metres that any capsules of the two are inside each other at most; crossed_at: the frame of that
    """

    a: Motion
    b: Motion
    missed: tuple[float, ...]
    late: tuple[float, ...]
    crossed: float
    crossed_at: int

    @property
    def motions(self) -> tuple[Motion, Motion]:
        return self.a, self.b


def interact(pipeline: Pipeline, request: InteractRequest, watch: Watch = UNWATCHED) -> Interacting:
    """Motions of two who do something with each other. Raises InputError, Cancelled."""
    return bring_together(pipeline.model.config, request, draw_takes(pipeline, request, watch), watch)


def bring_together(
    config: ModelConfig, request: InteractRequest, takes: Takes, watch: Watch = UNWATCHED
) -> Interacting:
    """Motions of two made of takes of the model of that config. Raises Cancelled."""
    interaction, sizes = request.interaction, request.sizes
    spans = [contact_frames(contact, len(takes[0][0])) for contact in interaction.contacts]
    pair = pair_up(request, takes, spans, watch)
    contacts = list(zip(interaction.contacts, spans, strict=True))
    missed = tuple(miss_of(contact, pair, span, sizes) for contact, span in contacts)
    late = tuple(lateness_of(contact, pair, span, sizes) for contact, span in contacts)
    depth = measure_crossing(*pair, sizes).depth.max(axis=(1, 2))
    at = int(depth.argmax())
    crossed = max(0.0, float(depth[at]))
    note = _tell(interaction, missed, crossed, at, sizes)
    made = []
    for role, joints, size, shape in zip(ROLES, pair, sizes, request.proportions, strict=True):
        record = request.record(config.name, role)
        own = joints / size - [0.0, shape.ankles, 0.0]
        features = features_of_every_frame(own.astype(np.float32))
        made.append(Motion(joints.astype(np.float32), features, config.fps, record, (), note))
    return Interacting(made[0], made[1], missed, late, crossed, at)


def pair_up(
    request: InteractRequest, takes: Takes, spans: list[NDArray[np.int64]], watch: Watch = UNWATCHED
) -> tuple[Array, Array]:
    """The two takes (T, J, 3) of each role's that go together best, in one world and brought together.

    Args:
        spans: frames of each contact
    """
    interaction, sizes = request.interaction, request.sizes
    timed, faults = [], []
    mirrored = interaction.b.mirrors
    own: list[Array] = []
    for role, drawn, size, shape in zip(ROLES, takes, sizes, request.proportions, strict=True):
        if mirrored and role == "b":
            own = [mirror_joints(joints) for joints in own]
        else:
            own = [_on_the_clock(interaction, role, joints, int(spans[0][0])) for joints in drawn]
        faults.append([BROKEN * _broken(interaction.role(role), joints) for joints in own])
        timed.append([rebuild(joints, shape) * size for joints in own])
    best: tuple[float, Array, Array] | None = None
    for first, (a, faulty) in enumerate(zip(timed[0], faults[0], strict=True)):
        for second, (b, lacking) in enumerate(zip(timed[1], faults[1], strict=True)):
            watch.check()
            if (mirrored and first != second) or best is not None and faulty + lacking >= best[0]:
                continue
            one, two, cost = place_pair(interaction, a, b, spans, sizes)
            if best is None or cost + faulty + lacking < best[0]:
                best = cost + faulty + lacking, one, two
    assert best is not None
    return begin_at_origin(*settle(interaction, (best[1], best[2]), spans, sizes, watch))


def draw_takes(pipeline: Pipeline, request: InteractRequest, watch: Watch = UNWATCHED) -> Takes:
    """Takes (T, J, 3) of each role, all of one length, in one batch; of one that mirrors, those of the other one."""
    interaction = request.interaction
    tokens = round(interaction.seconds * FPS / FRAMES_PER_TOKEN)
    plans, seeds = [], []
    for number, role in enumerate(ROLES[:1] if interaction.b.mirrors else ROLES):
        plans += [_plan(interaction.role(role), tokens)] * CANDIDATES
        seeds += [(request.seed + 7919 * number + 104729 * take) % SEEDS for take in range(CANDIDATES)]
    drawn = []
    for plan, ids in zip(plans, pipeline.fill_parts(plans, seeds, request.sampling, watch), strict=True):
        watch.check()
        decoded = features_to_joints(pipeline.decode(ids, tokens * FRAMES_PER_TOKEN)).astype(np.float64)
        starts = FRAMES_PER_TOKEN * np.cumsum([0, *(part.tokens for part in plan)])[:-1]
        calmed = calm_transitions(decoded, [int(start) for start in starts])
        grounded = not any(leaves_the_floor(part.prompt) for part in plan)
        drawn.append(clean_joints(calmed, grounded=grounded).astype(np.float64))
    return [drawn[:CANDIDATES], drawn[CANDIDATES:] or drawn]


def _plan(role: Role, tokens: int) -> list[Part]:
    """What a role does in its tokens; a part that would have no time to happen goes with the one before."""
    plan: list[Part] = []
    start = 0
    for part in role.parts:
        stop = max(start + LEAST_TOKENS, round(part.until * tokens))
        if part is role.parts[-1] or stop > tokens - LEAST_TOKENS:
            stop = tokens
        if stop > start:
            plan.append(Part(part.prompt, stop - start))
        start = stop
    return plan


def part_frames(role: Role, frames: int) -> list[tuple[Part, slice]]:
    """What a role does in a motion of so many frames, and when."""
    plan = _plan(role, frames // FRAMES_PER_TOKEN)
    ends = FRAMES_PER_TOKEN * np.cumsum([part.tokens for part in plan])
    return [
        (part, slice(int(end) - FRAMES_PER_TOKEN * part.tokens, int(end))) for part, end in zip(plan, ends, strict=True)
    ]


def _broken(role: Role, joints: Array) -> int:
    """How many of the signs of what a role does its take (T, J, 3) lacks."""
    return sum(len(broken_promises(joints[span], part.prompt)) for part, span in part_frames(role, len(joints)))


def _on_the_clock(interaction: Interaction, role: str, joints: Array, at: int) -> Array:
    """A take with its own reach on the frame of the first contact."""
    return warp_to(joints, own_moment(joints, interaction.contacts[0], role, at), at)


def _tell(
    interaction: Interaction, missed: tuple[float, ...], crossed: float, at: int, sizes: tuple[float, float]
) -> str:
    """One line about what could not be done, empty if all was."""
    size = min(sizes)
    told = []
    if max(missed) > MISSED * size:
        contact = interaction.contacts[int(np.argmax(missed))]
        told.append(
            f"{contact.a.replace('_', ' ')} and {contact.b.replace('_', ' ')} stay {100 * max(missed):.0f} cm apart"
        )
    if crossed > CROSSED * size:
        told.append(f"the two are {100 * crossed:.0f} cm inside each other at {at / FPS:.1f} s")
    return "; ".join(told) + (": try another seed" if told else "")
