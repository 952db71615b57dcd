"""Heavy things dragged along the ground."""

from __future__ import annotations

from engine.data.choreography.body import Base
from engine.data.choreography.claims import backs, below
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import Foot, Gaze, Hand, Key, Posture, Score, both
from engine.data.choreography.travel.footwork import LEFT, RIGHT, Step, strides


@action(
    ("drag backwards", "drag a body", "drag something heavy", "pull a sack along the ground", "drag a heavy sack"),
    (
        "drags (something heavy|a heavy sack|a body|a heavy box) backwards",
        "drags a (body|sack|corpse)[ along the ground]",
        "walks backwards, pulling something heavy along the ground",
        "bends over and drags a heavy (object|bag) backwards[ with both hands]",
        "pulls a heavy (load|sack) backwards[, bent over]",
        "hauls a heavy (bag|crate) over the floor, walking backwards",
        "drags an unconscious person backwards",
    ),
    (backs(0.5), below("right_wrist", 0.75), below("left_wrist", 0.75)),
    sided=False,
    often=4,
)
def drag_backwards(draw: Draw) -> Score:
    beat, stride, count = draw.between(0.62, 0.85), draw.between(0.26, 0.36), draw.count(5, 8)
    deep, first = draw.between(0.0, 1.0), draw.pick((LEFT, RIGHT))
    grabs = draw.chance(0.6)
    lead = 1.5 if grabs else 0.2
    steps = []
    for number in range(count):
        side = first if number % 2 == 0 else 1 - first
        start = lead + number * beat
        place = -stride * (number + 1 if number < count - 1 else number)
        steps.append(Step(side, start + 0.05 * beat, start + 0.72 * beat, (0.0, place), lift=0.06, push=10, aside=0.05))

    def at(strain: float, look: float = 0.0) -> Posture:
        grip = Hand((-0.06, -0.88, 0.24 + 0.1 * (1 - strain)), "level", palm=(-0.2, 0.2, -1), fingers=(-0.2, -1, 0.2))
        return Posture(
            **both(grip),
            left_foot=Foot(knee=10),
            right_foot=Foot(knee=10),
            hips=(30 + 8 * deep - 6 * strain, 0, 0),
            bend=26 + 8 * deep - 8 * strain,
            shift=(0, -0.16 - 0.06 * deep - 0.02 * strain, -0.2 - 0.06 * strain),
            balance=False,
            sway=1.0,
            gaze=Gaze(look, -40 if not look else -8),
        )

    keys = []
    if grabs:
        keys += [Key(at(0).but(bend=44 + 8 * deep, gaze=Gaze(0, -50)), 0.9, 0.15), Key(at(0.5), 0.35)]
    else:
        keys.append(Key(at(0.4), 0, 0.2))
    looks_at = draw.count(1, count)
    for number in range(count):
        look = draw.pick((-55.0, 55.0)) if number == looks_at else 0.0
        keys += [Key(at(1.0, look), 0.5 * beat), Key(at(0.25, 0.4 * look), 0.5 * beat)]
    end = lead + count * beat

    def over(base: Base, draw: Draw) -> Base:
        return strides(base, steps, lead, end - 0.4 * beat, -stride * (count - 1), sway=0.03, bob=0.01)

    if grabs:
        keys.append(Key(at(0.2), 0.3, 0.2))
        return Score(tuple(keys), lead=0.1, tail=0.3, back=0.9, settled=False, in_time=False, stagger=0.01, over=over)
    return Score(
        (*keys, Key(at(0.2), 0.2)),
        start="held",
        end="held",
        lead=0.0,
        tail=0.1,
        settled=False,
        in_time=False,
        stagger=0.01,
        over=over,
    )
