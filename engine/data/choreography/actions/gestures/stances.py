"""Head and gaze, and what people do while they stand."""

from __future__ import annotations

import math
from typing import Any

from engine.data.choreography.claims import above, below, moves, near
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import REST, Foot, Gaze, Hand, Key, Posture, Score, both, both_feet, cycle
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.stock import HANG, ON_HIP


@action(
    ("cross the arms", "arms crossed", "fold the arms", "stand with folded arms"),
    (
        "(crosses|folds) the arms[ in front of the chest]",
        "stands with (crossed|folded) arms",
        "folds (his|her) arms[ and waits][ impatiently| sternly]",
        "has the arms crossed",
    ),
    (near("right_hand", "left_elbow", 0.3), near("left_hand", "right_elbow", 0.3)),
)
def cross_arms(draw: Draw) -> Score:
    up = draw.near(-0.48, 0.03)
    right = Hand((-0.36, up + 0.03, 0.44), palm=(-0.1, -0.3, -1), fingers=(-1, 0.18, -0.3), swivel=4)
    left = Hand((-0.33, up - 0.03, 0.34), palm=(-0.1, -0.2, -1), fingers=(-1, 0.1, -0.15), swivel=4)
    pose = Posture(
        right=right, left=left, gaze=Gaze(draw.near(0, 8), draw.near(0, 4)), bend=-2, weight=draw.near(0, 0.4)
    )
    keys = [Key(pose, draw.between(0.7, 1.0), draw.between(0.9, 2.0))]
    for _ in range(draw.count(0, 2)):
        keys.append(
            Key(
                pose.but(gaze=Gaze(draw.near(0, 25), draw.near(0, 6), draw.near(0, 4)), weight=draw.near(0, 0.5)),
                draw.between(0.7, 1.1),
                draw.between(0.5, 1.1),
            )
        )
    held = draw.chance(0.35)
    return Score(tuple(keys), end="held" if held else "rest", start="held" if draw.chance(0.25) else "rest", back=0.9)


@action(
    ("hands on hips", "arms akimbo", "stand with the hands on the hips"),
    (
        "puts (both|the) hands on the hips",
        "stands with (both|the) hands on the hips[ and looks around]",
        "stands arms akimbo",
        "places the fists on the hips[ confidently]",
    ),
    (near("right_wrist", "pelvis", 0.3), near("left_wrist", "pelvis", 0.3)),
    sided=False,
)
def hands_on_hips(draw: Draw) -> Score:
    wide = draw.between(0.0, 0.1)
    stand = both_feet(Foot((wide, 0, 0))) if draw.chance(0.3) else {}
    pose = Posture(**both(ON_HIP), **stand, bend=-3, gaze=Gaze(draw.near(0, 6), 2), weight=draw.near(0, 0.4))
    keys = [Key(pose, draw.between(0.6, 0.9), draw.between(0.7, 1.8))]
    for _ in range(draw.count(0, 2)):
        yaw = draw.near(0, 30)
        keys.append(
            Key(
                pose.but(gaze=Gaze(yaw, draw.near(0, 5)), twist=0.25 * yaw, weight=draw.near(0, 0.5)),
                draw.between(0.7, 1.0),
                draw.between(0.4, 1.0),
            )
        )
    return Score(tuple(keys), end="held" if draw.chance(0.3) else "rest")


@action(
    ("{side} hand on the hip", "one hand on the hip"),
    ("puts the {side} hand on the hip", "stands with one hand on the hip[ and the weight on one leg]"),
    (near("right_wrist", "pelvis", 0.3),),
)
def hand_on_hip(draw: Draw) -> Score:
    pose = Posture(right=ON_HIP, weight=-0.6, lean=5, hips=(0, -5, 0), gaze=Gaze(draw.near(8, 8), 2, 3))
    return Score((Key(pose, draw.between(0.7, 1.0), draw.between(1.2, 2.6)),), back=0.9)


@action(
    ("hands behind the back", "clasp the hands behind the back"),
    (
        "(clasps|holds|puts) the hands behind the back",
        "stands (at ease|with the hands behind the back)",
        "waits with both hands behind the back",
    ),
    (near("right_wrist", "left_wrist", 0.25),),
    sided=False,
)
def hands_behind_back(draw: Draw) -> Score:
    right = Hand((-0.02, -0.04, -0.2), "hips", palm=(0, 0, -1), fingers=(-1, -0.3, 0), swivel=10)
    left = Hand((-0.02, 0.0, -0.17), "hips", palm=(0, 0, -1), fingers=(-1, -0.3, 0), swivel=10)
    pose = Posture(right=right, left=left, bend=-3, gaze=Gaze(0, 3))
    glance = pose.but(gaze=Gaze(draw.near(0, 25), 0))
    return Score(
        (Key(pose, draw.between(0.8, 1.1), draw.between(0.8, 1.6)), Key(glance, 0.8, draw.between(0.4, 1.2))),
        back=0.9,
    )


