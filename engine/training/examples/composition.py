"""Pairs of clips that make a third: one after the other, legs of one and arms of the other, or more
of the same.

A small data set shows each action alone; captions such as 'walks while waving' have
to come from somewhere (the idea of SINC, Athanasiou 2023, and TEACH, 2022).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.data.clips import FPS, Clip
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.parts import FeatureLayout
from engine.training.config import CompositionConfig
from engine.training.examples.captions import THEN, WHILE, joined_caption

Kind = Literal["together", "sequence", "continued"]

# Arms are taken from clips that stay in place, legs from clips that go somewhere: only then
# does each half of the joined caption describe what its half of the body does.
IN_PLACE_SPEED = 0.15  # m/s
TRAVEL_SPEED = 0.35  # m/s
SEAM_CANDIDATES = 12  # second clips that are tried for each first one
# A run across a capture volume is over in 1.5 seconds, an animator's run is not. Clips that still
# go at full speed at their end are continued with one of the same caption, at the frame most alike.
STEADY_SHARE = 0.7  # of its mean speed
GOING = re.compile(r"\b(walk|run|jog|strid|stroll|march|sneak|sprint|limp|pac)", re.IGNORECASE)
ONCE = re.compile(
    r"\b(then|after|and (?!relaxed|steady)|turn|stop|start|jump|leap|hop|duck|roll|over|under|around|across"
    r"|reach|punch|kick|dodg|throw|speed|slow(s|ing)|break|out of|comes?|steps? (up|down|onto|over)"
    r"|one|two|three|four|five|six|seven|eight)",
    re.IGNORECASE,
)
CONTINUED_FRAMES = 60  # a longer clip (3 s) needs no continuation


@dataclass(frozen=True)
class Composition:
    """Indices of two clips and the caption of what they make.

    together: legs of `first`, arms of `second`; sequence: `first`, then `second`; continued: `first`,
        then `second` from frame `second_start` on
    """

    first: int
    second: int
    caption: str
    second_start: int = 0


def draw_compositions(
    clips: list[Clip], config: CompositionConfig, has_parts: bool, max_tokens: int, seed: int
) -> dict[Kind, list[Composition]]:
    """Pools of compositions of each kind; a pool is empty where the clips allow none."""
    rng = np.random.default_rng([seed, 7])
    share = config.together + config.sequence + config.continued
    if share <= 0 or config.pool <= 0:
        return {"together": [], "sequence": [], "continued": []}
    each = config.pool / share
    return {
        "together": _draw_together(clips, round(each * config.together) if has_parts else 0, rng),
        "sequence": _draw_sequences(clips, round(each * config.sequence), max_tokens, rng),
        "continued": _draw_continued(clips, round(each * config.continued), max_tokens, rng),
    }


def _draw_together(clips: list[Clip], count: int, rng: np.random.Generator) -> list[Composition]:
    speeds = np.array([_ground_speed(clip) for clip in clips])
    whole = np.array([_whole_captions(clip).size > 0 for clip in clips])
    going = np.flatnonzero((speeds > TRAVEL_SPEED) & whole)
    staying = np.flatnonzero((speeds < IN_PLACE_SPEED) & whole)
    if not going.size or not staying.size:
        return []
    pairs = zip(rng.choice(going, count), rng.choice(staying, count), strict=True)
    return [_compose(clips, int(a), int(b), WHILE, rng) for a, b in pairs]


def _draw_sequences(clips: list[Clip], count: int, max_tokens: int, rng: np.random.Generator) -> list[Composition]:
    """Clips that fit behind each other; of some candidates the one that starts most alike."""
    usable = np.array([i for i, clip in enumerate(clips) if _whole_captions(clip).size])
    if not usable.size:
        return []
    lengths = np.array([clips[i].frames // FRAMES_PER_TOKEN for i in usable])
    short = np.flatnonzero(lengths + lengths.min() <= max_tokens)
    if not short.size:
        return []
    made = []
    for a in rng.choice(short, count):
        fitting = np.flatnonzero(lengths + lengths[a] <= max_tokens)
        candidates = usable[rng.choice(fitting, min(SEAM_CANDIDATES, fitting.size))]
        end = _pose(clips[usable[a]], -1)
        gaps = [float(np.square(_pose(clips[b], 0) - end).sum()) for b in candidates]
        b = int(candidates[int(np.argmin(gaps))])
        made.append(_compose(clips, int(usable[a]), b, THEN, rng))
    return made


def _draw_continued(clips: list[Clip], count: int, max_tokens: int, rng: np.random.Generator) -> list[Composition]:
    """Short, steady locomotion that goes on: cut to fit `max_tokens` when tokens are drawn."""
    by_caption: dict[str, list[int]] = {}
    for index, clip in enumerate(clips):
        if _is_steady(clip) and _lasting_captions(clip):
            by_caption.setdefault(clip.captions[0].text, []).append(index)
    short = [i for same in by_caption.values() for i in same if clips[i].frames <= CONTINUED_FRAMES]
    if not short:
        return []
    made = []
    for first in rng.choice(short, count):
        same = by_caption[clips[first].captions[0].text]
        end = _pose(clips[first], -1)
        best = (np.inf, 0, 0)
        for second in rng.choice(same, min(SEAM_CANDIDATES, len(same)), replace=False):
            poses = clips[second].features[: clips[second].frames // 2, : len(end)]
            gaps = np.square(poses - end).sum(-1)
            best = min(best, (float(gaps.min()), int(second), int(gaps.argmin())))
        captions = _lasting_captions(clips[first])
        made.append(Composition(int(first), best[1], captions[int(rng.integers(len(captions)))], best[2]))
    return made


def _lasting_captions(clip: Clip) -> list[str]:
    """The captions that stay true when the motion goes on, if all speak of nothing but going."""
    texts = [said.text for said in clip.captions if said.end is None]
    if any(ONCE.search(text) for text in texts):
        return []
    return [text for text in texts if GOING.search(text)]


def _is_steady(clip: Clip) -> bool:
    """Whether a clip travels as fast in its first and last half second as on the whole."""
    speeds = np.linalg.norm(clip.features[:, 1:3], axis=1) * FPS
    edge, mean = round(FPS / 2), float(speeds.mean())
    slowest = min(speeds[:edge].mean(), speeds[-edge:].mean())
    return mean > TRAVEL_SPEED and slowest > STEADY_SHARE * mean


def _compose(
    clips: list[Clip], first: int, second: int, patterns: tuple[str, ...], rng: np.random.Generator
) -> Composition:
    captions = [clips[index].captions[int(rng.choice(_whole_captions(clips[index])))].text for index in (first, second)]
    caption = joined_caption(captions[0], captions[1], patterns, int(rng.integers(len(patterns))))
    return Composition(first, second, caption)


def _whole_captions(clip: Clip) -> NDArray[np.int64]:
    """Indices of the captions that speak of the whole clip."""
    return np.array([i for i, said in enumerate(clip.captions) if said.end is None], dtype=np.int64)


def _ground_speed(clip: Clip) -> float:
    return float(np.linalg.norm(clip.features[:, 1:3], axis=1).mean() * FPS)


def _pose(clip: Clip, frame: int) -> NDArray[np.float32]:
    """Root motion, height and joint positions of a frame; joint count follows from the width."""
    joint_count = (clip.features.shape[1] + 1) // 12
    return clip.features[frame, : FeatureLayout(joint_count).positions.stop]
