"""Being on the floor for a whole take: lying, sleeping, sitting, kneeling, on all fours; and rolling there."""

from __future__ import annotations

from typing import Any

from engine.data.choreography.actions.whole_body.lying import supine
from engine.data.choreography.actions.whole_body.sitting import floor_seat
from engine.data.choreography.claims import begins_above, begins_below, below, ends_above, ends_below, stays_below
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both, both_feet
from engine.data.choreography.stock import ALL_FOURS, FLAT_HAND, HALF_KNEELING, KNEELING, ON_FLOOR, ON_THIGH, PRONE

# What lies on the floor rests on its lowest part, whichever that is.
RESTING = ((-1.0, 99.0),)


def held(keys: tuple[Key, ...], **more: Any) -> Score:
    """A take that begins and ends within its keys."""
    return Score(keys, start="held", end="held", lead=0.0, tail=0.0, stagger=0.0, in_time=False, **more)


def breathing(draw: Draw, posture: Posture, seconds: float, depth: float = 2.0, look: float = 0.0) -> tuple[Key, ...]:
    """The posture kept for so long, the chest rising and falling, the head going here and there by `look` degrees."""
    keys, time = [Key(posture, 0.0, 0.1)], 0.1
    breath = draw.between(1.2, 1.9)
    number = 0
    while time < seconds:
        gaze = posture.gaze or Gaze()
        if number % 2 == 0 and look:
            gaze = Gaze(gaze.left + draw.near(0, look), gaze.up + draw.near(0, 0.3 * look), gaze.tilt)
        keys.append(Key(posture.but(bend=posture.bend - depth * (1 - number % 2), gaze=gaze), breath, 0.1))
        time += breath + 0.1
        number += 1
    return tuple(keys)


@action(
    ("sleep", "lie on the back and sleep", "sleep on the floor", "lie on the back", "lie still"),
    (
        "lies on (his|her|the) back and sleeps",
        "is asleep on the (floor|ground|bed)",
        "sleeps[ on the floor| on a bed][, lying on the back]",
        "lies (still|motionless) on the (floor|ground|back)",
        "is lying on (his|her|the) back[ and rests]",
        "lies on the back, looking up at the sky",
        "lies in bed, sleeping",
        "rests, lying on (his|her) back",
    ),
    (stays_below("head", 0.4), stays_below("pelvis", 0.3)),
    often=3,
)
def sleep_supine(draw: Draw) -> Score:
    legs, arms = draw.pick(("long", "long", "long", "up")), draw.pick(("beside", "belly", "head", "wide"))
    pose = supine(draw, legs, arms)
    roll = draw.near(0, 16)
    return held(breathing(draw, pose.but(gaze=Gaze(roll, 82)), draw.between(3.0, 7.5), draw.between(1.0, 2.2), 4.0))


# Lying on the left side, along the left-right axis, the face ahead; a further turn about that axis rolls the body.
ON_SIDE: dict[str, Any] = {"hips": (0, 88, 0), **ON_FLOOR}


def side_lying(draw: Draw, curl: float) -> Posture:
    """On the left side: knees drawn up by `curl`, the head on the lower arm or hand."""
    return Posture(
        **ON_SIDE,
        place=(0.0, 0.15, -0.4),
        bend=12 + 22 * curl,
        lean=-20,
        left=Hand((0.62, 0.05, -0.28 + 0.12 * curl), "floor", palm=(0, 1, 0), fingers=(1, 0, 0.4)),
        right=draw.pick(
            (
                Hand((-0.42, 0.04, -0.02), "floor", palm=(0, -1, 0), fingers=(0, 0, 1)),
                Hand((-0.1, -0.78, 0.18), palm=(-1, 0, 0), fingers=(0, -1, 0.2)),
            )
        ),
        left_foot=Foot((0.1, -0.78 + 0.42 * curl, 0.16 + 0.2 * curl), "hips", turn=-60, pitch=-24),
        right_foot=Foot((-0.1, -0.72 + 0.36 * curl, 0.24 + 0.24 * curl), "hips", turn=60, pitch=-24),
        gaze=Gaze(0, -6, 74),
    )


@action(
    ("sleep on the side", "lie on the side", "lie curled up", "sleep curled up"),
    (
        "lies on (his|her|the) side[ and sleeps]",
        "sleeps on (his|her|the) side",
        "lies curled up on the (floor|ground)",
        "is lying on the {other} side",
        "lies in a fetal position",
    ),
    (stays_below("head", 0.45), stays_below("pelvis", 0.3)),
)
def sleep_side(draw: Draw) -> Score:
    return held(
        breathing(draw, side_lying(draw, draw.between(0.0, 1.0)), draw.between(3.0, 6.5), 1.5, 3.0), tumbles=RESTING
    )