@action(
    ("hands in the pockets", "stand with the hands in the pockets"),
    ("puts (both|the) hands (in|into) the pockets", "stands[ casually] with the hands in the pockets"),
    (near("right_wrist", "right_hip", 0.25), near("left_wrist", "left_hip", 0.25)),
    sided=False,
)
def hands_in_pockets(draw: Draw) -> Score:
    hand = Hand((0.19, -0.07, 0.08), "hips", palm=(-1, 0, -0.2), fingers=(-0.15, -1, 0.3), swivel=18)
    pose = Posture(**both(hand), bend=3, gaze=Gaze(draw.near(0, 15), -4), weight=draw.near(0, 0.5))
    other = pose.but(gaze=Gaze(draw.near(0, 25), 0), weight=draw.near(0, 0.5))
    return Score(
        (Key(pose, draw.between(0.7, 1.0), draw.between(0.8, 1.8)), Key(other, 0.9, draw.between(0.5, 1.4))),
        back=0.8,
    )


@action(
    ("stretch", "stretching", "stretch the arms up"),
    (
        "stretches[ both arms overhead]",
        "stretches the whole body[, arms up]",
        "reaches up high with both hands and stretches",
        "raises the arms over the head in a long stretch",
    ),
    (above("right_wrist", "head", 0.15), above("left_wrist", "head", 0.15)),
    sided=False,
)
def stretch(draw: Draw) -> Score:
    hand = Hand((-0.2, 0.93, 0.06), palm=(0, 1, 0), fingers=(-0.9, 0.25, 0), raise_shoulder=0.03)
    up = Posture(
        **both(hand),
        bend=-8,
        gaze=Gaze(0, 22),
        **(both_feet(Foot(pitch=18)) if draw.chance(0.4) else {}),
        shift=(0, 0.03, 0),
    )
    keys = [Key(up, draw.between(1.0, 1.4), draw.between(0.6, 1.4))]
    if draw.chance(0.4):
        lean = draw.between(12, 22)
        keys += [
            Key(up.but(lean=lean, **both_feet(Foot())), 0.8, 0.4),
            Key(up.but(lean=-lean, **both_feet(Foot())), 1.1, 0.4),
        ]
    down = Posture(**both(Hand((0.75, 0.2, 0.1), palm=(0, -1, 0))))
    return Score((*keys, Key(down, 0.8, through=True)), back=0.9)


@action(
    ("side stretch", "lean to the {side}", "side bend to the {side}"),
    (
        "(bends|leans) (sideways to the|to the) {side}[ with the {other} arm over the head]",
        "does a side stretch to the {side}",
        "bends to the {side} to stretch the side",
        "(bends|leans) to (the|one) side to stretch",
    ),
    (above("left_wrist", "head"),),
    often=4,
)
def side_stretch(draw: Draw) -> Score:
    left = Hand((-0.3, 0.85, 0.1), palm=(-0.9, -0.4, 0), fingers=(-0.8, 0.5, 0), swivel=10)
    pose = Posture(
        left=left,
        right=ON_HIP if draw.chance(0.6) else HANG,
        lean=-draw.between(44, 58),
        hips=(0, 8, 0),
        **both_feet(Foot((0.07, 0, 0))),
        gaze=Gaze(0, 0, -10),
    )
    return Score((Key(pose, draw.between(1.0, 1.4), draw.between(0.8, 1.8)),), back=1.1)


@action(
    ("twist the torso", "torso twists", "warm up with twists"),
    (
        "twists the (torso|upper body) (left and right|from side to side)[ {times}]",
        "does torso twists[ with bent arms]",
        "warms up by turning the upper body",
    ),
    (moves("right_shoulder", 0.15),),
    sided=False,
)
def twist_torso(draw: Draw) -> Score:
    hand = Hand((-0.35, draw.near(-0.1, 0.05), 0.45), palm=(0, -1, 0), fingers=(-1, 0, 0.1), swivel=52)
    wide = draw.between(40, 58) * draw.size
    left, right = (
        Posture(
            **both(hand),
            twist=side * wide,
            hips=(0, 0, 10 * side),
            gaze=Gaze(0.8 * side * wide, 0),
            **both_feet(Foot((0.05, 0, 0))),
        )
        for side in (1, -1)
    )
    count = draw.count(2, 4)
    return Score(
        (Key(left, 0.8), *cycle((right, left), draw.between(0.55, 0.85), count)),
        words={"times": times_in_words(count)},
        back=0.9,
    )


