"""Pairs of clips that make a third: one after the other, or legs of one and arms of the other.

A small data set shows each action alone; captions such as 'walks while waving' have
to come from somewhere (the idea of SINC, Athanasiou 2023, and TEACH, 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.parts import FeatureLayout
from engine.training.captions import THEN, WHILE, joined_caption
from engine.training.config import CompositionConfig
from engine.training.dataset import FPS, Clip

Kind = Literal["together", "sequence"]

# Arms are taken from clips that stay in place, legs from clips that go somewhere: only then
# does each half of the joined caption describe what its half of the body does.
IN_PLACE_SPEED = 0.15  # m/s
TRAVEL_SPEED = 0.35  # m/s
SEAM_CANDIDATES = 12


@dataclass(frozen=True)
class Composition:
    """Indices of two clips and the caption of what they make.

    together: legs of `first`, arms of `second`; sequence: `first`, then `second`
    """

    first: int
    second: int
    caption: str


def draw_compositions(
    clips: list[Clip], config: CompositionConfig, has_parts: bool, max_tokens: int, seed: int
) -> dict[Kind, list[Composition]]:
    """Pools of compositions of both kinds; a pool is empty where the clips allow none."""
    rng = np.random.default_rng([seed, 7])
    share = config.together + config.sequence
    if share <= 0 or config.pool <= 0:
        return {"together": [], "sequence": []}
    together = round(config.pool * config.together / share) if has_parts else 0
    return {
        "together": _draw_together(clips, together, rng),
        "sequence": _draw_sequences(
            clips, round(config.pool * config.sequence / share), max_tokens, rng
        ),
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


def _draw_sequences(
    clips: list[Clip], count: int, max_tokens: int, rng: np.random.Generator
) -> list[Composition]:
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


def _compose(
    clips: list[Clip], first: int, second: int, patterns: tuple[str, ...], rng: np.random.Generator
) -> Composition:
    captions = [
        clips[index].captions[int(rng.choice(_whole_captions(clips[index])))].text
        for index in (first, second)
    ]
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
