"""Weapons: strikes, shots and shields."""

from __future__ import annotations

from engine.data.choreography.claims import above, ahead, moves, near, straight_arm
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both
from engine.data.choreography.sentences import times_in_words

# Feet of a fighter: the left in front, or a step forward onto it.
STANCE = {"left_foot": Foot((0.03, 0, 0.2), turn=-4), "right_foot": Foot((0.05, 0, -0.16), turn=24)}


def grip(at: tuple[float, float, float], **more: object) -> dict[str, Hand]:
    """Both hands on one handle: the right leads, the left follows below it."""
    right = Hand(at, palm=(-1, 0, -0.2), **more)  # type: ignore[arg-type]
    left = Hand((0.04, -0.09, -0.03), "other", palm=(-1, 0, -0.2))
    return {"right": right, "left": left}


@action(
    ("sword swing", "swing a sword", "overhead sword strike"),
    (
        "swings a[ big| two-handed] sword[ from overhead]",
        "strikes down with a sword held in both hands",
        "raises a sword over the head and brings it down",
        "cuts downward with a sword[ {times}]",
    ),
    (above("right_wrist", "head"), ahead("right_wrist", 0.3), near("right_wrist", "left_wrist", 0.2)),
    sided=False,
)
def sword_overhead(draw: Draw) -> Score:
    guard = Posture(**grip((-0.3, -0.42, 0.55)), **STANCE, bend=6, hips=(4, 0, 0), shift=(0, -0.05, 0), gaze=Gaze())
    high = Posture(**grip((-0.28, 0.62, 0.02)), **STANCE, bend=-14, gaze=Gaze(0, 6), shift=(0, 0.0, -0.02))
    cut = Posture(
        **grip((-0.3, -0.42, 0.72)),
        **{**STANCE, "left_foot": Foot((0.03, 0, 0.36))},
        bend=24,
        hips=(12, 0, 0),
        shift=(0, -0.12, 0),
        gaze=Gaze(0, -8),
    )
    count = draw.count(1, 3)
    blow = (Key(high, draw.between(0.45, 0.6)), Key(cut, draw.between(0.22, 0.3), draw.between(0.1, 0.3)))
    return Score(
        (Key(guard, 0.7, draw.between(0.1, 0.5)), *blow * count, Key(guard, 0.5, 0.2)),
        stagger=0,
        back=0.9,
        words={"times": times_in_words(count)},
    )


@action(
    ("sword slash", "slash with a sword", "slash sideways"),
    (
        "slashes with a sword[ from the {side} to the {other}]",
        "swings a blade across the body[ {times}]",
        "cuts with a sword in the {side} hand",
        "slashes to the {other} and back with a sword",
    ),
    (moves("right_wrist", 0.6),),
)
def sword_slash(draw: Draw) -> Score:
    ready = Posture(
        right=Hand((0.1, -0.35, 0.5), palm=(-1, 0, 0), fingers=(-0.1, 0.5, 0.8)),
        left=Hand((0.25, -0.6, 0.2), roll=40),
        **STANCE,
        bend=6,
        shift=(0, -0.04, 0),
        gaze=Gaze(),
    )
    wind = ready.but(
        right=Hand((0.62, 0.12, -0.12), palm=(0, -1, 0), fingers=(0.8, 0.3, -0.5)),
        twist=-36,
        hips=(0, 0, -12),
        gaze=Gaze(5, 0),
        weight=-0.4,
    )
    cut = ready.but(
        right=Hand((-0.45, -0.25, 0.55), palm=(-0.2, 0.6, -0.8), fingers=(-1, 0.1, 0.3)),
        twist=34,
        hips=(4, 0, 14),
        bend=12,
        gaze=Gaze(6, -4),
        weight=0.45,
        left_foot=Foot((0.03, 0, 0.3)),
    )
    back = cut.but(right=Hand((0.7, -0.15, 0.5), palm=(0, -1, 0.2), fingers=(1, 0, 0.3)), twist=-16, hips=(4, 0, -4))
    count = draw.count(1, 2)
    blow: tuple[Key, ...] = (Key(wind, 0.45), Key(cut, draw.between(0.24, 0.32), 0.12))
    if draw.chance(0.5):
        blow = (*blow, Key(back, 0.32, 0.1))
    return Score(
        (Key(ready, 0.6, 0.2), *blow * count, Key(ready, 0.5, 0.2)),
        back=0.9,
        words={"times": times_in_words(count)},
    )


