"""Progress and cancel in one object."""

import pytest

from engine.watch import UNWATCHED, Cancelled, Watch


def test_rounds_within_rounds_are_counted_through():
    told: list[tuple[str, int, int]] = []
    outer = Watch(lambda *step: told.append(step))
    for part in range(2):
        for window in range(3):
            inner = outer.share(part, 2).share(window, 3)
            for step in (1, 2):
                inner.report("decode", step, 2)
    assert told == [("decode", step, 12) for step in range(1, 13)]


def test_a_cancel_reaches_every_share_and_work_beside():
    wanted = True
    watch = Watch(lambda *step: pytest.fail("told"), lambda: not wanted)
    for inner in (watch.silent(), watch.share(0, 2), watch.share(0, 2).silent()):
        inner.check()
    watch.silent().report("decode", 1, 2)
    wanted = False
    for inner in (watch, watch.silent(), watch.share(0, 2)):
        with pytest.raises(Cancelled):
            inner.check()
    UNWATCHED.check()
