"""Generate every prompt with several seeds and judge each take by its tests and by what artists see in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.evaluation.physics import floor_depths, jerk_sizes
from engine.evaluation.prompts.prompt_list import FAMILIES, Prompt
from engine.generation.faults import HOVERING_SECONDS, hovering_seconds
from engine.motion.contacts import foot_steps
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import to_uniform_size
from engine.predicates.body import Array
from engine.predicates.expressions import failures
from engine.watch import UNWATCHED, Watch

BATCH = 24


@dataclass(frozen=True)
class Take:
    """One generated motion, judged; lengths in the units their names say."""

    seed: int
    seconds: float
    failed: tuple[str, ...]
    """the tests it did not pass; followed if empty"""
    hovering: float
    """longest time in seconds of hanging in the air"""
    skate_mm_per_frame: float
    """NaN if no foot ever stood"""
    jerk: float
    below_floor_mm: float

    @property
    def followed(self) -> bool:
        return not self.failed


@dataclass(frozen=True)
class Result:
    """All takes of one prompt."""

    prompt: Prompt
    takes: tuple[Take, ...]

    @property
    def followed(self) -> int:
        return sum(take.followed for take in self.takes)


@dataclass(frozen=True)
class Totals:
    """Sums over prompts: takes, those that follow, those that hover of those that must not, and mean physics."""

    prompts: int
    takes: int
    followed: int
    grounded: int
    """takes of prompts that do not allow the air"""
    hovering: int
    """of those, takes that hang in the air for over 0.8 s"""
    skate_mm_per_frame: float
    jerk: float
    below_floor_mm: float

    @property
    def share(self) -> float:
        return self.followed / self.takes if self.takes else float("nan")


class Generator(Protocol):
    """What makes motions: `generate(texts, lengths, seeds)` -> joints of each, (T, J, 3) at 20 fps."""

    def __call__(self, texts: Sequence[str], seconds: Sequence[float | None], seeds: Sequence[int]) -> list[Array]: ...


def judge_prompts(
    prompts: Sequence[Prompt],
    seeds: Sequence[int],
    generate: Generator,
    watch: Watch = UNWATCHED,
    keep: Callable[[Prompt, Take, Array], None] | None = None,
) -> list[Result]:
    """Every prompt with every seed, in batches; `keep` is shown each take with its joints."""
    jobs = [(prompt, seed) for prompt in prompts for seed in seeds]
    takes: dict[str, list[Take]] = {prompt.text: [] for prompt in prompts}
    for first in range(0, len(jobs), BATCH):
        batch = jobs[first : first + BATCH]
        motions = generate(
            [prompt.text for prompt, _ in batch], [prompt.seconds for prompt, _ in batch], [seed for _, seed in batch]
        )
        for (prompt, seed), joints in zip(batch, motions, strict=True):
            take = judge_take(prompt, joints, seed)
            takes[prompt.text].append(take)
            if keep is not None:
                keep(prompt, take, joints)
        watch.report("judging", min(first + BATCH, len(jobs)), len(jobs))
    return [Result(prompt, tuple(takes[prompt.text])) for prompt in prompts]


def judge_take(prompt: Prompt, joints: Array, seed: int = 0) -> Take:
    """One motion (T, J, 3) against its prompt."""
    body = to_uniform_size(joints)
    own = body[:, : HUMANML3D.num_joints]
    travel, planted = foot_steps(own, HUMANML3D.fps)
    return Take(
        seed=seed,
        seconds=len(body) / HUMANML3D.fps,
        failed=tuple(failures(prompt.expression, body)),
        hovering=hovering_seconds(body),
        skate_mm_per_frame=1000.0 * float(travel[planted].mean()) if planted.any() else float("nan"),
        jerk=float(jerk_sizes(own, HUMANML3D.fps).mean()) if len(own) > 3 else float("nan"),
        below_floor_mm=1000.0 * float(floor_depths(own).mean()),
    )


def total(results: Sequence[Result]) -> Totals:
    """Sums and means over the takes of some prompts."""
    takes = [take for result in results for take in result.takes]
    grounded = [
        take for result in results if not {"air", "stairs"} & set(result.prompt.allows) for take in result.takes
    ]
    return Totals(
        prompts=len(results),
        takes=len(takes),
        followed=sum(take.followed for take in takes),
        grounded=len(grounded),
        hovering=sum(take.hovering > HOVERING_SECONDS for take in grounded),
        skate_mm_per_frame=_mean([take.skate_mm_per_frame for take in takes]),
        jerk=_mean([take.jerk for take in takes]),
        below_floor_mm=_mean([take.below_floor_mm for take in takes]),
    )


def by_family(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The results of each family there is, in the list's order."""
    families = {family: [one for one in results if one.prompt.family == family] for family in FAMILIES}
    return {family: found for family, found in families.items() if found}


def _mean(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
