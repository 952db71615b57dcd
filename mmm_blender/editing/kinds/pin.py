"""*Change Around Keys*: the selected keys stay, all around them anew."""

from __future__ import annotations

import numpy as np

from ...rig.sampling import FPS
from ...translation import iface_, n_, rpt_
from ..aim import Aim, Played, Wish, of_part, open_ends, whole_range
from ..question import KeyedRange, Question, changing_rows, rows_between, shown_frames, too_short
from ..selection import Span, selected_keys
from .kind import HOLD, PART, EditKind, tell_span

NO_PINS = n_("No keys are selected to be kept: select those that are right, all around them changes")


def find_aim(played: Played, wish: Wish) -> Aim:
    """All of the range but the selected keys."""
    armature = played.armature
    whole = of_part(whole_range(played), wish)
    frames, _ = selected_keys(armature)
    pins = sorted({int(edge(f)) for f in frames for edge in (np.floor, np.ceil) if whole.first <= f <= whole.last})
    if not pins:
        raise ValueError(rpt_(NO_PINS))
    free = open_ends(armature, whole)
    free = (free[0] and pins[0] > whole.first, free[1] and pins[-1] < whole.last)
    edges = sorted({whole.first, whole.last, *pins})
    spans = [
        Span(a, b, whole.part)
        for a, b in zip(edges, edges[1:], strict=False)
        # where both ends are pinned there has to be a frame between them
        if b - a > 1 or (free[0] and a == whole.first) or (free[1] and b == whole.last)
    ]
    if not spans:
        raise ValueError(rpt_("All frames are kept: select fewer keys"))
    ends = (free[0] and spans[0].first == whole.first, free[1] and spans[-1].last == whole.last)
    return Aim(wish, tuple(spans), ends)


def ask(aim: Aim, keys: KeyedRange, fps: float) -> Question:
    """To change all rows from the first span to the last but those at the pins. Raises ValueError without any."""
    step = fps / FPS
    start, last = shown_frames(aim, keys, fps)
    frames = rows_between(start, last, step)
    runs = changing_rows(aim, start, step, len(frames))
    if not runs:
        raise too_short(aim, int(np.ceil(2 * step)) + 1)
    begin, stop = runs[0][0], runs[-1][1]
    changing = {row for run in runs for row in range(*run)}
    kept = [row for row in range(max(begin - 1, 0), min(stop + 1, len(frames))) if row not in changing]
    mask = [{"part": aim.part, "start": begin, "stop": stop}]
    return Question(frames, FPS, start, aim.last, {"frames": kept, "mask": mask}, changing=tuple(runs))


def tell(aim: Aim, part: str) -> str:
    """The spans between the pins, counted."""
    if len(aim.spans) == 1:
        return tell_span(aim, part)
    return iface_("Frames {first} to {last} in {count} pieces, {part}").format(
        first=aim.first, last=aim.last, count=len(aim.spans), part=part
    )


KIND = EditKind(
    name="pin",
    number=3,
    label="Change Around Keys",
    tip="Keep the poses on the selected keys exactly, and make all around them anew",
    icon="PINNED",
    settings=(PART, HOLD),
    find_aim=find_aim,
    ask=ask,
    tell=tell,
    directed=True,
)