@action(
    ("lie on the belly", "lie face down", "sleep on the stomach"),
    (
        "lies on (his|her|the) (belly|stomach)[ and sleeps]",
        "is lying face down[ on the floor]",
        "lies (still|motionless), face down",
        "sleeps on (his|her) stomach",
    ),
    (stays_below("head", 0.4), stays_below("pelvis", 0.3)),
)
def sleep_prone(draw: Draw) -> Score:
    hands = draw.pick(
        (Hand((0.26, 0.03, 0.4), **FLAT_HAND, swivel=20), Hand((0.26, 0.03, 0.72), **FLAT_HAND, swivel=30))
    )
    return held(breathing(draw, Posture(**PRONE, **both(hands)), draw.between(3.0, 6.5), 1.2, 3.0))


def onto_side(draw: Draw) -> tuple[list[Key], Posture]:
    """From standing over the seat and the elbow down onto the left side."""
    way, down, _ = floor_seat(draw)
    left = {"left": Hand((0.52, 0.04, -0.42), "floor", palm=(0, -1, 0), fingers=(0.7, 0, 0.5))}
    hands = {"right": Hand((0.02, -0.3, 0.6), roll=50), **left}
    over = Posture(
        place=(0.02, 0.16, -0.44),
        hips=(0, 34, 0),
        lean=22,
        bend=16,
        gaze=Gaze(0, -10, 10),
        **hands,
        **both_feet(Foot((0.0, 0.0, -0.1))),
        **ON_FLOOR,
    )
    crouch = way[0].posture.but(right=hands["right"], left=Hand((0.3, -0.8, -0.2), "level", roll=30))
    seat = down.but(right=hands["right"], left=Hand((0.34, 0.04, -0.6), "floor", palm=(0, -1, 0), fingers=(0.6, 0, 0)))
    return [Key(crouch, way[0].move, through=True), Key(seat, way[1].move), Key(over, draw.between(0.5, 0.7))], seat


@action(
    ("lie down on the side", "lie down and curl up"),
    (
        "lies down on (his|her|the) side",
        "sits down on the floor and lies down on the {other} side",
        "lies down and curls up[ to sleep]",
        "lies down[ on the floor] and goes to sleep",
    ),
    (begins_above("pelvis", 0.8), ends_below("head", 0.45), ends_below("pelvis", 0.3)),
)
def lie_down_side(draw: Draw) -> Score:
    keys, _ = onto_side(draw)
    final = side_lying(draw, draw.between(0.2, 1.0))
    return Score(
        (*keys, Key(final, draw.between(0.8, 1.1), draw.between(0.6, 1.8))),
        end="held",
        lead=draw.between(0.2, 0.6),
        tumbles=RESTING,
    )


@action(
    ("get up from lying on the side", "wake up and get up"),
    (
        "gets up from lying on the side",
        "is lying on the side and gets up",
        "wakes up and stands up[ from the floor]",
        "gets up off the (floor|ground)",
    ),
    (begins_below("head", 0.45), ends_above("pelvis", 0.8)),
)
def get_up_side(draw: Draw) -> Score:
    keys, seat = onto_side(draw)
    first = side_lying(draw, draw.between(0.2, 1.0))
    return Score(
        (
            Key(first, 0.0, draw.between(0.2, 0.9)),
            Key(keys[2].posture, 0.9),
            Key(seat, 0.6, through=True),
            Key(keys[0].posture.but(place=(0, 0.42, -0.06), hips=(40, 0, 0), bend=30), 0.7, through=True),
        ),
        tumbles=RESTING,
        start="held",
        back=draw.between(0.9, 1.2),
        tail=0.5,
    )


def rolled(angle: float, along: float, arms: Hand) -> Posture:
    """Stretched out along the left-right axis, rolled: -90 on the back, 0 on the left side, 90 on the belly."""
    face = {-90: 1.0, 90: -1.0}.get(round((angle + 180) % 360 - 180), 0.0)
    feet = {
        f"{side}_foot": Foot((0.0, -0.83, 0.0), "hips", turn=70 if side == "right" else -70, pitch=-24 - 30 * face)
        for side in ("right", "left")
    }
    return Posture(hips=(angle, 88, 0), place=(0.0, 0.13, along), **feet, **both(arms), gaze=None, **ON_FLOOR)


