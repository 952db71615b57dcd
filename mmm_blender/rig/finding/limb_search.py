"""Legs and arms in a skeleton of unknown names: every triple of a limb's bones is judged by shape."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ...coordinates import FloatArray
from ..skeleton import RestSkeleton
from .named_parts import END, Parts
from .symmetry import Symmetry

LONGEST_CHAIN = 12  # bones of a limb that are looked at
SHORTEST_LIMB = 0.12  # share of the skeleton's size
SKIPPED = 0.35  # score: what each bone between a limb's joints costs
NAME_WEIGHT = 0.6  # score: what an agreeing name adds, per bone, and a contradicting one takes
LEAST_SHAPE = 0.3  # score, 0 to 1: a limb shaped worse than this is not one, unless it is named plainly
APART = 0.02  # share of a limb's length: hips or shoulders nearer to each other are one point
TOUCHING = 0.05  # share of a leg's length: a foot that begins as near to its end belongs to it


@dataclass(frozen=True)
class Chain:
    """A paired chain of bones from where it leaves the middle of the body to its far end."""

    rows: tuple[int, ...]
    points: FloatArray  # (n + 1, 3): heads, and where the last bone ends
    branches: tuple[int, ...]  # how many children each bone has
    widths: tuple[float, ...]  # how far each bone is from its mirror image

    @property
    def length(self) -> float:
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=-1).sum())


@dataclass(frozen=True)
class LimbFit:
    """Three bones of a chain that make a leg (hip, knee, ankle) or an arm (shoulder, elbow, wrist)."""

    chain: Chain
    places: tuple[int, int, int]
    score: float
    shape: float  # 0..1, without names
    plain: bool  # all three bones are called what they are taken for

    @property
    def rows(self) -> tuple[int, int, int]:
        first, second, third = (self.chain.rows[place] for place in self.places)
        return first, second, third

    @property
    def is_limb(self) -> bool:
        """Whether it is shaped like a limb, or said to be one."""
        return self.plain or self.shape >= LEAST_SHAPE


def find_chains(rig: RestSkeleton, symmetry: Symmetry, parts: Parts) -> list[Chain]:
    """The chains of one side (one of each pair), longest first, that are long enough to be limbs.

    Legs whose feet hang elsewhere, as where inverse kinematics was baked away, are there with and without them.
    """
    children = rig.children()
    reach = _reaches(rig, children)
    size = body_size(rig, symmetry)
    chains: list[Chain] = []
    seen: set[int] = set()
    for row, other in symmetry.pairs.items():
        parent = int(rig.parents[row])
        if row in seen or parent in symmetry.pairs:
            continue
        seen.update((row, other))
        chain = _follow(rig, children, reach, row, symmetry, parts)
        found = [chain, *_with_loose_foot(rig, children, reach, chain, symmetry, parts)]
        chains += [each for each in found if each.length > SHORTEST_LIMB * size]
    return sorted(chains, key=lambda chain: -chain.length)[:16]


def body_size(rig: RestSkeleton, symmetry: Symmetry) -> float:
    """Largest extent of the paired bones: a root bone may lie anywhere."""
    return float(np.ptp(rig.heads[list(symmetry.pairs)], axis=0).max())


def fit_leg(chain: Chain, up: FloatArray, lateral: FloatArray, parts: Parts) -> LimbFit | None:
    """The best hip, knee and ankle of a chain, or None when it cannot be a leg."""
    heights = chain.points @ up
    lowest = heights.min()
    best: LimbFit | None = None
    for i, j, k in combinations(range(len(chain.rows)), 3):
        a, b, c = chain.points[[i, j, k]]
        upper, lower, whole = (float(np.linalg.norm(v)) for v in (b - a, c - b, c - a))
        if min(upper, lower, whole) < 1e-9 or chain.widths[i] < APART * whole:
            continue
        down = float((a - c) @ up) / whole
        if down < 0.75:
            continue
        cover = float(heights[i] - heights[k]) / max(float(heights[i] - lowest), 1e-9)
        ahead = chain.points[k + 1] - c
        level = ahead - up * (ahead @ up) - lateral * (ahead @ lateral)
        level = np.linalg.norm(level) / max(float(np.linalg.norm(ahead)), 1e-9)
        aside = abs(float((a - c) @ lateral)) / whole
        terms = (
            _ramp(min(upper, lower) / max(upper, lower), 0.45, 0.8),
            _ramp(down, 0.75, 0.95),
            _ramp(whole / (upper + lower), 0.75, 0.97),
            _ramp(cover, 0.6, 0.85),
            _ramp(float(level), 0.2, 0.6),
            1.0 - _ramp(aside, 0.05, 0.3),
            _ramp(chain.widths[i] / max(chain.widths[k], 1e-9), 0.15, 0.4),
        )
        best = _better(best, chain, (i, j, k), terms, ("hip", "knee", "ankle"), whole / chain.length, parts)
    return best


def fit_arm(chain: Chain, up: FloatArray, parts: Parts) -> LimbFit | None:
    """The best shoulder, elbow and wrist of a chain, or None when it cannot be an arm."""
    ends = len(chain.rows) - 1
    best: LimbFit | None = None
    for i, j, k in combinations(range(len(chain.rows)), 3):
        a, b, c = chain.points[[i, j, k]]
        upper, lower, whole = (float(np.linalg.norm(v)) for v in (b - a, c - b, c - a))
        if min(upper, lower, whole) < 1e-9 or chain.widths[i] < APART * whole or float((c - a) @ up) / whole > 0.6:
            continue
        if parts[chain.rows[k]] == "finger":
            continue  # is no hand, and what it hangs on may be none either
        before = float(np.linalg.norm(np.diff(chain.points[: i + 1], axis=0), axis=-1).sum())
        beyond = float(np.linalg.norm(np.diff(chain.points[k:], axis=0), axis=-1).sum())
        branching = chain.branches[k] >= 2
        # fingers spread from the wrist or from a palm; without any, the hand is where the chain ends
        short = k < ends and float(np.linalg.norm(chain.points[k + 1] - c)) < 0.55 * lower
        hand = 1.0 if branching or k == ends or short else 0.3
        terms = (
            _ramp(min(upper, lower) / max(upper, lower), 0.45, 0.8),
            _ramp(whole / (upper + lower), 0.7, 0.95),
            hand,
            1.0 - _ramp(beyond / lower, 0.75, 1.3),
            1.0 - _ramp(before / upper, 0.75, 1.3),
            _ramp(whole / max(chain.length, 1e-9), 0.35, 0.6),
        )
        best = _better(best, chain, (i, j, k), terms, ("shoulder", "elbow", "wrist"), whole / chain.length, parts)
    return best


def _better(
    best: LimbFit | None,
    chain: Chain,
    places: tuple[int, int, int],
    terms: tuple[float, ...],
    wanted: tuple[str, str, str],
    size: float,
    parts: Parts,
) -> LimbFit | None:
    shape = float(np.mean(terms)) * (0.5 + 0.5 * min(terms))
    said = [parts[chain.rows[place]] for place in places]
    against = sum(word is not None and word != part for word, part in zip(said, wanted, strict=True))
    if against > 1:
        return best  # the names deny it
    agreeing = sum(word == part for word, part in zip(said, wanted, strict=True))
    named = NAME_WEIGHT * (agreeing - against)
    # of equal triples the longer one: it leaves nothing of the limb out; but bones in between are suspect
    between = range(places[0] + 1, places[2])
    skipped = sum(place != places[1] and parts[chain.rows[place]] != "helper" for place in between)
    total = 4 * shape + named + 0.5 * size - SKIPPED * skipped
    if best is None or total > best.score:
        return LimbFit(chain, places, total, shape, agreeing == len(wanted))
    return best


def _reaches(rig: RestSkeleton, children: list[list[int]]) -> FloatArray:
    """(B,) length of the longest path from each bone's head down its subtree."""
    reach = np.linalg.norm(rig.tails - rig.heads, axis=-1)
    # importers draw end bones as long as they like: an end is no longer than the bone above it
    for row in range(len(rig.names)):
        if not children[row] and rig.parents[row] >= 0:
            above = np.linalg.norm(rig.heads[row] - rig.heads[rig.parents[row]])
            reach[row] = min(reach[row], 0.6 * above)
    for row in range(len(rig.names) - 1, -1, -1):
        for child in children[row]:
            path = np.linalg.norm(rig.heads[child] - rig.heads[row]) + reach[child]
            reach[row] = max(reach[row], path) if child != children[row][0] else path
    return reach