@action(
    ("touch the toes", "toe touch", "bend down and touch the toes"),
    (
        "(touches|reaches for) the toes[ with both hands]",
        "bends down and touches the (toes|floor)",
        "bends over with straight legs and touches the feet",
    ),
    (below("right_hand", 0.16), below("left_hand", 0.16)),
    sided=False,
)
def touch_toes(draw: Draw) -> Score:
    hand = Hand((0.12, draw.between(0.1, 0.16), 0.12), "floor", palm=(0, 0, -1), fingers=(-0.1, -1, 0.2))
    pose = Posture(**both(hand), hips=(48, 0, 0), bend=58, gaze=Gaze(0, -100))
    way = Posture(**both(HANG), hips=(26, 0, 0), bend=30, gaze=Gaze(0, -50))
    return Score(
        (
            Key(way, 0.7, through=True),
            Key(pose, draw.between(0.6, 0.9), draw.between(0.4, 1.2)),
            Key(way, 0.7, through=True),
        ),
        back=0.7,
    )


@action(
    ("tie the shoe", "tie the {side} shoelace", "tie shoelaces"),
    (
        "ties the {side} shoe",
        "kneels down and ties the {side} shoelace",
        "goes down on the {other} knee and ties the {side} shoe",
        "bends down to tie a shoelace",
        "ties (a|the|their) shoe",
    ),
    (below("right_hand", 0.3), below("left_hand", 0.3), below("left_knee", 0.12)),
    often=4,
)
def tie_shoe(draw: Draw) -> Score:
    kneel: dict[str, Any] = {
        "right_foot": Foot((0.1, 0, 0.34), "floor"),
        "left_foot": Foot((0.1, 0, -0.36), "floor", pitch=78),
        "place": (0.02, 0.47, 0.0),
        "hips": (18, 0, 0),
        "balance": False,
        "sway": 0.4,
    }

    def hands(open_: float) -> Posture:
        right = Hand(
            (0.04 + 0.03 * open_, 0.17 + 0.05 * open_, 0.33),
            "floor",
            palm=(-0.6, -0.3, -0.3),
            fingers=(-0.4, -0.8, 0.5),
        )
        left = Hand(
            (-0.12 + 0.06 * open_, 0.17 + 0.05 * open_, 0.33),
            "floor",
            palm=(-0.6, -0.3, -0.3),
            fingers=(-0.4, -0.8, 0.5),
        )
        return Posture(right=right, left=left, bend=52, gaze=Gaze(0, -75), **kneel)

    down = Posture(**both(HANG), bend=26, gaze=Gaze(0, -45), **kneel)
    return Score(
        (
            Key(down, draw.between(1.0, 1.3)),
            Key(hands(0), 0.6, 0.1),
            *cycle((hands(1), hands(0)), draw.between(0.25, 0.4), draw.count(2, 4)),
            Key(down, 0.5),
        ),
        back=1.1,
        stagger=0,
    )


@action(
    ("tap the foot", "wait impatiently", "tap the {side} foot"),
    (
        "taps the {side} foot[ impatiently]",
        "waits impatiently, tapping the {side} foot",
        "stands{crossed} and taps the {side} foot",
    ),
    (moves("right_foot", 0.03),),
)
def tap_foot(draw: Draw) -> Score:
    arms: dict[str, Any] = {}
    if draw.chance(0.6):
        arms = {
            "right": Hand((-0.36, -0.44, 0.44), palm=(-0.1, -0.3, -1), fingers=(-1, 0.18, -0.3)),
            "left": Hand((-0.33, -0.5, 0.34), palm=(-0.1, -0.2, -1), fingers=(-1, 0.1, -0.15)),
        }
    elif draw.chance(0.5):
        arms = dict(both(ON_HIP))
    gaze = Gaze(draw.near(0, 20), draw.near(0, 5))
    up, down = (
        Posture(right_foot=Foot((0.02, 0, 0.05), pitch=pitch, turn=8), weight=0.7, gaze=gaze, **arms)
        for pitch in (-20, 0)
    )
    return Score(
        (Key(down, 0.8, 0.2), *cycle((up, down), draw.between(0.18, 0.26), draw.count(5, 9))),
        back=0.8,
        words={"crossed": " with crossed arms" if "right" in arms and arms["right"] is not ON_HIP else ""},
    )


