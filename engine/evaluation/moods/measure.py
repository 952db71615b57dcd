"""Every mood at three intensities on some prompts and seeds, beside the same prompts and seeds without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.evaluation.moods.signs import SIGNS, Sign
from engine.evaluation.prompts.judge import judge_take
from engine.evaluation.prompts.prompt_list import Prompt, load_prompts
from engine.motion.uniform import to_uniform_size
from engine.pipeline import Pipeline
from engine.predicates.body import Array
from engine.requests import GenerateRequest
from engine.requests.moods import Mood, find_mood
from engine.watch import UNWATCHED, Watch

INTENSITIES = (0.5, 1.0, 1.5)
# What is measured where nothing else is known of a model, and what a model knows that knows little.
PROMPTS = (
    "a person walks forward",
    "a person walks forward, then waves with the right hand",
    "a person waves with the right hand",
    "a person sits down on a chair",
    "the person turns around",
    "a person bends down and picks something up with the right hand",
    "a person kicks with the left leg",
    "someone claps their hands",
    "a person looks around",
)
FEW_PROMPTS = {
    "mmm-styles-nc": (
        "a person walks forward",
        "a man runs forward",
        "a person waves with the right hand",
        "a person bows",
        "a person punches with the right hand",
        "a person kicks with the left leg",
    )
}
# A sign counts from so large a share of the takes that have it in its direction; prompts are followed if so many are of
# those that were.
MOST_HAVE, STILL_FOLLOWED = 0.75, 0.9


@dataclass(frozen=True)
class Shown:
    """A sign of a mood.

    Attributes:
        higher: whether the mood should raise it
        changes: its mean at each of INTENSITIES
        share: of the takes at intensity 1 in which it goes that way
        ordered: whether more intensity is more of it
    """

    name: str
    higher: bool
    changes: tuple[float, ...]
    share: float
    ordered: bool

    @property
    def sign(self) -> Sign:
        return SIGNS[self.name]

    @property
    def seen(self) -> bool:
        """Whether it is large enough, there in most takes, and follows the intensity."""
        way = 1.0 if self.higher else -1.0
        return way * self.changes[1] >= self.sign.seen and self.share >= MOST_HAVE and self.ordered


@dataclass(frozen=True)
class Row:
    """A mood; followed: takes at intensity 1 that pass the prompt's tests, of `free` that do without it.

    skate, jerk: in proportion to those without.
    """

    mood: str
    shown: tuple[Shown, ...]
    followed: int
    free: int
    skate: float
    jerk: float

    @property
    def faults(self) -> list[str]:
        """Why it should not be offered."""
        missing = [f"{it.name} is not seen" for it in self.shown if not it.seen]
        if self.followed < STILL_FOLLOWED * self.free:
            missing.append(f"the prompt is followed in {self.followed} takes instead of {self.free}")
        return missing

    @property
    def passes(self) -> bool:
        return not self.faults


def choose_prompts(model: str) -> list[Prompt]:
    """Those that are measured on, with their tests."""
    known = {prompt.text: prompt for prompt in load_prompts()}
    return [known[text] for text in FEW_PROMPTS.get(model, PROMPTS)]


def measure_moods(
    pipeline: Pipeline, moods: Sequence[str], seeds: int, first: int = 0, watch: Watch = UNWATCHED
) -> list[Row]:
    """A row for each of these moods. Raises InputError for one that the model is not offered."""
    model = pipeline.model.config.name
    found = [find_mood(name, model) for name in moods]
    prompts = choose_prompts(model)
    total = 1 + len(INTENSITIES) * len(found)
    neutral = _draw(pipeline, prompts, seeds, first)
    watch.report("moods", 1, total)
    rows = []
    for number, mood in enumerate(found):
        drawn = []
        for step, intensity in enumerate(INTENSITIES, start=2):
            drawn.append(_draw(pipeline, prompts, seeds, first, mood, intensity))
            watch.report("moods", number * len(INTENSITIES) + step, total)
        rows.append(_compare(mood, prompts, seeds, neutral, drawn))
    return rows


def _draw(
    pipeline: Pipeline, prompts: Sequence[Prompt], seeds: int, first: int, mood: Mood | None = None, much: float = 1.0
) -> list[Array]:
    """Joints of every prompt with every seed on the uniform body."""
    name = None if mood is None else mood.name
    made: list[Array] = []
    for prompt in prompts:
        # As long as they take, which is what artists leave it at.
        requests = [
            GenerateRequest(prompt.text, prompt.seconds, seed, mood=name, intensity=much)
            for seed in range(first, first + seeds)
        ]
        made += [to_uniform_size(motion.joints) for motion in pipeline.generate_requests(requests)]
    return made


def _compare(
    mood: Mood, prompts: Sequence[Prompt], seeds: int, neutral: Sequence[Array], drawn: Sequence[Sequence[Array]]
) -> Row:
    shown = []
    for name, higher in mood.signs.items():
        sign = SIGNS[name]
        changes = [[sign.change(it, free) for it, free in zip(takes, neutral, strict=True)] for takes in drawn]
        means = tuple(float(np.mean(each)) for each in changes)
        way = 1.0 if higher else -1.0
        share = float(np.mean([way * change > 0.0 for change in changes[1]]))
        ordered = all(way * (later - earlier) > 0.0 for earlier, later in pairwise((0.0, *means)))
        shown.append(Shown(name, higher, means, share, ordered))
    free = [judge_take(prompts[row // seeds], joints) for row, joints in enumerate(neutral)]
    full = [judge_take(prompts[row // seeds], joints) for row, joints in enumerate(drawn[1])]
    return Row(
        mood.name,
        tuple(shown),
        sum(take.followed for take in full),
        sum(take.followed for take in free),
        _ratio([take.skate_mm_per_frame for take in full], [take.skate_mm_per_frame for take in free]),
        _ratio([take.jerk for take in full], [take.jerk for take in free]),
    )


def _ratio(values: list[float], others: list[float]) -> float:
    return float(np.nanmean(values) / np.nanmean(others))
