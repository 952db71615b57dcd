"""*Retime*: the selected frames take longer or less long, the engine fills what is missing, what is behind moves on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...rig.sampling import FPS
from ...translation import iface_, n_, rpt_
from ..aim import Aim, Played, Wish
from ..question import ALMOST, KeyedRange, Question, rows_between, shown_frames, too_short
from ..retiming import Retiming
from ..selection import find_span
from .kind import FRAMES_FROM, EditKind, amount

STRETCH = amount(
    "stretch",
    "New Length",
    "How long the frames take compared with now: 2 is twice as long, 0.5 half as long",
    1.5,
    min=0.25,
    max=4.0,
    soft_min=0.5,
    soft_max=2.0,
    step=10,
    precision=2,
)
STRENGTH = amount(
    "retime_strength",
    "Strength",
    "How much of the frames is made anew, what fits their new length least first",
    0.5,
    subtype="FACTOR",
    min=0.05,
    max=1.0,
)
SHORTEST = 4  # rows of a motion before and after: one token
NOTHING_NEW = n_("Frames {first} to {last} would stay as long as they are: choose another length")


def find_aim(played: Played, wish: Wish) -> Aim:
    """The selected span of the whole body: time passes for all of it."""
    span = find_span(played.armature, played.mapping, played.scene, wish["frames_from"])
    return Aim(wish, (replace(span, part="body"),))


def retiming_of(aim: Aim) -> Retiming:
    """How frames move."""
    return Retiming(aim.first, aim.last, aim.first + max(round((aim.last - aim.first) * aim.wish["stretch"]), 1))


def ask(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    """For other rows instead of those between the ends of the span. Rows lie where they will lie: what is behind moves
    by whole frames, which need not be whole rows.
    """
    step, retiming = fps / FPS, retiming_of(aim)
    if not retiming.moved:
        raise ValueError(rpt_(NOTHING_NEW).format(first=aim.first, last=aim.last))
    start, last = shown_frames(aim, keys, fps)
    rows = rows_between(start, last + retiming.moved, step)
    begin = int(np.floor((aim.first - start) / step + ALMOST)) + 1
    stop = int(np.ceil((retiming.until - start) / step - ALMOST))
    before, behind = rows[:begin], rows[stop:] - retiming.moved
    now = max(round((behind[0] - before[-1]) / step) - 1, 0)
    if min(stop - begin, now) < SHORTEST:
        raise too_short(aim, int(np.ceil((SHORTEST + 1) * step / min(aim.wish["stretch"], 1.0))) + 1)
    inside = np.linspace(before[-1], behind[0], now + 2)[1:-1]
    params = {
        "start": begin,
        "stop": begin + now,
        "length": stop - begin,
        "strength": round(aim.wish["retime_strength"], 4),
    }
    return Question(np.concatenate((before, inside, behind)), FPS, start, retiming.until, params, retiming)


def tell(aim: Aim, _part: str) -> str:
    """Where the span ends now and where it will end."""
    return iface_("Frames {first} to {last} become {first} to {until}").format(
        first=aim.first, last=aim.last, until=retiming_of(aim).until
    )


KIND = EditKind(
    name="retime",
    number=7,
    label="Retime",
    tip="Make the selected frames longer or shorter, and what no longer fits anew; the keys behind move along",
    icon="TIME",
    settings=(FRAMES_FROM, STRETCH, STRENGTH),
    find_aim=find_aim,
    ask=ask,
    tell=tell,
)