@action(
    ("roll over", "roll over on the floor", "roll from the {first} onto the {second}"),
    (
        "rolls over[ on the floor]",
        "rolls from (his|her|the) {first} onto (his|her|the) {second}",
        "lies on the {first} and rolls over",
        "rolls over onto the {second}",
        "turns over, lying on the floor",
    ),
    (stays_below("pelvis", 0.4), stays_below("head", 0.5)),
    often=2,
)
def roll_over(draw: Draw) -> Score:
    arms = Hand((0.1, -0.9, 0.1), roll=20) if draw.chance(0.5) else Hand((0.08, 0.9, 0.1), roll=20)
    angles = (-90.0, 90.0) if draw.chance(0.65) else (90.0, -90.0)
    middle = rolled(0.0, 0.2, arms)
    move = draw.between(0.6, 0.9)
    keys = (
        Key(rolled(angles[0], 0.0 if angles[0] < 0 else 0.4, arms), 0.0, draw.between(0.5, 1.2)),
        Key(middle, move, through=True),
        Key(rolled(angles[1], 0.4 if angles[1] > 0 else 0.0, arms), move, draw.between(0.5, 1.2)),
    )
    sides = ("back", draw.pick(("belly", "stomach")))
    words = dict(zip(("first", "second"), sides if angles[0] < 0 else sides[::-1], strict=True))
    return held(keys, tumbles=RESTING, words=words)


@action(
    ("roll on the floor sideways", "log roll", "roll around on the ground"),
    (
        "rolls sideways[ on the floor] like a log",
        "rolls along the floor",
        "rolls around on the ground",
        "lies stretched out and rolls over and over",
    ),
    (stays_below("pelvis", 0.4), stays_below("head", 0.5)),
)
def log_roll(draw: Draw) -> Score:
    arms = Hand((0.1, -0.9, 0.1), roll=20) if draw.chance(0.5) else Hand((0.08, 0.9, 0.1), roll=20)
    quarter = draw.between(0.28, 0.45)
    count = 4 * draw.count(1, 2)
    keys = [Key(rolled(-90.0, 0.0, arms), 0.0, 0.4)]
    for number in range(1, count + 1):
        keys.append(Key(rolled(-90.0 + 90.0 * number, 0.2 * number, arms), quarter, through=True))
    keys[-1] = Key(keys[-1].posture, quarter, 0.5)
    return held(tuple(keys), tumbles=RESTING)


@action(
    ("stand on all fours", "on all fours like a dog", "be on hands and knees", "all fours"),
    (
        "stands on all fours[ like a dog| like a cat| like an animal]",
        "is on all fours",
        "is on (hands and knees|all fours) and looks around",
        "kneels on hands and knees",
        "stays on all fours",
        "imitates a dog, standing on all fours",
        "acts like a (dog|cat), on hands and knees",
        "rests on hands and knees",
    ),
    (stays_below("pelvis", 0.62), stays_below("right_wrist", 0.2)),
    sided=False,
    often=4,
)
def stand_on_all_fours(draw: Draw) -> Score:
    hands = both(Hand((draw.between(0.15, 0.22), 0.03, draw.between(0.46, 0.58)), **FLAT_HAND))
    wag = draw.between(0.0, 14.0) if draw.chance(0.5) else 0.0

    def pose() -> Posture:
        return Posture(
            **{
                **ALL_FOURS,
                "place": (draw.near(0, 0.015), 0.47, 0.08 + draw.near(0, 0.015)),
                "bend": draw.between(-4, 10),
                "hips": (72, 0, draw.near(0, wag)),
            },
            **hands,
            gaze=Gaze(draw.near(0, 28), draw.between(-35, 12)),
        )

    keys = [Key(pose(), 0.0, draw.between(0.3, 0.8))]
    for _ in range(draw.count(3, 6)):
        keys.append(Key(pose(), draw.between(0.5, 0.9), draw.between(0.1, 0.7)))
    return held(tuple(keys))


