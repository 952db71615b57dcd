"""Sitting on seats of all heights: legs crossed, at ease, restless; getting there and up again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.data.choreography.actions.whole_body.floor_poses import breathing, held
from engine.data.choreography.claims import begins_above, ends_above, ends_below, stays_below
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, both_feet
from engine.data.choreography.stock import ON_FLOOR, ON_THIGH


def seat(draw: Draw, height: float, back: float, **more: Any) -> Posture:
    """Upright on a seat: the pelvis at this height, so far behind where the body stood."""
    fields: dict[str, Any] = {
        "place": (0, height, back),
        "hips": (draw.near(-6, 4), 0, 0),
        "bend": draw.near(5, 3),
        "gaze": Gaze(draw.near(0, 8), 0),
        **ON_FLOOR,
        **more,
    }
    return Posture(**fields)


def getting_down(draw: Draw, height: float, back: float, hands: dict[str, Hand]) -> list[Key]:
    """From standing onto a seat."""
    arms = both(Hand((0.08, -0.8, 0.45), "level", roll=30))
    over = Posture(
        place=(0, 0.5 * (height + 0.9), 0.45 * back), hips=(30, 0, 0), bend=16, gaze=Gaze(0, -20), **arms, **ON_FLOOR
    )
    touch = Posture(
        place=(0, height, back + 0.02), hips=(22, 0, 0), bend=14, gaze=Gaze(0, -12), **(hands or arms), **ON_FLOOR
    )
    return [Key(over, draw.between(0.55, 0.8), through=True), Key(touch, draw.between(0.4, 0.6))]


def crossed(draw: Draw, pose: Posture, kind: str) -> Posture:
    """The right leg over the left: "knee" over knee, "ankle" on the knee, or "ankles" crossed on the floor."""
    if kind == "knee":
        return pose.but(
            right_foot=Foot((-0.2, -0.27, 0.49), "hips", turn=-6, pitch=18, knee=-14),
            left_foot=replace(pose.left_foot, at=(-0.03, 0.0, 0.0)),
        )
    if kind == "ankle":
        return pose.but(
            right_foot=Foot((-0.27, 0.06, 0.34), "hips", turn=-62, pitch=0, knee=72),
        )
    return pose.but(
        right_foot=Foot((-0.19, 0, 0.1), turn=-10),
        left_foot=Foot((-0.15, 0, 0.02), turn=-10),
    )


def lap(draw: Draw) -> dict[str, Hand]:
    """Hands in the lap, on the thighs, or the arms folded."""
    return draw.pick(
        (
            both(ON_THIGH),
            both(Hand((-0.05, 0.04, 0.26), "hips", palm=(-0.2, -1, 0), fingers=(-0.7, -0.1, 0.7))),
            {
                "right": Hand((-0.36, -0.45, 0.44), palm=(-0.1, -0.3, -1), fingers=(-1, 0.18, -0.3), swivel=4),
                "left": Hand((-0.33, -0.51, 0.34), palm=(-0.1, -0.2, -1), fingers=(-1, 0.1, -0.15), swivel=4),
            },
        )
    )


CROSSED = {
    "knee": ("with (his|her) legs crossed", "with crossed legs", "with one leg over the other"),
    "ankle": (
        "with the {side} ankle on the other knee",
        "with one ankle on the other knee",
        "with (his|her) legs crossed",
    ),
    "ankles": ("with crossed ankles", "with (his|her) legs crossed at the ankles"),
}


def crossing_words(draw: Draw, kind: str) -> dict[str, str]:
    text = draw.pick(CROSSED[kind])
    his = draw.pick(("his", "her", "the"))
    return {"how": text.replace("(his|her)", his).replace("{side}", "right")}


@action(
    ("sit with legs crossed", "sit on a chair with legs crossed", "sitting cross-legged on a chair"),
    (
        "sits on a chair {how}",
        "sits on a (bench|sofa|chair) {how}[ and waits]",
        "is sitting {how}",
        "sits relaxed {how}",
        "is sitting on a chair {how}[ and looks around]",
        "sits {how}",
    ),
    (stays_below("pelvis", 0.7),),
    often=4,
)
def sits_legs_crossed(draw: Draw) -> Score:
    kind = draw.pick(("knee", "knee", "knee", "ankle", "ankle", "ankles"))
    pose = crossed(draw, seat(draw, draw.between(0.52, 0.6), draw.between(-0.44, -0.38), **lap(draw)), kind)
    if kind != "ankles" and draw.chance(0.4):
        hand = Hand((-0.02, 0.14, 0.36), "hips", palm=(-0.3, -1, 0), fingers=(-0.8, -0.1, 0.5))
        pose = pose.but(**both(hand))
    return held(
        breathing(draw, pose, draw.between(3.0, 8.0), 1.5, draw.pick((3.0, 16.0))), words=crossing_words(draw, kind)
    )


@action(
    ("sit down and cross the legs", "sit down, crossing the legs"),
    (
        "sits down[ on a chair] and crosses (his|her|the) legs",
        "sits down and puts one leg over the other",
        "takes a seat and crosses the legs",
        "sits down on a chair {how}",
    ),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.7)),
    often=2,
)
def sit_down_crossing(draw: Draw) -> Score:
    kind = draw.pick(("knee", "knee", "ankle"))
    height, back = draw.between(0.52, 0.6), draw.between(-0.44, -0.38)
    hands = lap(draw)
    upright = seat(draw, height, back, **hands)
    raised = upright.but(right_foot=Foot((0.0, -0.1, 0.5), "hips", pitch=10), hips=(-12, 0, 0))
    keys = [
        *getting_down(draw, height, back, both(ON_THIGH)),
        Key(upright, 0.6, draw.between(0.1, 0.4)),
        Key(raised, 0.45, through=True),
        Key(crossed(draw, upright, kind), 0.5, draw.between(0.6, 1.6)),
    ]
    return Score(tuple(keys), end="held", lead=draw.between(0.2, 0.6), words=crossing_words(draw, kind))


@action(
    ("sit down on a {seat}", "take a seat on a {seat}"),
    ("sits down on a {seat}", "takes a seat on a {seat}", "lowers (himself|herself) onto a {seat}"),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.8)),
    sided=False,
    often=2,
)
def sit_on_heights(draw: Draw) -> Score:
    words, low, high, way = draw.pick(
        (
            ("low stool", 0.36, 0.44, -0.4),
            ("bench", 0.48, 0.56, -0.4),
            ("sofa", 0.42, 0.5, -0.48),
            ("bar stool", 0.7, 0.78, -0.26),
            ("bed", 0.48, 0.58, -0.42),
            ("step", 0.3, 0.38, -0.42),
        )
    )
    height = draw.between(low, high)
    hands = both(ON_THIGH) if draw.chance(0.7) else {}
    keys = [*getting_down(draw, height, way, hands), Key(seat(draw, height, way, **hands), 0.6, draw.between(0.5, 1.8))]
    return Score(tuple(keys), end="held", lead=draw.between(0.2, 0.8), words={"seat": words})


@action(
    ("stand up from a {seat}", "get up from a {seat}"),
    ("stands up from a {seat}", "gets up from a {seat}", "is sitting on a {seat} and stands up"),
    (ends_above("pelvis", 0.8),),
    sided=False,
    often=2,
)
def stand_from_heights(draw: Draw) -> Score:
    words, low, high, way = draw.pick(
        (
            ("low stool", 0.36, 0.44, -0.4),
            ("bench", 0.48, 0.56, -0.4),
            ("sofa", 0.42, 0.5, -0.48),
            ("bed", 0.48, 0.58, -0.42),
            ("chair", 0.5, 0.58, -0.4),
        )
    )
    height = draw.between(low, high)
    hands = both(ON_THIGH) if draw.chance(0.6) else {}
    down, lean = getting_down(draw, height, way, hands)
    keys = (
        Key(seat(draw, height, way, **hands), 0.0, draw.between(0.3, 1.2)),
        Key(lean.posture.but(hips=(36, 0, 0), bend=20), draw.between(0.45, 0.65), through=True),
        Key(down.posture, draw.between(0.35, 0.5), through=True),
    )
    return Score(
        keys, start="held", lead=0.0, back=draw.between(0.6, 0.8), tail=draw.between(0.4, 0.9), words={"seat": words}
    )


@action(
    ("sit slumped", "slouch in a chair", "sit bent forward, elbows on the knees"),
    (
        "slouches in a chair",
        "sits (bent forward|hunched), the elbows on the knees",
        "sits[ sadly] with a hanging head",
        "sits slumped on a (bench|chair)",
    ),
    (stays_below("pelvis", 0.7),),
    sided=False,
)
def sits_slumped(draw: Draw) -> Score:
    elbows = draw.chance(0.5)
    hands = (
        both(Hand((-0.1, 0.02, 0.52), "hips", palm=(-0.6, -0.6, 0), fingers=(-0.6, -0.4, 0.6)))
        if elbows
        else both(ON_THIGH)
    )
    pose = seat(
        draw,
        draw.between(0.5, 0.58),
        draw.between(-0.44, -0.36),
        hips=(16 if elbows else -16, 0, 0),
        bend=38 if elbows else 34,
        gaze=Gaze(0, -34),
        **hands,
    )
    return held(breathing(draw, pose, draw.between(3.0, 6.5), 2.0, 5.0))


@action(
    ("sit and swing the legs", "dangle the legs"),
    (
        "sits and swings the legs",
        "dangles (his|her) legs[, sitting on a wall]",
        "sits on a high wall, swinging the legs",
    ),
    (stays_below("pelvis", 0.95),),
    sided=False,
)
def sits_swinging(draw: Draw) -> Score:
    height, beat = draw.between(0.66, 0.8), draw.between(0.4, 0.6)
    hands = both(Hand((0.24, -0.02, 0.06), "hips", palm=(0, -1, 0), fingers=(0.1, -0.2, 1)))
    pose = seat(draw, height, -0.3, bend=8, **hands)

    def swing(way: float) -> Posture:
        def foot(side: float) -> Foot:
            return Foot((0.0, -0.36, 0.42 + 0.12 * side), "hips", pitch=14 - 14 * side)

        return pose.but(right_foot=foot(way), left_foot=foot(-way), gaze=Gaze(draw.near(0, 14), -8))

    keys = [Key(swing(0.0), 0.0, 0.2)] + [Key(swing(1.0 if k % 2 else -1.0), beat) for k in range(draw.count(6, 10))]
    return held(tuple(keys))


@action(
    ("lean back in a chair", "relax in an armchair"),
    (
        "leans back in a chair[, the hands behind the head]",
        "relaxes in an armchair",
        "sits back[ and stretches out the legs]",
        "sits at ease with the legs stretched out",
    ),
    (stays_below("pelvis", 0.7),),
    sided=False,
)
def sits_back(draw: Draw) -> Score:
    hands = draw.pick(
        (
            both(Hand((0.11, 0.05, -0.08), "head", palm=(0, 0, 1), fingers=(-0.8, 0.3, 0), swivel=60)),
            both(Hand((0.26, 0.1, 0.2), "hips", palm=(0, -1, 0), fingers=(0, -0.1, 1))),
        )
    )
    feet = both_feet(Foot((0.02, 0, 0.22), pitch=-24)) if draw.chance(0.6) else {}
    pose = seat(
        draw, draw.between(0.5, 0.56), -0.42, hips=(-24, 0, 0), bend=8, gaze=Gaze(draw.near(0, 8), 6), **hands, **feet
    )
    return held(breathing(draw, pose, draw.between(3.0, 6.5), 1.6, 8.0))
