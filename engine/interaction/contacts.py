"""When contacts are, and how well two motions keep them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.interaction.bodies import contact_point
from engine.requests.interactions import Contact

Array = NDArray[np.floating]
Pair = tuple[Array, Array]

FPS = 20.0
# Metres from which on a contact counts as missed.
MISSED = 0.03


def contact_frames(contact: Contact, frames: int) -> NDArray[np.int64]:
    """The frames of a motion of so many that the contact is on; one at least."""
    first = min(round(contact.at * frames), frames - 1)
    last = min(frames - 1, first + round(contact.lasts * FPS))
    return np.arange(first, last + 1)


def miss_of(contact: Contact, pair: Pair, span: NDArray[np.int64], sizes: tuple[float, float]) -> float:
    """Metres by which the two are off each other, at most, while they should touch."""
    return float(_misses(contact, pair, sizes)[span].max())


def lateness_of(contact: Contact, pair: Pair, span: NDArray[np.int64], sizes: tuple[float, float]) -> float:
    """Seconds by which the two begin to touch after they should, or before it; infinite where they never do."""
    touching = _misses(contact, pair, sizes) <= MISSED
    if not touching[span].any():
        return float("inf")
    first = int(span[touching[span].argmax()])
    while first > 0 and touching[first - 1]:
        first -= 1
    return (first - int(span[0])) / FPS


def _misses(contact: Contact, pair: Pair, sizes: tuple[float, float]) -> Array:
    apart = contact_point(pair[0], contact.a, sizes[0]) - contact_point(pair[1], contact.b, sizes[1])
    return np.abs(np.linalg.norm(apart, axis=-1) - contact.gap * float(np.mean(sizes)))