@action(
    ("get on all fours", "get down on hands and knees", "go down on all fours"),
    (
        "gets (down on|on) (all fours|hands and knees)",
        "goes down on all fours[ like a dog]",
        "kneels down and puts the hands on the floor",
    ),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.6), ends_below("right_wrist", 0.2)),
    sided=False,
    often=2,
)
def get_on_all_fours(draw: Draw) -> Score:
    half = Posture(**{**HALF_KNEELING, "right_foot": Foot()}, hips=(20, 0, 0), bend=20, gaze=Gaze(0, -40))
    fours = Posture(**ALL_FOURS, **both(Hand((0.18, 0.03, 0.52), **FLAT_HAND)), gaze=Gaze(0, -20))
    look = fours.but(gaze=Gaze(draw.near(0, 25), 0))
    return Score(
        (
            Key(half, 0.85, through=True),
            Key(fours, 0.9, draw.between(0.3, 0.8)),
            Key(look, 0.6, draw.between(0.4, 1.2)),
        ),
        end="held",
        stagger=0,
    )


@action(
    ("bear crawl stance", "stand on hands and feet", "bend over with hands and feet on the floor"),
    (
        "stands on hands and feet[ like a bear]",
        "stands with the hands on the floor, the hips high",
        "is in a downward dog pose",
        "does the downward dog",
    ),
    (below("right_wrist", 0.2), stays_below("head", 0.9)),
    sided=False,
)
def hands_and_feet(draw: Draw) -> Score:
    def pose() -> Posture:
        return Posture(
            place=(0, draw.between(0.72, 0.8), 0.0),
            hips=(98, 0, 0),
            bend=draw.between(6, 18),
            **both(Hand((0.2, 0.03, draw.near(0.62, 0.01)), **FLAT_HAND)),
            **both_feet(Foot((0.1, 0, -0.3), "floor", pitch=16)),
            gaze=Gaze(0, draw.between(-80, -40)),
            **ON_FLOOR,
        )

    return held((Key(pose(), 0, 0.4), *(Key(pose(), 1.0, 0.4) for _ in range(draw.count(2, 4)))))


def seated(draw: Draw, kind: str) -> Posture:
    """On the floor: "crossed", "knees" hugged, legs "straight", "mermaid" to a side, or leaning back on the hands."""
    place: dict[str, Any] = {"place": (0, 0.16, -0.46), **ON_FLOOR}
    if kind == "knees":
        hug = Hand((-0.16, -0.56, 0.72), palm=(-0.5, 0, -0.8), fingers=(-1, -0.1, 0.2))
        return Posture(**place, hips=(-8, 0, 0), bend=28, **both(hug), gaze=Gaze(0, draw.between(-20, 4)))
    if kind in ("crossed", "lotus"):
        feet: dict[str, Any] = {
            "right_foot": Foot((-0.12, 0.02, -0.06), "floor", turn=60, pitch=10, knee=48),
            "left_foot": Foot((-0.06, 0.02, 0.05), "floor", turn=60, pitch=10, knee=48),
        }
        up = kind == "lotus"
        hand = Hand((0.26, 0.03, 0.22), "hips", palm=(0, 1 if up else -1, 0), fingers=(0.3, -0.1, 0.8))
        return Posture(
            **place,
            hips=(-2 if up else -4, 0, 0),
            bend=6 if up else draw.between(8, 18),
            **feet,
            **both(hand),
            gaze=Gaze(),
        )
    legs = both_feet(Foot((draw.between(0.08, 0.22), -0.025, 0.54), "floor", pitch=-70))
    if kind == "straight":
        hands = both(ON_THIGH)
        return Posture(**place, hips=(-4, 0, 0), bend=12, **legs, **hands, gaze=Gaze(0, -4))
    back = both(Hand((0.26, 0.04, -0.74), "floor", palm=(0, -1, 0), fingers=(0.5, 0, -0.7)))
    feet = legs if draw.chance(0.5) else {}
    return Posture(**place, hips=(-16, 0, 0), bend=14, **feet, **back, gaze=Gaze(0, 4))


@action(
    ("sit cross-legged on the floor", "sit cross-legged", "sit with crossed legs on the ground"),
    (
        "sits cross-legged[ on the floor| on the ground]",
        "is sitting on the floor with crossed legs",
        "sits on the (floor|ground) with (his|her) legs crossed",
        "sits in a (tailor|lotus) position",
        "meditates[, sitting cross-legged]",
    ),
    (stays_below("pelvis", 0.3),),
    sided=True,
    often=2,
)
def sits_crossed(draw: Draw) -> Score:
    pose = seated(draw, draw.pick(("crossed", "lotus")))
    return held(breathing(draw, pose, draw.between(2.5, 6.0), 1.6, draw.pick((2.0, 18.0))))


