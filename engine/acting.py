"""Moods in motions: what one asks of a part, and the tempo and bearing that decoded joints get by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.filters import frames_to, smooth
from engine.generation.clauses import Part
from engine.generation.tones import Tone
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.acting.bearing import FIELDS, Bearing, bear
from engine.requests.moods import Mood, find_mood

Array = NDArray[np.floating]

# Frames over which one part's mood goes over into the next one's, and its tempo.
TRANSITION, PACE_TRANSITION = 6.0, 3.0
# Frames from a kept one to where a mood holds in full.
SEAM = 10.0


def tone_of(mood: str | None, intensity: float, model: str, prompt: str) -> Tone | None:
    """What a mood asks of a part with this prompt; None for no mood, also one of intensity 0.

    Raises InputError for a mood that the model does not have.
    """
    if mood is None:
        return None
    found = find_mood(mood, model)
    if intensity == 0.0:
        return None
    words = found.words_for(model, prompt)
    share = intensity * found.beside if words else intensity
    bearing = _bearing(found, share) if share else ()
    return Tone(words, intensity * found.reach, bearing, 1.0 if words else found.tempo**intensity)


def bearing_of(mood: str | None, intensity: float, model: str) -> Tone | None:
    """The same without words: the bearing alone, for motions that are put together of several."""
    if mood is None:
        return None
    found = find_mood(mood, model)
    return Tone(bearing=_bearing(found, intensity)) if intensity else None


def _bearing(mood: Mood, intensity: float) -> tuple[float, ...]:
    return tuple(Bearing(**mood.bearing).scaled(intensity).tolist())


def paced(prompt: str, tokens: int, tone: Tone | None, keeps_time: bool = False) -> Part:
    """A part that lasts as long as so many tokens, made of as many as its tempo takes.

    keeps_time: it has targets, whose frames are those that are decoded
    """
    if tone is None or tone.tempo == 1.0 or keeps_time:
        return Part(prompt, tokens, tone)
    return Part(prompt, max(1, round(tokens * tone.tempo)), tone, tokens * FRAMES_PER_TOKEN)


def retime(joints: Array, plan: Sequence[Part]) -> Array:
    """Joints (T, J, 3) of a plan's tokens, as long as its parts last; those of a usual tempo are as they were."""
    if all(part.lasts is None for part in plan):
        return joints
    rates = np.concatenate(
        [np.full(part.frames, FRAMES_PER_TOKEN * part.tokens / part.frames, dtype=np.float64) for part in plan]
    )
    places = np.concatenate(([0.0], np.cumsum(smooth(rates, PACE_TRANSITION))))[:-1]
    last = len(joints) - 1
    places = np.minimum(places * min(1.0, last / places[-1]) if places[-1] > 0 else places, last)
    first = np.minimum(places.astype(int), max(last - 1, 0))
    share = (places - first)[:, None, None]
    return np.asarray((1.0 - share) * joints[first] + share * joints[np.minimum(first + 1, last)], dtype=joints.dtype)


def course(plan: Sequence[Part]) -> Array:
    """(T, P) the bearing on each frame of a plan: one part's goes over into the next one's."""
    none = (0.0,) * len(FIELDS)
    rows = [np.tile(part.tone.bearing if part.tone and part.tone.bearing else none, (part.frames, 1)) for part in plan]
    steps = np.concatenate(rows).astype(np.float64)
    return smooth(steps, TRANSITION) if len(plan) > 1 and steps.any() else steps


def act(joints: Array, plan: Sequence[Part]) -> Array:
    """Joints (T, J, 3) with the bearings of a plan laid over them; the pelvis begins over the same point."""
    borne = bear(joints, course(plan)[: len(joints)])
    start = (joints[0, 0] - borne[0, 0]) * np.array([1.0, 0.0, 1.0], dtype=joints.dtype)
    return borne + start if start.any() else borne


def course_between(tone: Tone | None, made: NDArray[np.bool_]) -> Array:
    """(T, P) the bearing on frames that are made anew, (T,) true, coming from nothing on those that are kept."""
    numbers = np.array(tone.bearing if tone and tone.bearing else (0.0,) * len(FIELDS))
    share = np.clip(frames_to(~made) / SEAM, 0.0, 1.0)
    return (share * share * (3.0 - 2.0 * share))[:, None] * numbers
