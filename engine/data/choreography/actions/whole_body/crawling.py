"""Crawling backwards, and on the belly."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.actions.whole_body.lying import crawl_keys
from engine.data.choreography.claims import below, stays_below
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score
from engine.data.choreography.stock import PRONE


@action(
    ("crawl backwards", "crawl backward on hands and knees"),
    ("crawls backwards[ on hands and knees]", "moves backwards on all fours"),
    (below("pelvis", 0.6),),
    sided=False,
)
def crawl_back(draw: Draw) -> Score:
    keys = crawl_keys(draw, draw.count(4, 7), -draw.between(0.24, 0.34), draw.between(0.6, 0.85))
    return Score(tuple(keys), start="held", end="held", lead=0.0, tail=0.1, stagger=0)


@action(
    ("army crawl", "crawl on the belly", "belly crawl", "crawl like a soldier"),
    (
        "crawls on (his|her|the) (belly|stomach)",
        "army-crawls forward",
        "crawls forward on the elbows like a soldier",
        "drags (himself|herself) forward on the belly",
        "crawls flat on the ground",
        "does an army crawl",
    ),
    (stays_below("pelvis", 0.35), stays_below("head", 0.6)),
    sided=False,
    often=3,
)
def army_crawl(draw: Draw) -> Score:
    stride, move, count = draw.between(0.22, 0.32), draw.between(0.6, 0.85), draw.count(4, 7)
    reach = {"right": 0.62, "left": 0.62 + 0.5 * stride}
    keys: list[Key] = []

    def pose(lead: str, along: float, sign: float) -> Posture:
        parts: dict[str, Any] = {}
        for side in ("right", "left"):
            up = 0.08 if side == lead else 0.03
            parts[side] = Hand((0.17, up, reach[side]), "floor", palm=(0, -1, 0), fingers=(-0.25, 0, 1), swivel=34)
            # The knee on the side that reaches is drawn up beside the body.
            drawn = side == lead
            parts[f"{side}_foot"] = Foot(
                (0.22 if drawn else 0.13, 0, (-0.84 if drawn else -0.99) + along),
                "floor",
                pitch=130,
                knee=80 if drawn else 8,
            )
        return Posture(
            **{**PRONE, "place": (0.02 * sign, 0.14, 0.05 + along), "gaze": Gaze(0, -14)} | parts,
            bend=-10,
            twist=7 * sign,
            lean=6 * sign,
        )

    keys.append(Key(pose("", 0.0, 0.0), 0.0, 0.15))
    for step in range(count):
        side = "right" if step % 2 == 0 else "left"
        reach[side] += stride
        sign = -1.0 if side == "right" else 1.0
        keys.append(Key(pose(side, (step + 0.6) * 0.5 * stride, sign), move, through=True))
    keys.append(Key(pose("", 0.5 * stride * count, 0.0), move))
    return Score(tuple(keys), start="held", end="held", lead=0.0, tail=0.1, stagger=0)


@action(
    ("crab walk", "walk like a crab", "crab crawl"),
    (
        "does a crab walk[ {way}]",
        "walks like a crab on hands and feet[, belly up]",
        "crab-walks {way}[ on hands and feet]",
        "moves {way} on hands and feet with the belly up",
        "crawls {way} like a crab",
    ),
    (stays_below("pelvis", 0.6), below("right_wrist", 0.1), below("left_wrist", 0.1)),
    sided=False,
    often=3,
)
def crab_walk(draw: Draw) -> Score:
    way = draw.pick((1.0, -1.0))
    stride, move, count = way * draw.between(0.14, 0.2), draw.between(0.4, 0.55), draw.count(6, 10)
    high = draw.between(0.27, 0.32)
    hands, feet = {"right": -0.42, "left": -0.42}, {"right": 0.42, "left": 0.42}
    keys: list[Key] = []

    def pose(lifted: str, along: float, sign: float) -> Posture:
        parts: dict[str, Any] = {}
        for side in ("right", "left"):
            up = 0.09 if side == lifted else 0.03
            parts[side] = Hand((0.26, up, hands[side]), "floor", palm=(0, -1, 0), fingers=(0.6, 0, -0.8))
            parts[f"{side}_foot"] = Foot((0.14, 0, feet[side]), "floor", turn=8, knee=6)
        return Posture(
            place=(0.02 * sign, high, along),
            hips=(-56, 0, 0),
            bend=2,
            lean=3 * sign,
            gaze=Gaze(0, 4),
            balance=False,
            sway=0.2,
            **parts,
        )

    keys.append(Key(pose("", 0.0, 0.0), 0.0, 0.2))
    for step in range(count):
        side, other = ("right", "left") if step % 2 == 0 else ("left", "right")
        sign = -1.0 if side == "left" else 1.0
        # A hand and the foot across from it go together.
        hands[side] += stride
        feet[other] += stride
        keys.append(Key(pose(side, (step + 0.4) * 0.5 * stride, sign), 0.5 * move, through=True))
        keys.append(Key(pose("", (step + 0.9) * 0.5 * stride, sign), 0.5 * move))
    words = {"way": "forward" if way > 0 else "backwards"}
    return Score(tuple(keys), start="held", end="held", lead=0.0, tail=0.1, stagger=0, words=words)