@action(
    ("sit on the floor", "sit on the ground", "sit on the floor with stretched legs", "sit hugging the knees"),
    (
        "sits on the (floor|ground){how}",
        "is sitting on the (floor|ground){how}",
        "sits{how}[ and looks around]",
        "rests, sitting on the ground{how}",
    ),
    (stays_below("pelvis", 0.3),),
    often=2,
)
def sits_on_ground(draw: Draw) -> Score:
    kind = draw.pick(("knees", "straight", "back"))
    how = {
        "knees": (", hugging the knees", " with the arms around the knees", " with bent knees"),
        "straight": (" with the legs stretched out", " with straight legs", ", the legs out in front"),
        "back": (", leaning back on the hands", " with the hands behind the back on the floor"),
    }[kind]
    return held(
        breathing(draw, seated(draw, kind), draw.between(2.5, 6.0), 1.6, draw.pick((3.0, 20.0))),
        words={"how": draw.pick(how)},
    )


@action(
    ("sit down cross-legged", "sit down on the floor hugging the knees"),
    (
        "sits down[ on the floor]{how}",
        "lowers (himself|herself) to the floor and sits{how}",
        "goes down to the ground and sits{how}",
    ),
    (begins_above("pelvis", 0.8), ends_below("pelvis", 0.3)),
    often=2,
)
def sit_down_on_ground(draw: Draw) -> Score:
    kind = draw.pick(("crossed", "knees", "straight"))
    how = {
        "crossed": (" cross-legged", " with crossed legs"),
        "knees": (", hugging the knees", " with the arms around the knees"),
        "straight": (" with the legs stretched out", " with straight legs"),
    }[kind]
    way, _, _ = floor_seat(draw)
    return Score(
        (*way, Key(seated(draw, kind), draw.between(0.9, 1.2), draw.between(0.6, 1.8))),
        end="held",
        words={"how": draw.pick(how)},
    )


@action(
    ("kneel", "be on one knee", "stay kneeling on one knee"),
    (
        "kneels[ on the floor]{how}",
        "is kneeling{how}",
        "stays on (his|her) knees{how}",
    ),
    (stays_below("pelvis", 0.66),),
)
def kneels_still(draw: Draw) -> Score:
    praying = Hand((-0.32, -0.15, 0.42), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.2), swivel=18)
    if draw.chance(0.4):
        pose = Posture(**HALF_KNEELING, hips=(4, 0, 0), bend=6, gaze=Gaze(0, -4))
        how = " on one knee"
    else:
        pray = draw.chance(0.5)
        back = draw.chance(0.5)
        place = (0.0, 0.315, -0.34) if back else (0.0, 0.53, 0.0)
        hands = both(praying) if pray else both(ON_THIGH) if back else {}
        pose = Posture(
            **{**KNEELING, "place": place}, hips=(2, 0, 0), bend=6, gaze=Gaze(0, -20 if pray else 0), **hands
        )
        how = " and prays" if pray else " on both knees"
    return held(
        breathing(draw, pose, draw.between(2.5, 5.5), 1.4, 8.0),
        words={"how": how},
    )


@action(
    ("kneel and pray", "kneel down to pray"),
    (
        "kneels down and prays",
        "goes down on (his|her) knees and folds the hands in prayer",
        "kneels and prays[ with folded hands]",
        "drops to the knees to pray",
    ),
    (begins_above("pelvis", 0.8), ends_below("right_knee", 0.14), ends_below("pelvis", 0.62)),
    often=2,
)
def kneel_and_pray(draw: Draw) -> Score:
    half = Posture(**{**HALF_KNEELING, "right_foot": Foot()}, hips=(10, 0, 0), bend=12, gaze=Gaze(0, -30))
    praying = Hand((-0.32, -0.15, 0.42), palm=(-1, 0, 0), fingers=(-0.05, 1, 0.2), swivel=18)
    place = (0.0, 0.315, -0.34) if draw.chance(0.4) else (0.0, 0.53, 0.0)
    down = Posture(**{**KNEELING, "place": place}, hips=(2, 0, 0), bend=6, gaze=Gaze(0, -10))
    pray = down.but(bend=9, gaze=Gaze(0, -draw.between(15, 34)), **both(praying))
    return Score(
        (
            Key(half, draw.between(0.8, 1.1), 0.05),
            Key(down, draw.between(0.6, 0.8)),
            Key(pray, 0.8, draw.between(0.8, 2.2)),
        ),
        end="held",
        stagger=0,
    )