def _follow(
    rig: RestSkeleton, children: list[list[int]], reach: FloatArray, row: int, symmetry: Symmetry, parts: Parts
) -> Chain:
    rows = [row]
    while len(rows) < LONGEST_CHAIN:
        here = rows[-1]
        moving = [child for child in children[here] if parts[child] != END]
        choices = [child for child in moving if parts[child] != "helper"] or moving
        if not choices:
            break
        rows.append(_furthest(rig, children, reach, here, choices, parts))
    last = rows[-1]
    ends = [child for child in children[last] if parts[child] == END]
    along = rig.tails[last] - rig.heads[last]
    length = float(np.linalg.norm(along))
    end = rig.heads[last] + along * (min(length, reach[last]) / max(length, 1e-9))
    return _chain_of(rig, children, rows, rig.heads[ends[0]] if ends else end, symmetry, parts)


def _furthest(
    rig: RestSkeleton, children: list[list[int]], reach: FloatArray, here: int, choices: list[int], parts: Parts
) -> int:
    """The one of ``choices``, bones that hang on ``here``, that reaches furthest; of several palms the middle one."""
    palms = [row for row in choices if parts[row] in ("wrist", "palm")]
    if len(palms) > 2 and np.ptp(rig.heads[palms], axis=0).max() < 0.1 * reach[here]:
        tips = {row: np.mean(rig.heads[children[row]] if children[row] else rig.tails[[row]], axis=0) for row in palms}
        middle = np.mean(list(tips.values()), axis=0)
        return min(palms, key=lambda row: float(np.linalg.norm(tips[row] - middle)))
    return max(choices, key=lambda row: float(np.linalg.norm(rig.heads[row] - rig.heads[here]) + reach[row]))