@action(
    ("rub the hands", "rubbing hands together", "warm the hands"),
    ("rubs the hands[ together][ in front of the chest]", "rubs both hands[ to warm them| in anticipation]"),
    (near("right_palm", "left_palm", 0.13),),
    sided=False,
)
def rub_hands(draw: Draw) -> Score:
    def at(move: float) -> Posture:
        right, left = (
            Hand(
                (-0.315, -0.34 + side * move, 0.46 + side * move),
                palm=(-1, 0, 0),
                fingers=(-0.15, 0.5, 0.8),
                swivel=10,
            )
            for side in (1, -1)
        )
        return Posture(right=right, left=left, bend=6, gaze=Gaze(0, -14))

    return Score(
        (Key(at(0), 0.7), *cycle((at(0.06), at(-0.06)), draw.between(0.16, 0.28), draw.count(4, 8))), stagger=0
    )


@action(
    ("rub the belly", "full belly", "stomach ache"),
    (
        "rubs the (belly|stomach)[ with the {side} hand]",
        "pats (his|her) belly",
        "holds the stomach[ as if it hurts]",
    ),
    (near("right_hand", "spine1", 0.3),),
)
def rub_belly(draw: Draw) -> Score:
    ring = [
        Hand((-0.3 + dx, -0.68 + dy, 0.34), palm=(-0.2, 0, -1), fingers=(-1, 0.05, 0.1))
        for dx, dy in ((0, 0.08), (-0.1, 0), (0, -0.08), (0.1, 0))
    ]
    poses = tuple(Posture(right=hand, gaze=Gaze(0, -20), bend=3) for hand in ring)
    return Score(
        (
            Key(poses[0], 0.7),
            *cycle(poses, draw.between(0.2, 0.3), draw.count(2, 4), through=True),
            Key(poses[0], 0.3),
        )
    )


@action(
    ("roll the shoulders", "shoulder rolls"),
    ("rolls the shoulders[ to loosen up]", "circles both shoulders", "warms up the shoulders"),
    (moves("right_shoulder", 0.03),),
    sided=False,
)
def roll_shoulders(draw: Draw) -> Score:
    up = Hand((0.2, -0.9, 0.0), roll=20, raise_shoulder=0.075)
    back = Hand((0.26, -0.9, -0.14), roll=20, raise_shoulder=0.02)
    low = Hand((0.18, -0.95, 0.1), roll=20, raise_shoulder=-0.01)
    poses = (Posture(**both(up)), Posture(**both(back), bend=-4), Posture(**both(low), bend=2))
    return Score(
        (
            Key(poses[2], 0.4),
            *cycle(poses, draw.between(0.26, 0.4), draw.count(3, 5), through=True),
            Key(poses[2], 0.3),
        )
    )


@action(
    ("arm circles", "circle the arms", "swing the arms in circles"),
    ("circles both arms[ to warm up]", "does arm circles", "swings the arms in big circles"),
    (above("right_wrist", "head"), moves("right_wrist", 0.8)),
    sided=False,
)
def arm_circles(draw: Draw) -> Score:
    start, way = 0.9, draw.pick((1, -1))
    ring = []
    for step in range(9):
        angle = way * (2 * math.pi * step / 8)
        forward, up = math.sin(angle), -math.cos(angle)
        out = 0.18 + 0.4 * max(0.0, -forward)
        size = 0.96 / math.sqrt(forward**2 + up**2 + out**2)
        ring.append(
            Posture(**both(Hand((out * size, up * size, forward * size), roll=20 * up)), bend=2 - 4 * max(up, 0.0))
        )
    turns = tuple(posture for _ in range(draw.count(2, 4)) for posture in ring[1:])
    move = draw.between(0.11, 0.15)
    swing = tuple(Key(posture, move, through=True) for posture in turns[:-1])
    return Score((Key(ring[0], 0.4), *swing, Key(ring[0], 2 * move)), stagger=0.008, lead=start * 0.5)


@action(
    ("shift the weight", "sway from foot to foot", "stand restlessly"),
    ("shifts the weight from one foot to the other", "sways from foot to foot[ nervously]", "stands restlessly"),
    (moves("pelvis", 0.06),),
    sided=False,
)
def shift_weight(draw: Draw) -> Score:
    keys = []
    for side in (1, -1) * draw.count(1, 3):
        keys.append(
            Key(
                Posture(
                    weight=side * draw.between(0.5, 0.8),
                    hips=(0, -4 * side, 0),
                    lean=4 * side,
                    gaze=Gaze(draw.near(0, 15), draw.near(0, 4)),
                ),
                draw.between(0.6, 1.0),
                draw.between(0, 0.4),
            )
        )
    return Score(tuple(keys))


@action(
    ("stand still", "idle", "standing"),
    ("stands still", "stands and does nothing", "stands and waits", "is standing idle"),
    (),
    sided=False,
)
def stand_still(draw: Draw) -> Score:
    return Score((Key(REST, 1.0, draw.between(1.0, 5.0)),))
