"""The actions there are, and the takes that are made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.data.choreography.bases import BaseLibrary
from engine.data.choreography.body import Base
from engine.data.choreography.claims import Claim
from engine.data.choreography.draw import Draw
from engine.data.choreography.perform import duration, expand, perform
from engine.data.choreography.posture import Score
from engine.data.choreography.sentences import write_sentences
from engine.data.mirror import mirror_text
from engine.motion import rotations
from engine.motion.features import facing
from engine.motion.skeleton import HUMANML3D, mirror_joints

Array = NDArray[np.floating]
LONGEST = 9.8


@dataclass(frozen=True)
class Action:
    """One thing a body can be asked to do.

    Attributes:
        name: for file names.
        make: draws a variant's score.
        terse, phrases: as `write_sentences` takes them.
        claims: what every right-handed take shows.
        base: what it is laid over.
        sided: whether it is also performed left-handed, as a mirror image.
        style: changes the walk that it is laid over.
        often: how many times as many variants as other actions it has, for what varies a lot or is asked for a lot.
    """

    name: str
    make: Callable[[Draw], Score]
    terse: tuple[str, ...]
    phrases: tuple[str, ...]
    claims: tuple[Claim, ...]
    base: Literal["stand", "walk"] = "stand"
    sided: bool = True
    style: Callable[[Base, Draw], Base] | None = None
    group: str = ""
    often: int = 1


ACTIONS: dict[str, Action] = {}


def action(
    terse: tuple[str, ...],
    phrases: tuple[str, ...],
    claims: tuple[Claim, ...] = (),
    base: Literal["stand", "walk"] = "stand",
    sided: bool = True,
    style: Callable[[Base, Draw], Base] | None = None,
    often: int = 1,
) -> Callable[[Callable[[Draw], Score]], Callable[[Draw], Score]]:
    """Enter a function that draws a score as the action of its own name."""

    def enter(make: Callable[[Draw], Score]) -> Callable[[Draw], Score]:
        name = make.__name__.strip("_")
        if name in ACTIONS:
            raise ValueError(f"two actions are called {name}")
        group = make.__module__.rpartition(".")[2]
        ACTIONS[name] = Action(name, make, terse, phrases, claims, base, sided, style, group, often)
        return make

    return enter


def all_actions() -> list[Action]:
    """Every action of the themes in `actions/`, by name."""
    from engine.data.choreography import actions

    for module in walk_packages(actions.__path__, f"{actions.__name__}."):
        import_module(module.name)
    return [ACTIONS[name] for name in sorted(ACTIONS)]


@dataclass(frozen=True)
class Take:
    """One variant: joints (T, 27, 3) from the origin facing +Z on the floor, its sentences, which hand ("" if any)."""

    name: str
    joints: NDArray[np.float32]
    captions: tuple[str, ...]
    group: str
    side: str


def make_take(piece: Action, bases: BaseLibrary, seed: int, variant: int) -> Take:
    """Variant number `variant` of an action; the same arguments and trials give the same take."""
    draw = Draw(seed, piece.name, variant)
    score = piece.make(draw)
    seconds = duration(expand(score, draw))
    if seconds > LONGEST and score.in_time:
        draw.tempo *= LONGEST / seconds
    frames = round(min(seconds, LONGEST) * HUMANML3D.fps) + 1
    base = bases.stand(draw, frames) if piece.base == "stand" else bases.walk(draw, frames)
    if piece.style:
        base = piece.style(base, draw)
    if score.over:
        base = score.over(base, draw)
    joints = _from_origin(perform(score, base, draw))
    side = draw.side if piece.sided else "right"
    if side == "left":
        joints = mirror_joints(joints)
    words = {"side": side, "other": "left" if side == "right" else "right", **(score.words or {})}
    if side == "left":
        words = {slot: mirror_text(text) if slot not in ("side", "other") else text for slot, text in words.items()}
    captions = tuple(write_sentences(piece.phrases, piece.terse, words, draw, score.in_time))
    return Take(
        f"choreo_{piece.name}_{variant:02d}",
        joints.astype(np.float32),
        captions,
        piece.group,
        side if piece.sided else "",
    )


def _from_origin(joints: Array) -> Array:
    """Root over the origin and facing +Z at the first frame; heights stay."""
    joints = joints - joints[0, 0] * [1.0, 0.0, 1.0]
    ahead = facing(joints[:1])[0]
    return rotations.rotate(rotations.about_y(np.asarray(-np.arctan2(ahead[0], ahead[2]))), joints)


def choreograph(trials: Path, seed: int = 0, variants: int = 12, names: Sequence[str] | None = None) -> Iterator[Take]:
    """Takes of every action, or those named, over the captured bases in `trials`, `variants` x `often` of each."""
    bases = BaseLibrary(trials)
    for piece in all_actions():
        if names is None or piece.name in names:
            for variant in range(variants * piece.often):
                yield make_take(piece, bases, seed, variant)


__all__ = ["ACTIONS", "Action", "Take", "action", "all_actions", "choreograph", "make_take"]
