"""Two bodies brought together and kept apart: one least-squares problem over all frames of both.

Wanted are, by their weights: contacts that touch, capsules that stay out of each other's and of their own body's, feet
that stay where they stand, legs no longer than they are, and changes as small and as smooth as can be (a Matern 5/2
process, as `engine.motion.reaching.spread` has it). Gauss-Newton with Levenberg's damping on the freedoms of both
(`articulation`); frames are coupled by smoothness alone, so the normal matrix is banded.

A hand that has to get behind the other one would take the straight way, through the trunk. Its contact begins aside, on
the hand's own side, and is led to its place in a few stages (continuation), so that the arm goes round.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.interaction.articulation import (
    BODY,
    ELBOWS,
    FEET,
    FREEDOMS,
    LEAST_BENT,
    METRES,
    MOST_BENT,
    SCALES,
    SHIFT,
    Articulation,
)
from engine.interaction.blocks import Blocks, Rows
from engine.interaction.bodies import ARMS, CAPSULES, NAMES, contact_point, measure_crossing, trunk_axes
from engine.motion.feet import LEGS
from engine.motion.skeleton import skeleton_of
from engine.requests.interactions import PARTS, ROLES, Contact, Interaction
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]
Frames = NDArray[np.int64]
Pair = tuple[Array, Array]
Slopes = tuple[Array, Array] | tuple[None, None]

# What weighs one, in metres and radians: what a contact is off, what hands are off the height where they meet, how deep
# two bodies are in each other beyond SLACK, and limbs of one body in it, a step of a foot that stands, how deep a foot
# is in the floor, what a leg is too short by, and what an elbow is bent too far.
TOUCH, HEIGHT, CROSS, OWN, STEP, FLOOR, LEG, LIMIT = 0.003, 0.04, 0.006, 0.01, 0.002, 0.004, 0.004, 0.05
SLACK = 0.008
# How much smooth changes weigh, and small ones on every frame; frames in which a change of the body and of an arm dies
# away, in lengths of the course's own fading.
EFFORT, POSE = 10.0, 0.3
BODY_REACH, ARM_REACH, LENGTHS = 14.0, 10.0, 3.0
ROUNDS, SETTLED = 40, 1e-3  # at most so many steps, until one gains less than this share
TRUST = 0.6  # of what weighs one, that a freedom changes in a step at most
CAUTION, MOST_CAUTION = 1e-2, 1e6  # of the first step; with more no step helps
# Of the stages: how much of the way aside is left, and what a contact is off by then that weighs one; and their steps.
STAGES = ((1.0, 0.05), (0.7, 0.04), (0.4, 0.03), (0.15, 0.015), (0.0, 0.008))
STAGE_ROUNDS = 7
# Metres aside, and up or down for a place above or below CHEST of the height of the upper spine.
ASIDE, UP, CHEST = 0.35, 0.15, 0.93
BEHIND = 0.08  # metres from the trunk's axis from which on a place is on a side of it
SWING_RATE, FPS = 2.0, 20.0  # a second
DELTA = 1e-5  # of numeric slopes
# Capsules of one body that can get into each other by what gives way.
OWN_PAIRS = [
    (NAMES.index(arm), NAMES.index(other))
    for arm in ARMS
    for other in ("trunk", "head", "left thigh", "right thigh")
    if not (other == "trunk" and arm.endswith("upper arm"))
] + [
    (NAMES.index(f"left {one}"), NAMES.index(f"right {two}"))
    for one in ("upper arm", "forearm")
    for two in ("upper arm", "forearm")
]
OWN_ONE, OWN_TWO = (np.array(it) for it in zip(*OWN_PAIRS, strict=True))


def settle(
    interaction: Interaction, pair: Pair, spans: list[Frames], sizes: tuple[float, float], watch: Watch = UNWATCHED
) -> Pair:
    """Both bodies (T, J, 3), placed already, with all contacts made and nobody in anybody, as far as can be.

    Args:
        spans: frames of each contact
    """
    return Settling(interaction, pair, spans, sizes).solve(watch)


class Settling:
    """The problem of one pair; arguments as of `settle`."""

    def __init__(self, interaction: Interaction, pair: Pair, spans: list[Frames], sizes: tuple[float, float]) -> None:
        self.contacts = list(zip(interaction.contacts, spans, strict=True))
        self.sizes, self.frames = sizes, len(pair[0])
        self.bodies = Articulation.of(pair[0], sizes[0]), Articulation.of(pair[1], sizes[1])
        names = skeleton_of(pair[0].shape[1]).joint_names
        self.ends = np.array([[names.index(end) for end in ends[:2]] for ends in CAPSULES.values()])
        # What a take has of its arms in its own body is no fault of ours.
        self.own = [np.maximum(0.0, self._own_depth(joints, who)) for who, joints in enumerate(pair)]
        self.detours = [_detour(contact, pair, span, sizes) for contact, span in self.contacts]
        self.aside, self.touch = 0.0, TOUCH
        self.effort = self._effort()

    def solve(self, watch: Watch = UNWATCHED) -> Pair:
        """The pair, settled. Raises Cancelled."""
        change = np.zeros((self.frames, 2 * FREEDOMS))
        if any(detour.any() for detour in self.detours):
            for self.aside, self.touch in STAGES:
                change, _ = self._descend(change, STAGE_ROUNDS, watch)
        self.aside, self.touch = 0.0, TOUCH
        return self._descend(change, ROUNDS, watch)[1]

    def _descend(self, change: Array, rounds: int, watch: Watch) -> tuple[Array, Pair]:
        """The change (T, 2 * FREEDOMS) after so many steps at most, and the joints then."""
        damping = CAUTION * np.diag(np.tile(SCALES**-2.0, 2))
        trust = TRUST * np.tile(SCALES, 2)
        rows, pair = self._wanted(change, sloped=True)
        cost, caution = self._cost(change, rows), 1.0
        for _ in range(rounds):
            watch.check()
            right = -self.effort.slope(change)
            diagonal = self.effort.with_rows(rows, right)
            gained = 0.0
            while caution < MOST_CAUTION:
                step = self.effort.solve(diagonal + caution * damping, right)
                tried = change + np.clip(step, -trust, trust)
                value = self._cost(tried, self._wanted(tried, sloped=False)[0])
                if value < cost:
                    gained = (cost - value) / max(cost, 1e-9)
                    change, cost, caution = tried, value, caution / 5
                    break
                caution *= 6
            if gained < SETTLED:
                break
            rows, pair = self._wanted(change, sloped=True)
        return change, (self.bodies[0].posed(change[:, :FREEDOMS]), self.bodies[1].posed(change[:, FREEDOMS:]))

    def _cost(self, change: Array, rows: list[Rows]) -> float:
        return sum(it.cost for it in rows) + float((self.effort.slope(change) * change).sum())

    # --- what is wanted -------------------------------------------------------------------------------------------

    def _wanted(self, change: Array, sloped: bool) -> tuple[list[Rows], Pair]:
        """All rows but those of effort at a change (T, 2 * FREEDOMS), and the joints then."""
        own = change[:, :FREEDOMS], change[:, FREEDOMS:]
        pair = self.bodies[0].posed(own[0]), self.bodies[1].posed(own[1])
        slopes: Slopes = None, None
        if sloped:
            slopes = self.bodies[0].slopes(own[0], pair[0]), self.bodies[1].slopes(own[1], pair[1])
        rows = self._touching(pair, slopes) + [self._crossing(pair, slopes)]
        for who in range(2):
            rows.append(self._own_crossing(who, pair[who], slopes[who]))
            rows += self._legs(who, own[who], pair[who], slopes[who]) + self._elbows(who, own[who], sloped)
            rows += self._floor(who, own[who], sloped)
        return rows, pair

    def _touching(self, pair: Pair, slopes: Slopes) -> list[Rows]:
        rows = []
        for (contact, span), detour in zip(self.contacts, self.detours, strict=True):
            (one, moved), (two, other) = (self._point(who, contact, span, pair, slopes) for who in range(2))
            apart = one - two - self.aside * detour
            turned = None if moved is None or other is None else np.concatenate((moved, -other), axis=-1)
            if contact.gap:
                length = np.linalg.norm(apart, axis=-1)
                ways = apart / np.maximum(length, 1e-6)[:, None]
                off = length - contact.gap * float(np.mean(self.sizes))
                slope = None if turned is None else np.einsum("ki,kid->kd", ways, turned)
                rows.append(Rows.of(span, off, slope, self.touch))
            else:
                for axis in range(3):
                    rows.append(Rows.of(span, apart[:, axis], None if turned is None else turned[:, axis], self.touch))
            if contact.height is not None and contact.a in PARTS and contact.b in PARTS:
                wave = contact.swing * np.sin(2 * np.pi * SWING_RATE * np.arange(len(span)) / FPS)
                off = (one + two)[:, 1] / 2 - min(self.sizes) * (contact.height + wave)
                raised = None
                if moved is not None and other is not None:
                    raised = np.concatenate((moved[:, 1], other[:, 1]), axis=-1) / 2
                rows.append(Rows.of(span, off, raised, HEIGHT))
        return rows

    def _point(
        self, who: int, contact: Contact, span: Frames, pair: Pair, slopes: Slopes
    ) -> tuple[Array, Array | None]:
        """(K, 3) where one of the two touches, and its slopes (K, 3, FREEDOMS)."""
        name, poses, size, slope = contact.of(ROLES[who]), pair[who][span], self.sizes[who], slopes[who]
        point = contact_point(poses, name, size)
        if slope is None:
            return point, None
        moved = np.moveaxis(poses[..., None] + DELTA * slope[span], -1, 0).reshape(-1, *poses.shape[1:])
        there = contact_point(moved, name, size).reshape(FREEDOMS, len(span), 3)
        return point, np.moveaxis((there - point) / DELTA, 0, -1)

    def _crossing(self, pair: Pair, slopes: Slopes) -> Rows:
        crossing = measure_crossing(*pair, self.sizes)
        frames, one, two = np.nonzero(crossing.depth > SLACK)
        off = crossing.depth[frames, one, two] - SLACK
        slope = None
        if slopes[0] is not None and slopes[1] is not None:
            normals, shares = crossing.normals[frames, one, two], crossing.shares[frames, one, two]
            ours = self._along(slopes[0], frames, one, shares[:, 0])
            theirs = self._along(slopes[1], frames, two, shares[:, 1])
            slope = np.einsum("ri,rid->rd", normals, np.concatenate((-ours, theirs), axis=-1))
        return Rows.of(frames, off, slope, CROSS)

    def _own_crossing(self, who: int, joints: Array, slopes: Array | None) -> Rows:
        size = self.sizes[who]
        crossing = measure_crossing(joints, joints, (size, size))
        beyond = crossing.depth[:, OWN_ONE, OWN_TWO] - self.own[who]
        frames, which = np.nonzero(beyond > 0.0)
        slope = None
        if slopes is not None:
            one, two = OWN_ONE[which], OWN_TWO[which]
            normals, shares = crossing.normals[frames, one, two], crossing.shares[frames, one, two]
            moved = self._along(slopes, frames, two, shares[:, 1]) - self._along(slopes, frames, one, shares[:, 0])
            slope = _of(who, np.einsum("ri,rid->rd", normals, moved))
        return Rows.of(frames, beyond[frames, which], slope, OWN)

    def _own_depth(self, joints: Array, who: int) -> Array:
        """(T, P) how deep the pairs of capsules of one body are in each other."""
        return measure_crossing(joints, joints, (self.sizes[who],) * 2).depth[:, OWN_ONE, OWN_TWO]

    def _along(self, slopes: Array, frames: Frames, capsules: Frames, shares: Array) -> Array:
        """(R, 3, FREEDOMS) of points at shares (R,) along capsules (R,)."""
        first, last = self.ends[capsules, 0], self.ends[capsules, 1]
        share = shares[:, None, None]
        return (1.0 - share) * slopes[frames, first] + share * slopes[frames, last]

    def _legs(self, who: int, change: Array, joints: Array, slopes: Array | None) -> list[Rows]:
        """Feet that a leg does not reach."""
        body, rows = self.bodies[who], []
        for side, (hip, _, ankle, _) in enumerate(LEGS):
            away = body.base[:, ankle] + change[:, FEET[side]] - joints[:, hip]
            far = np.linalg.norm(away, axis=-1)
            frames = np.flatnonzero(far > body.legs[:, side])
            slope = None
            if slopes is not None:
                moved = -slopes[frames, hip]
                moved[:, :, FEET[side]] += np.eye(3)
                slope = _of(who, np.einsum("ri,rid->rd", (away / far[:, None])[frames], moved))
            rows.append(Rows.of(frames, (far - body.legs[:, side])[frames], slope, LEG))
        return rows

    def _elbows(self, who: int, change: Array, sloped: bool) -> list[Rows]:
        """Elbows bent backwards, or more than one can."""
        body, rows = self.bodies[who], []
        for side in range(2):
            was, freedom = body.bends[:, side], ELBOWS[side]
            bend = was + change[:, freedom]
            off = np.minimum(bend - np.minimum(was, LEAST_BENT), 0.0) + np.maximum(
                bend - np.maximum(was, MOST_BENT), 0.0
            )
            frames = np.flatnonzero(off)
            slope = np.zeros((len(frames), 2 * FREEDOMS)) if sloped else None
            if slope is not None:
                slope[:, who * FREEDOMS + freedom] = 1.0
            rows.append(Rows.of(frames, off[frames], slope, LIMIT))
        return rows

    def _floor(self, who: int, change: Array, sloped: bool) -> list[Rows]:
        """Feet that sink into the floor."""
        body, rows = self.bodies[who], []
        for side in range(2):
            freedom = FEET[side].start + 1
            off = np.minimum(0.0, change[:, freedom] + body.clearance[:, side])
            frames = np.flatnonzero(off)
            slope = np.zeros((len(frames), 2 * FREEDOMS)) if sloped else None
            if slope is not None:
                slope[:, who * FREEDOMS + freedom] = 1.0
            rows.append(Rows.of(frames, off[frames], slope, FLOOR * self.sizes[who]))
        return rows

    # --- how little is to change ----------------------------------------------------------------------------------

    def _effort(self) -> Blocks:
        """Of changes, and of feet that move while they stand."""
        frames, width = self.frames, 2 * FREEDOMS
        blocks = Blocks(frames, width)
        for who in range(2):
            at, size = who * FREEDOMS, self.sizes[who]
            scale = SCALES * np.where(METRES, size, 1.0)
            channels = np.zeros((FREEDOMS, width))
            channels[:, at : at + FREEDOMS] = np.diag(1.0 / scale)
            for feet in FEET:
                # Feet that go along with the body over the ground cost nothing.
                for axis in (0, 2):
                    channels[feet.start + axis, at + SHIFT.start + axis] = -1.0 / scale[feet.start + axis]
            for body, reach in ((True, BODY_REACH), (False, ARM_REACH)):
                own = channels[body == BODY]
                metric = own.T @ own
                rate = (LENGTHS / reach) ** 2
                for order, weight in ((3, 1.0), (2, 3.0 * rate), (1, 3.0 * rate**2)):
                    blocks.add_differences(order, np.full(max(0, frames - order), EFFORT * weight), metric)
                blocks.add_differences(0, np.full(frames, EFFORT * rate**3 + POSE), metric)
            for side, feet in enumerate(FEET):
                metric = np.zeros((width, width))
                for freedom in range(at + feet.start, at + feet.stop):
                    metric[freedom, freedom] = (STEP * size) ** -2
                blocks.add_differences(1, self.bodies[who].standing[:, side] ** 2, metric)
        return blocks


def _detour(contact: Contact, pair: Pair, span: Frames, sizes: tuple[float, float]) -> Array:
    """(3,) from b's point to a's at the first stage: aside, for a hand that has to get behind the other one."""
    for who, role in enumerate(ROLES):
        part, place = contact.of(role), contact.of(ROLES[1 - who])
        if part not in PARTS or place in PARTS:
            continue
        own, other, size = pair[who][span], pair[1 - who][span], sizes[1 - who]
        names = skeleton_of(other.shape[1]).joint_names
        spine = names.index("spine3")
        point = contact_point(other, place, size)
        out = (point - other[:, [0, spine]].mean(axis=1)) * [1.0, 0.0, 1.0]
        towards = (own[:, 0] - other[:, 0]) * [1.0, 0.0, 1.0]
        if (out * towards).sum(axis=-1).mean() > 0.0 or np.linalg.norm(out, axis=-1).mean() < BEHIND * size:
            continue
        left = trunk_axes(own)[:, 0].mean(axis=0) * [1.0, 0.0, 1.0]
        aside = ASIDE * size * (1.0 if part.startswith("left") else -1.0) * left
        # Of two arms on one side, that which goes to the higher place goes above the other.
        aside[1] = UP * size * np.clip(10.0 * (point[:, 1].mean() / other[:, spine, 1].mean() - CHEST), -1.0, 1.0)
        return aside if who == 0 else -aside
    return np.zeros(3)


def _of(who: int, slopes: Array) -> Array:
    """Slopes (R, FREEDOMS) of one of the two as slopes of both."""
    none = np.zeros_like(slopes)
    return np.concatenate((slopes, none) if who == 0 else (none, slopes), axis=-1)
