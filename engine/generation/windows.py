"""Motions longer than one pass of the transformer: windows that go on from what came before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """Tokens [start, stop) in one pass, of which the first `known` are settled already."""

    start: int
    stop: int
    known: int


def plan_windows(tokens: int, longest: int, overlap: int) -> list[Window]:
    """Cover `tokens` positions with passes of at most `longest`, each reusing `overlap` tokens.

    The last window is moved back rather than left short, so that it is never a stump.
    """
    windows = [Window(0, min(tokens, longest), 0)]
    while windows[-1].stop < tokens:
        done = windows[-1].stop
        stop = min(done - overlap + longest, tokens)
        start = max(0, stop - longest)
        windows.append(Window(start, stop, done - start))
    return windows