def _chain_of(
    rig: RestSkeleton, children: list[list[int]], rows: list[int], end: FloatArray, symmetry: Symmetry, parts: Parts
) -> Chain:
    images = [symmetry.pairs.get(each, each) for each in rows]
    return Chain(
        tuple(rows),
        np.concatenate([rig.heads[rows], end[None]]),
        tuple(sum(parts[child] != END for child in children[each]) for each in rows),
        tuple(float(np.linalg.norm(rig.heads[a] - rig.heads[b])) for a, b in zip(rows, images, strict=True)),
    )


def _with_loose_foot(
    rig: RestSkeleton, children: list[list[int]], reach: FloatArray, chain: Chain, symmetry: Symmetry, parts: Parts
) -> list[Chain]:
    """``chain`` going on with a foot that hangs above the leg, on the root, say; for each one that may be its foot."""
    said = {parts[row] for row in chain.rows}
    if len(chain.rows) < 2 or said & {"ankle", "collar", "shoulder", "elbow", "wrist", "finger"}:
        return []
    above = {*rig.ancestors(chain.rows[0]), -1}
    found = []
    for row in symmetry.pairs:
        if int(rig.parents[row]) not in above or row == chain.rows[0] or symmetry.pairs[row] == chain.rows[0]:
            continue
        apart = float(np.linalg.norm(rig.heads[row] - chain.points[-1]))
        other = float(np.linalg.norm(rig.heads[symmetry.pairs[row]] - chain.points[-1]))
        touches = parts[row] is None and apart < TOUCHING * chain.length
        if apart < other and (parts[row] == "ankle" or touches):
            foot = _follow(rig, children, reach, row, symmetry, parts)
            rows = [*chain.rows, *foot.rows][:LONGEST_CHAIN]
            found.append(_chain_of(rig, children, rows, foot.points[-1], symmetry, parts))
    return found


def _ramp(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))
