"""From 'regenerate these frames of these body parts' to tokens. True always means: regenerate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.generation.settings import Order
from engine.models.config import FRAMES_PER_TOKEN, TokenizerConfig
from engine.models.errors import ModelError
from engine.motion.parts import body_parts

Flags = NDArray[np.bool_]


def grid_to_tokens(frames: Flags, config: TokenizerConfig) -> Flags:
    """Frames x parts [T, P] -> tokens [T/4 rounded up, S]: a token is hit if any frame of it is."""
    if frames.ndim != 2 or frames.shape[1] != config.part_count:
        raise ModelError(f"a mask needs shape [frames, {config.part_count}], got {list(frames.shape)}")
    missing = -len(frames) % FRAMES_PER_TOKEN
    padded = np.pad(frames.astype(np.bool_), ((0, missing), (0, 0)))
    touched = padded.reshape(-1, FRAMES_PER_TOKEN, config.part_count).any(axis=1)
    return touched.repeat(config.levels, axis=1)


def tokens_to_grid(tokens: Flags, frames: int, config: TokenizerConfig) -> Flags:
    """Tokens [N, S] -> frames x parts [frames, P] that they cover."""
    per_part = tokens.reshape(len(tokens), config.part_count, config.levels).any(axis=2)
    return per_part.repeat(FRAMES_PER_TOKEN, axis=0)[:frames]


def part_names(config: TokenizerConfig) -> tuple[str, ...]:
    """Names of the body parts, in the order of a mask's columns."""
    return tuple(part.name for part in body_parts(config.parts, config.joint_count))


def part_grid(frames: int, parts: tuple[str, ...], config: TokenizerConfig) -> Flags:
    """A mask [frames, P] over all frames of the named parts."""
    names = part_names(config)
    unknown = sorted(set(parts) - set(names))
    if unknown:
        raise ModelError(f"unknown body part {', '.join(unknown)}: this model has {list(names)}")
    columns = np.array([name in parts for name in names])
    return np.broadcast_to(columns, (frames, len(names))).copy()


def span_grid(frames: int, first: int, last: int, config: TokenizerConfig) -> Flags:
    """A mask [frames, P] over the frames first..last-1 of the whole body."""
    if not 0 <= first < last <= frames:
        raise ModelError(f"frames {first}..{last} do not lie within 0..{frames}")
    place = np.arange(frames)
    inside = (place >= first) & (place < last)
    return np.repeat(inside[:, None], config.part_count, axis=1)


def pinned_grid(frames: int, pins: Sequence[int], config: TokenizerConfig) -> Flags:
    """A mask [frames, P] over the whole body in all frames but the pinned ones."""
    hidden = np.ones((frames, config.part_count), dtype=np.bool_)
    hidden[list(pins)] = False
    return hidden


def choose_certain(
    certainty: NDArray[np.floating], strength: float, order: Order, allowed: Flags, config: TokenizerConfig
) -> Flags:
    """Tokens [N, S] to regenerate: the share `strength` (0..1] of those of the `allowed` parts [P] that is
    least or most certain.

    The coarse level of a part decides; its finer levels go with it, since they only correct it.
    """
    coarse = certainty.reshape(len(certainty), config.part_count, config.levels)[..., 0]
    count = int(np.ceil(strength * len(coarse) * allowed.sum()))
    ranking = np.where(allowed, coarse if order == "least" else -coarse, np.inf)
    ranked = np.argsort(ranking.ravel(), kind="stable")
    chosen = np.zeros(coarse.size, dtype=np.bool_)
    chosen[ranked[:count]] = True
    return chosen.reshape(coarse.shape).repeat(config.levels, axis=1)
