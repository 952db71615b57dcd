"""Targets at random places that a body can reach, on what artists type, beside the same takes without targets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.direction import Directed, goals_of
from engine.evaluation.prompts.judge import Take, judge_take
from engine.evaluation.prompts.prompt_list import Prompt
from engine.motion.contacts import contact_weights
from engine.motion.reaching.goals import PART_JOINTS
from engine.motion.reaching.spread import spread_offsets
from engine.motion.skeleton import skeleton_of
from engine.pipeline import Pipeline
from engine.requests import GenerateRequest, Target
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]

CASES: dict[str, tuple[str, ...]] = {
    "one hand": ("right_hand",),
    "both hands": ("left_hand", "right_hand"),
    "foot": ("left_foot",),
    "head": ("head",),
    "pelvis": ("pelvis",),
}
# Shares of the frames that have a target.
DENSITIES = (0.01, 0.05, 0.25, 1.0)
# Metres by which a target is off the take without one, at most: within what arm, leg and trunk do at once.
OFF = {"left_hand": 0.25, "right_hand": 0.25, "left_foot": 0.15, "head": 0.12, "pelvis": 0.15}
# Waves of the course of the offsets over a motion: a place that jumps to and fro is no place to be.
WAVES = (0.5, 1.0, 1.5)
# Frames of a step, and how strictly the course of a foot's offsets is followed in it.
STEP, FOLLOW = 8.0, 0.05
FAR = 0.10  # metres
# Steps of the golden section fall evenly on a list, however many are taken; after so many lengths all are met.
GOLDEN, SPREAD = 0.6180339887498949, 20

# Prompt, case and density.
Key = tuple[str, str, float]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Measured:
    """One prompt with the targets of one case and density: errors [G] in metres, judged beside the free take."""

    near: Array
    missed: Array
    free: Take
    take: Take
    seconds: float
    free_seconds: float


@dataclass(frozen=True)
class Row:
    """Means over the prompts of a case and density; centimetres, shares and ratios."""

    case: str
    density: float
    targets: int
    near_cm: float
    missed_cm: float
    far_share: float
    skate_ratio: float
    jerk_ratio: float
    followed: int
    free_followed: int
    time_ratio: float


def draw_targets(parts: Sequence[str], density: float, joints: Array, rng: np.random.Generator) -> list[Target]:
    """Targets off the places of a take (T, J, 3), by a smooth random course; feet up, head and pelvis down.

    A foot is off by as much for as long as it stands.
    """
    frames = len(joints)
    count = max(1, round(density * frames))
    chosen = np.sort(rng.choice(frames, count, replace=False))
    names = skeleton_of(joints.shape[1]).joint_names
    place = np.arange(frames)[:, None] / frames
    targets = []
    for part in parts:
        course = sum(
            rng.normal(size=3) * np.sin(2 * np.pi * (wave * place + rng.uniform(0, 1, 3))) for wave in WAVES
        ) * np.ones((frames, 1))
        course *= OFF[part] / np.linalg.norm(course, axis=1).max()
        if part == "left_foot":
            course[:, 1] = (course[:, 1] - course[:, 1].min()) / 2
        elif part in ("head", "pelvis"):
            course[:, 1] = (course[:, 1] - course[:, 1].max()) / 2
        own = joints[:, names.index(PART_JOINTS[part])]
        if part == "left_foot":
            # A foot that stands has one place for as long as it stands: another would slide.
            course = spread_offsets(frames, np.arange(frames), course, STEP, contact_weights(own), FOLLOW)
        wanted = own + course
        wanted[:, 1] = np.maximum(wanted[:, 1], 0.01)
        targets += [Target(part, wanted[frame].tolist(), int(frame)) for frame in chosen]
    return targets


def choose_prompts(prompts: Sequence[Prompt], count: int) -> list[tuple[int, Prompt]]:
    """So many of them with their places, spread over all; the first ones are the same whatever the count."""
    places = dict.fromkeys(int(len(prompts) * (step * GOLDEN % 1.0)) for step in range(SPREAD * len(prompts)))
    return [(place, prompts[place]) for place in list(places)[:count]]


def measure_direction(
    pipeline: Pipeline,
    prompts: Sequence[tuple[int, Prompt]],
    seed: int = 0,
    watch: Watch = UNWATCHED,
    measured: dict[Key, Measured] | None = None,
    save: Callable[[dict[Key, Measured]], None] = lambda measured: None,
) -> list[Row]:
    """A row for each case and density.

    Args:
        prompts: with their places, which tell where targets are drawn
        measured: what was measured before, and is not again
        save: called with all that was measured after each prompt
    """
    found = {} if measured is None else dict(measured)
    keys = [(case, share) for case in CASES for share in DENSITIES]
    for number, (place, prompt) in enumerate(prompts):
        missing = [(index, *key) for index, key in enumerate(keys) if (prompt.text, *key) not in found]
        if missing:
            request = GenerateRequest(prompt.text, prompt.seconds, seed)
            free, seconds = _timed(lambda: pipeline.generate_requests([request], redraws=0)[0].joints)  # noqa: B023
            for index, case, share in missing:
                watch.check()
                rng = np.random.default_rng([seed, place, index])
                targets = tuple(draw_targets(CASES[case], share, free.astype(np.float64), rng))
                found[prompt.text, case, share] = _measure(pipeline, prompt, request, targets, free, seconds)
            save(found)
        watch.report("measuring", number + 1, len(prompts))
    texts = [prompt.text for _, prompt in prompts]
    return [summarise(case, share, [found[text, case, share] for text in texts]) for case, share in keys]


def _measure(
    pipeline: Pipeline,
    prompt: Prompt,
    request: GenerateRequest,
    targets: tuple[Target, ...],
    free: Array,
    free_seconds: float,
) -> Measured:
    """The take `free` of a request made anew with targets."""
    goals = goals_of(targets, free.shape[1], len(free))
    assert goals is not None
    plan = pipeline.plan_parts(request)

    def directed() -> Directed:
        [ids] = pipeline.fill_parts([plan], [request.seed], request.sampling, UNWATCHED, [goals])
        return pipeline.bring(prompt.text, ids, goals, len(free))

    found, seconds = _timed(directed)
    before, after = (judge_take(prompt, it, request.seed) for it in (free, found.joints))
    return Measured(found.near_missed, found.missed, before, after, seconds, free_seconds)


def _timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What is made, and the seconds of processor time it took."""
    started = time.process_time()
    made = make()
    return made, time.process_time() - started


def summarise(case: str, share: float, rows: Sequence[Measured]) -> Row:
    """Means over prompts; errors over all targets."""
    near, missed = (np.concatenate([getattr(row, name) for row in rows]) for name in ("near", "missed"))
    return Row(
        case=case,
        density=share,
        targets=len(missed),
        near_cm=100 * float(near.mean()),
        missed_cm=100 * float(missed.mean()),
        far_share=float((missed > FAR).mean()),
        skate_ratio=_ratio([(row.take.skate_mm_per_frame, row.free.skate_mm_per_frame) for row in rows]),
        jerk_ratio=_ratio([(row.take.jerk, row.free.jerk) for row in rows]),
        followed=sum(row.take.followed for row in rows if row.free.followed),
        free_followed=sum(row.free.followed for row in rows),
        time_ratio=_ratio([(row.seconds, row.free_seconds) for row in rows]),
    )


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Mean of the first over mean of the second, where both are known."""
    known = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2)
    return float(known[:, 0].mean() / known[:, 1].mean()) if len(known) else float("nan")
