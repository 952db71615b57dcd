"""The published protocol's clips: HumanML3D's or KIT-ML's test split with tagged captions, cropped to whole tokens.

DIR/SPLIT.txt               clip names
DIR/new_joint_vecs/NAME.npy features (T, F)
DIR/texts/NAME.txt          lines `caption#word/TAG word/TAG ...#start#end`; seconds, 0 and 0: whole clip
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.files.arrays import read_array
from engine.files.text import read_text

FRAMES_PER_TOKEN = 4
MAX_FRAMES = 196
# Shorter clips, and those of 10 s and more, are not in the tables; by frames per second of the data set.
SHORTEST = {20.0: 40, 12.5: 24}
TOO_LONG = 200  # frames


@dataclass(frozen=True)
class Caption:
    """A sentence, and its words with their tags as the data set has them."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class ProtocolClip:
    """Features (T, F) and the captions to draw from."""

    features: NDArray[np.float32]
    captions: tuple[Caption, ...]


@dataclass(frozen=True)
class Draw:
    """A clip in one repeat: one caption, and whole tokens of its frames."""

    features: NDArray[np.float32]
    caption: Caption


def load_protocol_clips(root: Path, split: str, fps: float) -> list[ProtocolClip]:
    """All clips of the split; a caption with a time range of its own makes a clip of its own.

    Raises InputError if there are none, or no tagged captions.
    """
    shortest = SHORTEST.get(fps)
    if shortest is None:
        raise InputError(f"the protocol is for 20 (HumanML3D) or 12.5 frames a second (KIT-ML), not {fps:g}")
    if not (root / f"{split}.txt").is_file():
        raise InputError(f"{root} is no data set: it has no {split}.txt")
    clips: list[ProtocolClip] = []
    for name in read_text(root / f"{split}.txt").split():
        paths = root / "new_joint_vecs" / f"{name}.npy", root / "texts" / f"{name}.txt"
        if not all(path.is_file() for path in paths):
            continue  # the published lists name some clips that the published data lack
        features = np.asarray(read_array(paths[0]), dtype=np.float32)
        if not shortest <= len(features) < TOO_LONG:
            continue
        whole: list[Caption] = []
        for caption, start, end in _read_captions(paths[1]):
            if start == end == 0.0:
                whole.append(caption)
                continue
            part = features[int(start * fps) : int(end * fps)]
            if shortest <= len(part) < TOO_LONG:
                clips.append(ProtocolClip(part, (caption,)))
        if whole:
            clips.append(ProtocolClip(features, tuple(whole)))
    if not clips:
        raise InputError(f"no described clips of {shortest} to {TOO_LONG - 1} frames in split {split!r} of {root}")
    return clips


def draw_clip(clip: ProtocolClip, rng: np.random.Generator) -> Draw:
    """A caption at random, and a random crop to whole tokens; every third time one token less."""
    caption = clip.captions[int(rng.integers(len(clip.captions)))]
    tokens = len(clip.features) // FRAMES_PER_TOKEN - (1 if rng.integers(3) == 0 else 0)
    frames = min(max(1, tokens) * FRAMES_PER_TOKEN, MAX_FRAMES)
    first = int(rng.integers(len(clip.features) - frames + 1))
    return Draw(clip.features[first : first + frames], caption)


def _read_captions(path: Path) -> list[tuple[Caption, float, float]]:
    """Captions with their range in seconds."""
    found = []
    for line in read_text(path).splitlines():
        fields = line.strip().split("#")
        if not fields[0].strip():
            continue
        words = tuple(token for token in (fields[1].split(" ") if len(fields) > 1 else ()) if "/" in token)
        if not words:
            raise InputError(
                f"{path} has a caption without tagged words (caption#word/TAG ...#start#end): the published "
                "evaluator needs them; measure this data set with 'mmm evaluate --protocol own'"
            )
        start, end = (_seconds(field) for field in (*fields[2:4], "0", "0")[:2])
        found.append((Caption(fields[0].strip(), words), start, end))
    return found


def _seconds(text: str) -> float:
    """Zero for what is no time; the published captions have "nan"."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0
