"""From an interaction to two motions: drawn apart, put on one clock, stood to each other, brought together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.editing.seams import calm_transitions
from engine.generation.clauses import LEAST_TOKENS, Part
from engine.generation.heights import leaves_the_floor
from engine.interaction.bodies import CAPSULES, NAMES, Crossing, measure_crossing
from engine.interaction.meeting import contact_frames, meet, miss_of
from engine.interaction.placing import place_pair
from engine.interaction.timing import FPS, own_moment, warp_to
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.cleanup import clean_joints
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.motion import Motion
from engine.pipeline import Pipeline
from engine.requests.checks import SEEDS
from engine.requests.interact import InteractRequest
from engine.requests.interactions import PARTS, ROLES, Interaction, Role
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]

CANDIDATES = 3  # takes of each role to choose from
# Metres from which on a contact counts as missed, and two bodies as walking through each other.
MISSED, CROSSED = 0.03, 0.03
# Frames around a contact in which what touches may be in the other's way.
NEAR_CONTACT = 10


@dataclass(frozen=True)
class Interacting:
    """What two do with each other.

    Attributes:
        a, b: motions of one length in one world, in which a begins over the origin and faces +Z
        missed: metres that each contact is off at most; crossed: metres that the two are inside each other at most,
            where they do not touch, and the frame of that
    """

    a: Motion
    b: Motion
    missed: tuple[float, ...]
    crossed: float
    crossed_at: int

    @property
    def motions(self) -> tuple[Motion, Motion]:
        return self.a, self.b


def interact(pipeline: Pipeline, request: InteractRequest, watch: Watch = UNWATCHED) -> Interacting:
    """Motions of two who do something with each other. Raises InputError, Cancelled."""
    interaction, sizes = request.interaction, request.sizes
    takes = _draw(pipeline, request, watch)
    frames = len(takes[0][0])
    spans = [contact_frames(interaction, contact, frames) for contact in interaction.contacts]
    pair = pair_up(interaction, takes, spans, sizes, watch)
    missed = tuple(miss_of(it, pair, span, sizes) for it, span in zip(interaction.contacts, spans, strict=True))
    crossed, at = find_crossing(interaction, measure_crossing(*pair, sizes), spans, sizes)
    note = _tell(interaction, missed, crossed, at, sizes)
    config = pipeline.model.config
    made = []
    for role, joints in zip(ROLES, pair, strict=True):
        record = request.record(config.name, role)
        features = features_of_every_frame((joints / sizes[ROLES.index(role)]).astype(np.float32))
        made.append(Motion(joints.astype(np.float32), features, config.fps, record, (), note))
    return Interacting(made[0], made[1], missed, crossed, at)


def pair_up(
    interaction: Interaction,
    takes: list[list[Array]],
    spans: list[NDArray[np.int64]],
    sizes: tuple[float, float],
    watch: Watch = UNWATCHED,
) -> tuple[Array, Array]:
    """The two takes (T, J, 3) of each role's that go together best, in one world and brought together.

    Args:
        spans: frames of each contact
    """
    timed = [
        [_on_the_clock(interaction, role, joints, int(spans[0][0])) * size for joints in drawn]
        for role, drawn, size in zip(ROLES, takes, sizes, strict=True)
    ]
    best: tuple[float, Array, Array] | None = None
    for a in timed[0]:
        for b in timed[1]:
            watch.check()
            one, two, cost = place_pair(interaction, a, b, spans, sizes)
            if best is None or cost < best[0]:
                best = cost, one, two
    assert best is not None
    return meet(interaction, (best[1], best[2]), spans, sizes)


def _draw(pipeline: Pipeline, request: InteractRequest, watch: Watch) -> list[list[Array]]:
    """Takes (T, J, 3) of each role, all of one length, in one batch."""
    interaction = request.interaction
    tokens = round(interaction.seconds * FPS / FRAMES_PER_TOKEN)
    plans, seeds = [], []
    for number, role in enumerate(ROLES):
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
    return [drawn[:CANDIDATES], drawn[CANDIDATES:]]


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


def _on_the_clock(interaction: Interaction, role: str, joints: Array, at: int) -> Array:
    """A take with its own reach on the frame of the first contact."""
    return warp_to(joints, own_moment(joints, interaction.contacts[0], role, at), at)


def find_crossing(
    interaction: Interaction, crossing: Crossing, spans: list[NDArray[np.int64]], sizes: tuple[float, float]
) -> tuple[float, int]:
    """How deep the two are inside each other at most and when; what touches, around its contact, is not counted."""
    depth = crossing.depth.copy()
    for contact, span in zip(interaction.contacts, spans, strict=True):
        rows = slice(max(0, int(span[0]) - NEAR_CONTACT), int(span[-1]) + NEAR_CONTACT + 1)
        for one in touching(contact.a):
            for two in touching(contact.b):
                depth[rows, one, two] = -np.inf
    frame = int(depth.max(axis=(1, 2)).argmax())
    return max(0.0, float(depth[frame].max())), frame


def touching(name: str) -> list[int]:
    """The capsules that a part or place belongs to."""
    side = name.partition("_")[0]
    if name in PARTS:
        found = [f"{side} foot", f"{side} shin"] if name.endswith("foot") else [f"{side} forearm"]
    elif name in ("head", "face"):
        found = ["head"]
    elif name in ("chest", "stomach", "back") or name.endswith("waist"):
        found = ["trunk", "shoulders"] if name in ("chest", "back") else ["trunk"]
    elif name.endswith("shoulder"):
        found = ["shoulders", f"{side} upper arm"]
    elif name.endswith("knee"):
        found = [f"{side} thigh", f"{side} shin"]
    else:
        found = [f"{side} {name.partition('_')[2].replace('_', ' ')}"]
    assert all(each in CAPSULES for each in found)
    return [NAMES.index(each) for each in found]


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