@action(
    ("stab", "thrust with a sword", "stab with a knife"),
    (
        "stabs (forward|someone) with a (knife|sword|dagger) in the {side} hand",
        "thrusts a sword forward[ in a lunge]",
        "lunges and stabs with the {side} hand",
    ),
    (straight_arm("right", 0.88), ahead("right_wrist", 0.45)),
)
def stab(draw: Draw) -> Score:
    ready = Posture(
        right=Hand((0.05, -0.5, 0.32), palm=(-1, 0, 0), fingers=(-0.1, 0.2, 1)),
        left=Hand((0.05, -0.3, 0.6), roll=30),
        **STANCE,
        bend=8,
        shift=(0, -0.06, 0),
        gaze=Gaze(),
    )
    pull = ready.but(right=Hand((0.2, -0.5, -0.1), palm=(-1, 0, 0), fingers=(0, 0.1, 1)), twist=-24, weight=-0.4)
    thrust = ready.but(
        right=Hand((-0.12, -0.12, 0.96), palm=(-1, 0, 0), fingers=(-0.1, 0, 1)),
        twist=26,
        bend=14,
        hips=(6, 0, 8),
        right_foot=Foot((0.02, 0, -0.16), turn=24, pitch=20),
        left_foot=Foot((0.03, 0, 0.42)),
        weight=0.4,
        shift=(0, -0.1, 0),
    )
    count = draw.count(1, 2)
    return Score(
        (
            Key(ready, 0.6, 0.15),
            *((Key(pull, 0.35), Key(thrust, draw.between(0.2, 0.28), 0.2), Key(ready, 0.4, 0.1)) * count),
        ),
        back=0.8,
    )


@action(
    ("aim a pistol", "fire a pistol", "shoot a gun with both hands"),
    (
        "aims a (pistol|gun) with both hands[ and shoots]",
        "fires a pistol[ {times}]",
        "points a gun ahead[ and shoots]",
        "shoots a handgun, arms stretched",
    ),
    (ahead("right_wrist", 0.38), near("right_wrist", "left_wrist", 0.16)),
    sided=False,
)
def pistol(draw: Draw) -> Score:
    def arms(up: float, back: float) -> dict[str, Hand]:
        return {
            "right": Hand((-0.3, -0.02 + up, 0.84 - back), palm=(-1, 0, 0), fingers=(-0.1, up, 1)),
            "left": Hand((-0.33, -0.06 + up, 0.82 - back), palm=(-0.8, 0, 0.2), fingers=(-0.3, up, 0.9)),
        }

    aim = Posture(
        **arms(0, 0),
        right_foot=Foot((0.04, 0, -0.12)),
        bend=5,
        hips=(3, 0, 0),
        gaze=Gaze(0, -2),
        shift=(0, -0.02, 0),
    )
    kick = aim.but(**arms(0.09, 0.05), bend=1)
    count = draw.count(1, 4)
    low = Posture(**both(Hand((-0.28, -0.62, 0.5), palm=(-1, 0, 0), fingers=(-0.2, -0.6, 0.7))), gaze=Gaze(0, 0))
    shots = tuple(key for _ in range(count) for key in (Key(kick, 0.1), Key(aim, 0.28, draw.between(0.05, 0.3))))
    return Score(
        (Key(low, 0.5, 0.1), Key(aim, 0.45, draw.between(0.3, 0.8)), *shots),
        stagger=0,
        words={"times": times_in_words(count)},
    )


