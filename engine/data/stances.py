"""Standing poses for skeletons whose own file shows none, from other clips of the same body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from engine.data.skeletons.families import find_family
from engine.data.skeletons.upright import Upright, find_upright, rest_upright
from engine.data.sources import SourceClip, holds_skeleton, read_clip
from engine.motion.clip import SkeletonClip
from engine.motion.errors import MotionError

# So many clips of a body are looked at; names are a hint which of them stand.
LOOKED_AT = 24
_STANDING = re.compile(r"stand(?!up)|idle|neutral|wait|sway", re.IGNORECASE)


class Stances:
    """Finds how each clip's skeleton stands; every skeleton is searched for once."""

    def __init__(self, clips: Iterable[SourceClip]) -> None:
        self._folders: dict[Path, list[SourceClip]] = {}
        for clip in {clip.path: clip for clip in clips}.values():
            self._folders.setdefault(clip.path.parent, []).append(clip)
        self._found: dict[tuple[object, ...], Upright] = {}
        self._bodies: dict[tuple[object, ...], list[tuple[str, SkeletonClip]]] = {}

    def find(self, source: SourceClip, clip: SkeletonClip) -> Upright:
        """How the skeleton of `clip`, read from `source`, stands. Raises MotionError as `find_family` does."""
        family = find_family(clip)
        resting = rest_upright(clip, family)
        if resting is not None:
            return resting
        key = (source.path.parent, *_signature(clip))
        if key not in self._found:
            self._found[key] = find_upright(clip, family, [other for _, other in self.others(source, clip)])
        return self._found[key]

    def others(self, source: SourceClip, clip: SkeletonClip) -> list[tuple[str, SkeletonClip]]:
        """Name and content of up to `LOOKED_AT` other clips of the same body, those that stand first."""
        key = (source.path.parent, *_signature(clip))
        if key not in self._bodies:
            self._bodies[key] = self._read_others(source, clip)
        return self._bodies[key]

    def _read_others(self, source: SourceClip, clip: SkeletonClip) -> list[tuple[str, SkeletonClip]]:
        around = sorted(
            self._folders.get(source.path.parent, []),
            key=lambda one: (_STANDING.search(one.path.stem) is None, one.path.name),
        )
        found: list[tuple[str, SkeletonClip]] = []
        for one in around:
            if len(found) == LOOKED_AT:
                break
            if one.path.suffix == ".npz" and not holds_skeleton(one.path):
                continue
            try:
                read = read_clip(one)
            except MotionError:
                continue  # it will be named when its turn comes
            if _signature(read) == _signature(clip):
                found.append((one.path.stem, read))
        return found


def _signature(clip: SkeletonClip) -> tuple[object, ...]:
    """Names and bone lengths: what makes two files' skeletons the same body."""
    steps = clip.rest_positions[1:] - clip.rest_positions[list(clip.parents[1:])]
    lengths = np.linalg.norm(steps, axis=-1)
    return clip.joint_names, tuple(np.round(100 * lengths / max(lengths.sum(), 1e-9), 1))
