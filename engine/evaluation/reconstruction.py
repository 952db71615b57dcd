"""How faithfully the tokenizer gives clips back: joint errors by group, codes in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.motion.features import features_to_joints
from engine.motion.skeleton import HUMANML3D, Skeleton

Array = NDArray[np.floating]

ALL = "all"


@dataclass(frozen=True)
class GroupError:
    """Joint errors in mm over a group of clips; every frame and joint weighs the same."""

    clips: int
    frames: int
    heading_mm: float
    """in the heading frame: pose and root height, without the root's path over the ground"""
    world_mm: float
    """in the world, with the drift of the integrated root"""


@dataclass(frozen=True)
class TokenizerScores:
    """`groups` holds "all", "all but X" for each group set apart, and each group of clips.csv."""

    groups: dict[str, GroupError]
    codes_used: float | None
    """share of a codebook that occurs in the tokens of these clips, averaged over streams"""


def heading_joints(features: Array, skeleton: Skeleton = HUMANML3D) -> Array:
    """Joints (T, J, 3) in the heading frame above the root's ground point, read off (T, F)."""
    count = skeleton.num_joints - 1
    joints = np.zeros((len(features), skeleton.num_joints, 3))
    joints[:, 0, 1] = features[:, 3]
    joints[:, 1:] = features[:, 4 : 4 + 3 * count].reshape(-1, count, 3)
    return joints


def joint_errors(original: Array, restored: Array, skeleton: Skeleton = HUMANML3D) -> tuple[Array, Array]:
    """Mean joint error of every frame, heading frame and world, both (T,), millimetres.

    A tokenizer may drop up to three trailing frames that do not fill a token.
    """
    frames = min(len(original), len(restored))
    if len(original) - frames > 3 or len(restored) - frames > 3:
        raise ValueError(f"{len(original)} frames came back as {len(restored)}")
    original, restored = original[:frames], restored[:frames]
    pairs = (
        (heading_joints(original, skeleton), heading_joints(restored, skeleton)),
        (features_to_joints(original, skeleton), features_to_joints(restored, skeleton)),
    )
    scale = 1000.0 * skeleton.metres_per_unit
    heading, world = (scale * np.linalg.norm(a - b, axis=-1).mean(axis=-1) for a, b in pairs)
    return heading, world


def tokenizer_scores(
    originals: Sequence[Array],
    restored: Sequence[Array],
    groups: Sequence[str],
    apart: Sequence[str] = ("climbing",),
    tokens: Sequence[NDArray[np.integer]] | None = None,
    codebook_size: int | None = None,
    skeleton: Skeleton = HUMANML3D,
) -> TokenizerScores:
    """Errors of clips (T, F) against their reconstructions.

    `groups` names each clip's group. Those in `apart` leave the floor or the training distribution
    and would hide the rest in a mean, hence the rows "all but X". With `tokens` (ids (N,) or (N, S))
    and `codebook_size` the share of codes in use is given as well.
    """
    errors = [joint_errors(a, b, skeleton) for a, b in zip(originals, restored, strict=True)]
    chosen: dict[str, list[int]] = {ALL: list(range(len(errors)))}
    for name in apart:
        if name in groups:
            chosen[f"{ALL} but {name}"] = [i for i, group in enumerate(groups) if group != name]
    for name in sorted(set(groups) - {""}):
        chosen[name] = [i for i, group in enumerate(groups) if group == name]
    used = None
    if tokens is not None and codebook_size:
        # Each stream (body part, residual level) has a codebook of its own.
        streams = np.concatenate([ids.reshape(len(ids), -1) for ids in tokens]).T
        used = float(np.mean([len(np.unique(stream)) for stream in streams])) / codebook_size
    return TokenizerScores(
        groups={name: _summary(errors, index) for name, index in chosen.items() if index},
        codes_used=used,
    )


def reconstruct_all(clips: Sequence[Array], reconstruct: Callable[[Array], Array]) -> list[NDArray[np.float32]]:
    """Apply a tokenizer's encode-decode to every clip (T, F)."""
    return [np.asarray(reconstruct(clip), dtype=np.float32) for clip in clips]


def _summary(errors: list[tuple[Array, Array]], index: list[int]) -> GroupError:
    heading = np.concatenate([errors[i][0] for i in index])
    world = np.concatenate([errors[i][1] for i in index])
    return GroupError(
        clips=len(index),
        frames=len(heading),
        heading_mm=float(heading.mean()),
        world_mm=float(world.mean()),
    )