@action(
    ("shoot a pistol with the {side} hand", "one-handed pistol shot"),
    (
        "shoots a gun with the {side} hand",
        "draws a pistol and fires[ {times}]",
        "pulls a gun from the hip and shoots with one hand",
    ),
    (straight_arm("right", 0.9), ahead("right_wrist", 0.4)),
)
def pistol_one_hand(draw: Draw) -> Score:
    hip = Posture(right=Hand((0.2, -0.08, 0.02), "hips", palm=(-1, 0, 0), fingers=(0, -1, 0.2)), gaze=Gaze(-4, -10))
    aim = Posture(
        right=Hand((-0.05, 0.02, 0.97), palm=(-1, 0, 0), fingers=(0, 0, 1)),
        twist=18,
        gaze=Gaze(0, 0),
        left=Hand((0.2, -0.85, 0.05), roll=20),
    )
    kick = aim.but(right=Hand((-0.05, 0.16, 0.9), palm=(-1, 0, 0), fingers=(0, 0.25, 1)))
    count = draw.count(1, 3)
    shots = tuple(key for _ in range(count) for key in (Key(kick, 0.1), Key(aim, 0.28, draw.between(0.1, 0.3))))
    return Score(
        (Key(hip, 0.45, draw.between(0, 0.3)), Key(aim, draw.between(0.35, 0.5), 0.3), *shots),
        words={"times": times_in_words(count)},
    )


@action(
    ("aim a rifle", "shoot a rifle", "fire a rifle from the shoulder"),
    (
        "aims[ and fires] a rifle",
        "shoulders a rifle[, aims] and shoots",
        "holds a rifle at the {side} shoulder and takes aim",
    ),
    (ahead("left_wrist", 0.3), near("right_wrist", "head", 0.4)),
)
def rifle(draw: Draw) -> Score:
    def hold(back: float, yaw: float = 0.0) -> Posture:
        return Posture(
            right=Hand((-0.12, 0.0, 0.34 - back), palm=(-0.9, -0.2, 0), fingers=(-0.5, 0, 0.9), swivel=34),
            left=Hand((-0.28, -0.02, 0.78 - back), palm=(-0.3, 0.9, 0), fingers=(-0.6, 0.1, 0.8), swivel=4),
            twist=-26 + 0.5 * yaw,
            hips=(2, 0, -12),
            bend=7,
            gaze=Gaze(yaw, -4, -12),
            left_foot=Foot((0.02, 0, 0.18)),
            right_foot=Foot((0.05, 0, -0.12), turn=26),
            shift=(0, -0.03, 0),
        )

    low = hold(0).but(
        right=Hand((0.0, -0.52, 0.3), palm=(-1, 0, 0), fingers=(-0.4, 0, 0.9)),
        left=Hand((-0.2, -0.5, 0.62), palm=(-0.3, 0.9, 0), fingers=(-0.5, 0.1, 0.8)),
        gaze=Gaze(),
    )
    yaw = draw.between(-20, 20)
    shots = tuple(
        key
        for _ in range(draw.count(1, 3))
        for key in (Key(hold(0.06, yaw), 0.1), Key(hold(0, yaw), 0.3, draw.between(0.1, 0.4)))
    )
    return Score(
        (Key(low, 0.7, 0.1), Key(hold(0, yaw), 0.55, draw.between(0.4, 1.2)), *shots, Key(low, 0.6, 0.1)),
        stagger=0,
        back=0.8,
    )


