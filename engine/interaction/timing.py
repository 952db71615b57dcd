"""One clock for two: a motion is stretched a little so that what it does happens at the contact."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.filters import smooth
from engine.interaction.bodies import contact_point, trunk_axes
from engine.motion.cleanup import fix_lengths
from engine.requests.interactions import PARTS, Contact
from engine.solvers import require_room

Array = NDArray[np.floating]

# By how much time runs faster or slower at most.
WARP = 0.2
# Frames over which the change of tempo is spread.
EASE = 3.0
# Metres that a reach has to be better by for each second that it lies off.
PATIENCE = 0.06
FPS = 20.0


def own_moment(joints: Array, contact: Contact, role: str, at: int) -> int:
    """The frame of joints (T, J, 3), within what a warp can mend, at which a role reaches best for the contact."""
    frames = len(joints)
    name = contact.of(role)
    if name not in PARTS or not 0 < at < frames - 1:
        return at
    times = np.arange(1, frames - 1)
    before, after = at / times, (frames - 1 - at) / (frames - 1 - times)
    able = (np.abs(before - 1.0) <= WARP) & (np.abs(after - 1.0) <= WARP)
    times = times[able]
    if not len(times):
        return at
    point = contact_point(joints, name)[times]
    reach = ((point - joints[times, 0]) * trunk_axes(joints)[times, 2]).sum(axis=-1)
    score = reach - PATIENCE * np.abs(times - at) / FPS
    if contact.height is not None:
        score = score - np.abs(point[:, 1] - contact.height)
    return int(times[score.argmax()])


def warp_to(joints: Array, moment: int, at: int) -> Array:
    """Joints (T, J, 3) in which what was on frame `moment` is on frame `at`, as far as `WARP` lets it."""
    frames = len(joints)
    if moment == at or not 0 < at < frames - 1:
        return joints
    course = np.interp(np.arange(frames), [0, at, frames - 1], [0, moment, frames - 1])
    tempo = smooth(np.diff(course), EASE)
    source = np.concatenate(([0.0], np.cumsum(tempo)))
    source *= (frames - 1) / source[-1]
    require_room()
    from scipy.interpolate import CubicSpline

    played = CubicSpline(np.arange(frames), joints, axis=0)(source)
    return fix_lengths(np.asarray(played))
