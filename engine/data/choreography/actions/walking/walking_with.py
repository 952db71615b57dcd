"""Walking while doing something with the hands or eyes."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.claims import above, ahead, looks, near, travels
from engine.data.choreography.draw import Draw
from engine.data.choreography.gait import Gait, styled
from engine.data.choreography.library import action
from engine.data.choreography.posture import Gaze, Hand, Key, Posture, Score, both, cycle
from engine.data.choreography.stock import walking

CALM = styled(lambda draw: Gait(speed=draw.between(0.8, 1.0), stride=draw.between(0.85, 1.0), twist=0.7))
LADEN = styled(
    lambda draw: Gait(speed=draw.between(0.7, 0.9), stride=draw.between(0.7, 0.85), twist=0.4, bob=0.8, crouch=0.02)
)


@action(
    ("walk with the hands in the pockets", "stroll, hands in pockets"),
    ("walks with (both|the) hands in the pockets", "strolls along[ casually], hands in the pockets"),
    (travels(0.8), near("right_wrist", "right_hip", 0.25)),
    base="walk",
    sided=False,
    style=CALM,
)
def walk_hands_in_pockets(draw: Draw) -> Score:
    hand = Hand((0.19, -0.07, 0.08), "hips", palm=(-1, 0, -0.2), fingers=(-0.15, -1, 0.3), swivel=18)
    return walking(
        draw,
        Posture(**both(hand), bend=4, gaze=Gaze(draw.near(0, 10), -6)),
        Posture(**both(hand), bend=3, gaze=Gaze(draw.near(0, 20), -2)),
    )


@action(
    ("walk with folded arms", "walk with crossed arms"),
    ("walks with (crossed|folded) arms", "walks along, the arms folded in front of the chest"),
    (travels(0.8), near("right_hand", "left_elbow", 0.3)),
    base="walk",
    style=CALM,
)
def walk_folded_arms(draw: Draw) -> Score:
    right = Hand((-0.36, -0.45, 0.44), palm=(-0.1, -0.3, -1), fingers=(-1, 0.18, -0.3), swivel=4)
    left = Hand((-0.33, -0.51, 0.34), palm=(-0.1, -0.2, -1), fingers=(-1, 0.1, -0.15), swivel=4)
    return walking(draw, Posture(right=right, left=left, gaze=Gaze(draw.near(0, 8), -4)))


@action(
    ("walk with the hands behind the back", "stroll with hands behind the back"),
    ("walks with the hands behind the back", "strolls along[ thoughtfully], hands clasped behind the back"),
    (travels(0.8), near("right_wrist", "left_wrist", 0.25)),
    base="walk",
    sided=False,
    style=CALM,
)
def walk_hands_behind(draw: Draw) -> Score:
    arms: dict[str, Any] = {
        "right": Hand((-0.02, -0.04, -0.2), "hips", palm=(0, 0, -1), fingers=(-1, -0.3, 0), swivel=10),
        "left": Hand((-0.02, 0.0, -0.17), "hips", palm=(0, 0, -1), fingers=(-1, -0.3, 0), swivel=10),
    }
    return walking(draw, Posture(**arms, gaze=Gaze(8, -8)), Posture(**arms, gaze=Gaze(-12, 0)))


@action(
    ("walk and talk on the phone", "walk with a phone at the ear"),
    (
        "walks while talking on the phone[, {side} hand at the ear]",
        "is on the phone while walking",
        "walks with a phone at the {side} ear",
    ),
    (travels(0.8), near("right_hand", "head", 0.18)),
    base="walk",
    style=CALM,
)
def walk_phone(draw: Draw) -> Score:
    hand = Hand((0.13, -0.07, 0.06), "head", palm=(-1, 0.1, -0.2), fingers=(-0.2, 1, -0.3), swivel=-5)
    return walking(
        draw,
        Posture(right=hand, gaze=Gaze(6, -8, -8)),
        Posture(right=hand, gaze=Gaze(-4, -2, -6)),
        Posture(right=hand, gaze=Gaze(12, -10, -8)),
    )


@action(
    ("walk and text", "walk looking at a phone"),
    (
        "walks while (texting|looking at a phone)",
        "looks down at a phone while walking",
        "types on a phone and walks along",
    ),
    (travels(0.6), ahead("right_wrist", 0.18)),
    base="walk",
    sided=False,
    style=styled(lambda draw: Gait(speed=draw.between(0.65, 0.85), stride=draw.between(0.65, 0.85), twist=0.5)),
)
def walk_texting(draw: Draw) -> Score:
    up = draw.between(-0.38, -0.25)
    hand = Hand((-0.3, up, 0.52), palm=(-0.5, 0.75, -0.3), fingers=(-0.45, 0.4, 0.85))
    return walking(draw, Posture(**both(hand), bend=7, gaze=Gaze(0, -34)))


@action(
    ("wave while walking", "walk and wave"),
    (
        "waves[ with the {side} hand] while walking",
        "walks (along|forward) and waves[ to someone]",
        "walks, raises the {side} hand and waves hello",
    ),
    (travels(0.8), above("right_hand", "right_shoulder", 0.05)),
    base="walk",
)
def walk_waving(draw: Draw) -> Score:
    def at(side: float) -> Posture:
        return Posture(
            right=Hand((0.5 + 0.08 * side, 0.3, 0.3), palm=(0.1, 0, 1), fingers=(0.35 * side, 1, 0), swivel=20),
            gaze=Gaze(-12, 4),
        )

    count = draw.count(2, 4)
    keys = (Key(at(1), 0.6), *cycle((at(-1), at(1)), draw.between(0.22, 0.3), count))
    return Score(keys, lead=draw.between(0.5, 1.2), tail=draw.between(0.6, 1.2), settled=False)


@action(
    ("look around while walking", "walk and look around"),
    ("walks and looks around", "looks left and right while walking", "walks along, turning the head to both sides"),
    (travels(0.8), looks(left=20), looks(left=-20)),
    base="walk",
    style=CALM,
)
def walk_looking(draw: Draw) -> Score:
    def look(yaw: float) -> Posture:
        return Posture(gaze=Gaze(yaw, draw.near(2, 5)), twist=0.2 * yaw)

    return walking(draw, look(0), look(draw.between(45, 75)), look(-draw.between(45, 75)), look(draw.between(-20, 20)))


@action(
    ("look over the shoulder while walking", "walk and look back"),
    ("walks and looks back over the {side} shoulder", "looks behind while walking[, as if followed]"),
    (travels(0.8), looks(left=-60)),
    base="walk",
)
def walk_looking_back(draw: Draw) -> Score:
    look = Posture(gaze=Gaze(-draw.between(100, 125), 0), twist=-32)
    return Score(
        (Key(look, 0.6, draw.between(0.4, 0.9)),),
        lead=draw.between(0.6, 1.4),
        tail=draw.between(0.8, 1.4),
        back=0.7,
        settled=False,
    )


@action(
    ("carry a box", "walk carrying a box", "carry a heavy box"),
    (
        "carries a[ heavy| big] box[ in front of the body]",
        "walks carrying a (box|crate|parcel) with both hands",
        "holds a box in front of the belly and walks",
    ),
    (travels(0.6), ahead("right_wrist", 0.2), ahead("left_wrist", 0.2)),
    base="walk",
    sided=False,
    style=LADEN,
)
def carry_box(draw: Draw) -> Score:
    heavy = draw.between(0, 1)
    hand = Hand(
        (draw.between(-0.12, 0.02), -0.62 + 0.06 * (1 - heavy), 0.5),
        palm=(-0.8, 0.5, 0),
        fingers=(-0.2, 0.1, 1),
        swivel=4,
    )
    return walking(draw, Posture(**both(hand), bend=-6 - 6 * heavy, hips=(-2, 0, 0), gaze=Gaze(0, -4)))


@action(
    ("carry a tray", "waiter carrying a tray", "carry a tray on the {side} hand"),
    ("carries a tray on the {side} hand[ like a waiter]", "walks with a tray held up at the {side} shoulder"),
    (travels(0.6), above("right_wrist", "spine3")),
    base="walk",
    style=CALM,
)
def carry_tray(draw: Draw) -> Score:
    hand = Hand((0.24, draw.between(0.0, 0.12), 0.36), palm=(0, 1, 0), fingers=(0.5, -0.1, -0.6), swivel=-8)
    return walking(draw, Posture(right=hand, bend=-3, gaze=Gaze(draw.near(0, 10), 2)))


@action(
    ("carry a tray with both hands", "walk with a tray in front"),
    ("carries a tray with both hands", "walks carefully with a tray in front of the body"),
    (travels(0.6), ahead("right_wrist", 0.2)),
    base="walk",
    sided=False,
    style=LADEN,
)
def carry_tray_both(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(**both(Hand((0.0, -0.5, 0.52), palm=(-0.5, 0.8, 0), fingers=(-0.1, 0, 1))), bend=-2, gaze=Gaze(0, -16)),
    )


@action(
    ("carry a heavy bag", "carry a suitcase in the {side} hand", "carry a bucket"),
    (
        "carries a heavy (bag|suitcase|bucket) in the {side} hand",
        "walks leaning to the {other} with a heavy load in the {side} hand",
    ),
    (travels(0.6),),
    base="walk",
    style=LADEN,
)
def carry_bag(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            right=Hand((0.16, -0.98, 0.05), roll=10),
            left=Hand((0.5, -0.78, 0.15), roll=10) if draw.chance(0.6) else None,
            lean=draw.between(7, 13),
            bend=5,
            gaze=Gaze(0, -4),
        ),
    )


@action(
    ("carry something on the {side} shoulder", "carry a log on the shoulder", "carry a sack"),
    (
        "carries a (sack|log|beam) on the {side} shoulder",
        "walks with a load on the {side} shoulder, holding it with one hand",
    ),
    (travels(0.6), above("right_wrist", "spine3", 0.05)),
    base="walk",
    style=LADEN,
)
def carry_on_shoulder(draw: Draw) -> Score:
    hand = Hand((0.06, 0.16, 0.28), palm=(-0.6, -0.7, -0.3), fingers=(-0.3, 0.7, -0.5), swivel=20)
    return walking(draw, Posture(right=hand, lean=5, bend=6, gaze=Gaze(12, -4, 6)))


@action(
    ("carry a baby", "cradle a baby in the arms", "carry something precious"),
    ("carries a baby in the arms", "walks[ slowly], cradling a baby", "holds a child in both arms and walks"),
    (travels(0.5), near("right_wrist", "left_wrist", 0.45)),
    base="walk",
    style=styled(lambda draw: Gait(speed=draw.between(0.65, 0.85), stride=0.75, twist=0.4)),
)
def carry_baby(draw: Draw) -> Score:
    def cradle(side: float) -> Posture:
        right = Hand((-0.42, -0.42, 0.42), palm=(0, 0.7, -0.7), fingers=(-1, 0.1, 0.2))
        left = Hand((-0.2, -0.46, 0.5), palm=(0, 0.7, -0.7), fingers=(-1, 0.1, 0.2))
        return Posture(right=right, left=left, bend=-3, lean=3 * side, gaze=Gaze(14, -30, 6))

    return walking(draw, cradle(1), cradle(-1), cradle(1), cradle(-1))


@action(
    ("carry something on the head", "balance a jug on the head"),
    (
        "carries a (jug|basket) on the head[, holding it with the {side} hand]",
        "walks upright, balancing something on the head",
    ),
    (travels(0.6), above("right_wrist", "head")),
    base="walk",
    style=CALM,
)
def carry_on_head(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            right=Hand((0.13, 0.2, 0.03), "head", palm=(-1, 0, 0), fingers=(-0.3, 0.9, 0), swivel=14),
            bend=-5,
            gaze=Gaze(0, 2),
        ),
    )


@action(
    ("walk with raised hands", "walk with the hands up"),
    ("walks with (both hands|the hands) up", "walks slowly with raised hands, surrendering"),
    (travels(0.5), above("right_hand", "head"), above("left_hand", "head")),
    base="walk",
    sided=False,
    style=styled(lambda draw: Gait(speed=0.7, stride=0.7)),
)
def walk_hands_up(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            **both(
                Hand((draw.between(0.25, 0.45), draw.between(0.45, 0.7), 0.12), palm=(0, 0, 1), fingers=(0.05, 1, 0))
            ),
            gaze=Gaze(0, 0),
        ),
    )


@action(
    ("push a cart", "push a shopping cart", "walk pushing a pram"),
    ("pushes a (cart|pram|trolley|wheelbarrow)", "walks pushing a (shopping cart|pram)[ with both hands]"),
    (travels(0.6), ahead("right_wrist", 0.25), ahead("left_wrist", 0.25)),
    base="walk",
    sided=False,
    style=LADEN,
)
def push_cart(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            **both(Hand((0.0, -0.62, 0.66), "level", palm=(0, -0.8, 0.4), fingers=(-0.2, 0.1, 1))),
            bend=8,
            hips=(4, 0, 0),
            gaze=Gaze(0, -4),
        ),
    )


@action(
    ("walk with an umbrella", "hold an umbrella and walk"),
    ("walks with an umbrella in the {side} hand", "walks in the rain, holding an umbrella"),
    (travels(0.6), ahead("right_wrist", 0.12)),
    base="walk",
    style=CALM,
)
def walk_umbrella(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            right=Hand((-0.06, -0.25, 0.46), palm=(-1, 0, 0), fingers=(-0.4, 0.35, 0.8)), bend=5, gaze=Gaze(0, -10)
        ),
    )


@action(
    ("drink while walking", "walk with a coffee"),
    ("walks and drinks from a cup[ in the {side} hand]", "takes a sip while walking"),
    (travels(0.6), near("right_hand", "face", 0.2)),
    base="walk",
    style=CALM,
)
def walk_drinking(draw: Draw) -> Score:
    hold = Posture(right=Hand((-0.06, -0.44, 0.5), palm=(-1, 0, 0), fingers=(-0.35, 0.05, 1)), gaze=Gaze(0, -4))
    sip = Posture(
        right=Hand((0.06, -0.05, 0.22), "head", palm=(-0.9, -0.2, -0.2), fingers=(-0.7, 0.35, -0.2)),
        gaze=Gaze(0, 12),
    )
    keys = (
        Key(hold, 0, draw.between(0.4, 1.0)),
        Key(sip, 0.7, draw.between(0.4, 0.8)),
        Key(hold, 0.7, draw.between(0.8, 1.6)),
    )
    return Score(keys, start="held", end="held", lead=0, tail=0.2, settled=False)


@action(
    ("walk holding hands", "walk hand in hand"),
    ("walks holding someone's hand on the {side}", "walks hand in hand with somebody to the {side}"),
    (travels(0.6),),
    base="walk",
    style=CALM,
)
def walk_holding_hand(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(right=Hand((0.4, -0.84, 0.12), roll=20), gaze=Gaze(-20, 0)),
        Posture(right=Hand((0.4, -0.84, 0.2), roll=20), gaze=Gaze(0, 0)),
        Posture(right=Hand((0.4, -0.84, 0.08), roll=20), gaze=Gaze(-30, 0)),
    )


@action(
    ("patrol with a rifle", "walk aiming a rifle", "walk with a gun at the ready"),
    (
        "patrols with a rifle[ held in both hands]",
        "walks with a gun at the ready",
        "moves forward, holding a rifle in front of the chest",
    ),
    (travels(0.6), ahead("left_wrist", 0.2)),
    base="walk",
    style=LADEN,
)
def walk_rifle(draw: Draw) -> Score:
    right = Hand((-0.08, -0.42, 0.32), palm=(-1, 0, 0), fingers=(-0.5, -0.1, 0.8), swivel=20)
    left = Hand((-0.2, -0.4, 0.66), palm=(-0.3, 0.9, 0), fingers=(-0.7, 0.1, 0.6))
    return walking(
        draw,
        Posture(right=right, left=left, twist=-10, bend=7, gaze=Gaze(20, 0)),
        Posture(right=right, left=left, twist=-10, bend=7, gaze=Gaze(-20, 0)),
    )


@action(
    ("march with a flag", "carry a flag"),
    ("carries a (flag|banner) with both hands", "marches holding a flag pole in front of the body"),
    (travels(0.6), ahead("right_wrist", 0.15)),
    base="walk",
    style=styled(lambda draw: Gait(speed=0.9, stride=0.85, lift=draw.between(0, 0.1), twist=0.3)),
)
def carry_flag(draw: Draw) -> Score:
    return walking(
        draw,
        Posture(
            right=Hand((-0.25, -0.12, 0.5), palm=(-1, 0, 0), fingers=(-0.5, 0.2, 0.7)),
            left=Hand((-0.25, -0.55, 0.4), palm=(-1, 0, 0), fingers=(-0.6, 0, 0.7)),
            bend=-4,
            gaze=Gaze(0, 6),
        ),
    )