@action(
    ("shoot a bow", "draw a bow and shoot an arrow", "archery"),
    (
        "shoots an arrow with a bow",
        "draws a bow, aims and (shoots|lets go)",
        "pulls the bowstring back with the {side} hand and shoots",
        "does archery",
    ),
    (straight_arm("left", 0.9), near("right_wrist", "face", 0.28)),
    often=2,
)
def bow_shot(draw: Draw) -> Score:
    base = Posture(
        twist=-48,
        hips=(0, 0, -26),
        gaze=Gaze(4, 0),
        left_foot=Foot((0.06, 0, 0.12), turn=-10),
        right_foot=Foot((0.06, 0, -0.08), turn=40),
        bend=-2,
    )
    left = Hand((0.72, 0.05, 0.62), palm=(0, 0, 1), fingers=(0.7, 0, 0.65))
    low = base.but(
        left=Hand((0.3, -0.6, 0.6), roll=20), right=Hand((-0.1, -0.5, 0.5), roll=30), twist=-20, gaze=Gaze(0, -20)
    )
    nock = base.but(left=left, right=Hand((-0.6, 0.02, 0.62), palm=(0, 0.2, -1), fingers=(-0.9, 0, 0.3), swivel=45))
    drawn = base.but(
        left=left, right=Hand((0.1, -0.04, 0.14), "head", palm=(-0.3, 0, -0.9), fingers=(-0.9, 0.1, 0.3), swivel=58)
    )
    loose = base.but(
        left=left, right=Hand((0.3, 0.06, -0.04), palm=(-0.3, 0, -0.9), fingers=(-0.2, 0.9, -0.2), swivel=50)
    )
    return Score(
        (
            Key(low, 0.7, 0.1),
            Key(nock, 0.7, 0.15),
            Key(drawn, draw.between(0.7, 1.0), draw.between(0.4, 1.2)),
            Key(loose, 0.16, draw.between(0.3, 0.7)),
        ),
        back=1.0,
    )


@action(
    ("block with a shield", "raise a shield"),
    ("blocks with a shield[ on the {other} arm]", "raises a shield and takes cover behind it"),
    (ahead("left_wrist", 0.15), above("left_wrist", "spine2")),
)
def shield_block(draw: Draw) -> Score:
    ready = Posture(
        left=Hand((-0.15, -0.35, 0.45), palm=(0.1, 0, -1), fingers=(-1, 0.2, 0.1)),
        right=Hand((0.2, -0.5, 0.2), palm=(-1, 0, 0), fingers=(0, 0.6, 0.6)),
        **STANCE,
        bend=8,
        shift=(0, -0.06, 0),
        gaze=Gaze(),
    )
    up = ready.but(
        left=Hand((-0.25, 0.12, 0.5), palm=(0.1, 0.1, -1), fingers=(-1, 0.3, 0.1), swivel=20),
        bend=16,
        shift=(0, -0.14, 0),
        twist=-14,
        gaze=Gaze(0, -4),
    )
    jolt = up.but(bend=10, shift=(0, -0.14, -0.08), balance=False)
    return Score(
        (
            Key(ready, 0.7, 0.2),
            Key(up, 0.3, 0.2),
            Key(jolt, 0.1),
            Key(up, 0.3, draw.between(0.3, 0.8)),
            Key(ready, 0.5, 0.1),
        ),
        back=0.8,
    )


@action(
    ("draw a sword", "pull a sword from its sheath"),
    ("draws a sword[ from the hip]", "pulls a sword from the sheath with the {side} hand[ and holds it ready]"),
    (near("right_wrist", "left_hip", 0.4),),
)
def draw_sword(draw: Draw) -> Score:
    reach = Posture(
        right=Hand((-0.3, 0.06, 0.16), "hips", palm=(0, -0.5, -0.8), fingers=(-0.9, -0.3, 0.2)),
        left=Hand((0.17, 0.04, 0.05), "hips", palm=(-1, 0, 0), fingers=(0, -0.7, 0.6)),
        twist=14,
        bend=6,
        gaze=Gaze(8, -16),
    )
    out = Posture(
        right=Hand((0.1, 0.2, 0.7), palm=(-1, 0, 0), fingers=(0, 0.4, 0.9)), left=reach.left, twist=-8, gaze=Gaze()
    )
    ready = Posture(
        right=Hand((0.05, -0.35, 0.55), palm=(-1, 0, 0), fingers=(-0.1, 0.3, 0.9)),
        left=Hand((0.25, -0.65, 0.2), roll=40),
        **STANCE,
        bend=5,
        shift=(0, -0.04, 0),
        gaze=Gaze(),
    )
    return Score(
        (Key(reach, 0.6, 0.15), Key(out, draw.between(0.4, 0.55), 0.05), Key(ready, 0.5, draw.between(0.5, 1.2))),
        back=0.9,
    )
