"""Turns on the spot: stepping round, on the toes, in a spin. Written to the right; takes to the left are mirrored."""

from __future__ import annotations

from collections.abc import Callable

from engine.data.choreography.body import Base
from engine.data.choreography.claims import turned
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import REST, Gaze, Hand, Key, Posture, Score, both
from engine.data.choreography.travel.footwork import LEFT, RIGHT, Pivot, Step, take_steps


def turning_steps(
    draw: Draw, start: float, facing: float, degrees: float, most: float = 62.0, beat: float = 0.0
) -> tuple[list[Step | Pivot], list[tuple[float, float]], float]:
    """Steps, headings and the end in seconds of a turn by `degrees` to the right that begins facing `facing`.

    The foot on the side of the turn opens it and the other one comes after, at most `most` degrees a pair of steps.
    Headings are for `take_steps`, to the left.
    """
    pairs = max(1, round(abs(degrees) / draw.near(most, 6.0)))
    beat = beat or draw.between(0.36, 0.52)
    opens, closes = (RIGHT, LEFT) if degrees > 0 else (LEFT, RIGHT)
    steps: list[Step | Pivot] = []
    time, yaw = start, -facing
    for _ in range(pairs):
        to = yaw - degrees / pairs
        drift = (draw.near(0.0, 0.025), draw.near(0.0, 0.025))
        lift = draw.between(0.04, 0.08)
        steps.append(Step(opens, time, time + 0.95 * beat, drift, to + 0.12 * (yaw - to), lift))
        steps.append(Pivot(closes, time + 0.15 * beat, time + 0.95 * beat, yaw + 0.25 * (to - yaw)))
        time += beat
        steps.append(Step(closes, time, time + 0.95 * beat, drift, to, lift))
        steps.append(Pivot(opens, time + 0.1 * beat, time + 0.9 * beat, to))
        time += beat
        yaw = to
    return steps, [(start - 0.12, -facing), (time - 0.1, yaw)], time


def on_toes(draw: Draw, start: float, facing: float, degrees: float) -> tuple[list[Step | Pivot], list, float]:
    """The same on the balls of both feet, which then stand crossed, with a small step to put them right."""
    seconds = draw.between(0.5, 0.8)
    opens, closes = (RIGHT, LEFT) if degrees > 0 else (LEFT, RIGHT)
    yaw = -facing - degrees
    end = start + seconds
    steps: list[Step | Pivot] = [
        Pivot(opens, start, end, -facing - 0.85 * degrees),
        Step(closes, start + 0.25 * seconds, end + 0.15, (0.0, 0.0), yaw, 0.05),
        Step(opens, end + 0.1, end + 0.5, (0.0, 0.0), yaw, 0.03),
    ]
    return steps, [(start - 0.08, -facing), (end + 0.12, yaw)], end + 0.5


Turn = tuple[float, float]  # seconds to wait before it, degrees to the right


def turn_score(
    draw: Draw,
    turns: list[Turn],
    words: dict[str, str] | None = None,
    posture: Posture = REST,
    quick: bool = False,
    pivot: bool = False,
) -> Score:
    """Turns one after the other."""
    steps: list[Step | Pivot] = []
    headings: list[tuple[float, float]] = []
    time, facing = 0.0, 0.0
    for wait, degrees in turns:
        time += wait
        if pivot and abs(degrees) < 130:
            more, knots, time = on_toes(draw, time, facing, degrees)
        else:
            beat = draw.between(0.2, 0.28) if quick else 0.0
            more, knots, time = turning_steps(draw, time, facing, degrees, 88.0 if quick else 62.0, beat)
        steps += more
        headings += knots
        facing += degrees
    tail = draw.between(0.4, 1.2)
    return Score(
        (Key(posture, 0.0, time + tail),),
        start="held",
        end="held",
        lead=0.0,
        tail=0.0,
        words=words,
        settled=False,
        in_time=False,
        over=steps_over(steps, headings, follow=2.0 if quick else 3.0),
    )


def steps_over(steps: list[Step | Pivot], headings: list[tuple[float, float]], **more: float) -> Callable:
    def over(base: Base, draw: Draw) -> Base:
        return take_steps(base, steps, headings, **more)  # type: ignore[arg-type]

    return over


def _hands(draw: Draw) -> Posture:
    """Mostly hanging; sometimes on the hips or loosely in front."""
    if draw.chance(0.85):
        return REST
    return Posture(**both(Hand((0.02, -0.62, 0.4), roll=40)), gaze=None)


@action(
    ("turn {side}", "turn to the {side}", "{side} turn", "turn 90 degrees {side}"),
    (
        "turns (to the {side}|{side})[ on the spot| in place]",
        "turns 90 degrees (to the {side}|{side})[ on the spot| in place]",
        "makes a (quarter turn|90 degree turn) to the {side}",
        "stands and turns to the {side}",
        "turns (his|her) body to the {side}",
        "steps round to face the {side}",
        "turns 90 degrees to (his|her) {side}",
    ),
    (turned(-60, -120),),
    often=3,
)
def turn_quarter(draw: Draw) -> Score:
    pivot = draw.chance(0.35)
    return turn_score(
        draw, [(draw.between(0.2, 0.9), draw.near(90, 5))], posture=_hands(draw), pivot=pivot, quick=draw.chance(0.2)
    )


@action(
    ("turn slightly {side}", "turn 45 degrees {side}", "half turn a little to the {side}"),
    (
        "turns (slightly|a little|45 degrees) to the {side}",
        "makes a small turn to the {side}",
        "turns 45 degrees {side}[ on the spot]",
    ),
    (turned(-25, -65),),
)
def turn_slightly(draw: Draw) -> Score:
    return turn_score(draw, [(draw.between(0.2, 0.9), draw.near(45, 5))], posture=_hands(draw), pivot=draw.chance(0.5))


@action(
    ("turn around", "about turn", "turn 180 degrees", "turn around over the {side} side", "do a 180"),
    (
        "turns around[ on the spot| in place]",
        "turns (all the way around|right round|around) to face the other way",
        "turns 180 degrees[ to the {side}]",
        "does a 180[ degree turn][ to the {side}]",
        "turns around to the {side}",
        "makes an about-face",
        "stands, then turns around[ to look behind]",
        "turns around and faces backwards",
        "makes a half turn to the {side}",
    ),
    (turned(-145, -215),),
    often=4,
)
def turn_around(draw: Draw) -> Score:
    return turn_score(
        draw,
        [(draw.between(0.2, 1.0), draw.near(180, 8))],
        posture=_hands(draw),
        quick=draw.chance(0.35),
    )


@action(
    ("turn around quickly", "whirl around", "spin round in surprise"),
    (
        "turns around (quickly|suddenly|abruptly)",
        "whirls around[ to the {side}]",
        "spins around to face someone behind",
        "quickly turns around[, startled]",
    ),
    (turned(-140, -220),),
)
def whirl_around(draw: Draw) -> Score:
    startled = Posture(**both(Hand((0.25, -0.45, 0.5), roll=60)), bend=6, gaze=Gaze(0, 2)) if draw.chance(0.5) else REST
    return turn_score(draw, [(draw.between(0.3, 1.0), draw.near(180, 8))], posture=startled, quick=True)


@action(
    ("spin around once", "turn in a full circle on the spot", "turn 360 degrees", "do a 360", "spin"),
    (
        "spins around[ once]",
        "spins around once[ to the {side}]",
        "turns (in a full circle|all the way round|360 degrees)[ on the spot]",
        "does a 360[ degree turn| degree spin]",
        "spins[ in place| on the spot]",
        "turns once around (himself|herself)",
        "makes a full turn to the {side}",
        "twirls around",
    ),
    (turned(-320, -400),),
    often=3,
)
def spin_once(draw: Draw) -> Score:
    return turn_score(
        draw,
        [(draw.between(0.2, 0.8), draw.near(360, 8))],
        posture=draw.pick((REST, REST, Posture(**both(Hand((0.75, -0.35, 0.2), roll=40)), gaze=None))),
        quick=draw.chance(0.65),
    )


@action(
    ("spin around several times", "spin in circles", "keep spinning"),
    (
        "spins around (several times|again and again)",
        "spins in circles[ with the arms out]",
        "turns round and round on the spot",
        "spins until dizzy",
        "spins around twice",
    ),
    (turned(-660, -780),),
)
def spin_twice(draw: Draw) -> Score:
    wide = Posture(**both(Hand((0.9, -0.1, 0.12), roll=40)), gaze=None)
    return turn_score(
        draw, [(draw.between(0.2, 0.5), draw.near(720, 10))], posture=wide if draw.chance(0.6) else REST, quick=True
    )


@action(
    ("twirl", "spin on one foot", "pirouette on the {side} foot"),
    (
        "twirls on one foot",
        "spins on the {side} foot",
        "spins around once on one leg[, arms out]",
        "does a (quick spin|twirl)",
        "spins around[ once][ like a dancer]",
    ),
    (turned(-320, -400),),
    often=2,
)
def spin_on_foot(draw: Draw) -> Score:
    wait, seconds = draw.between(0.5, 1.0), draw.between(0.8, 1.15)
    end = wait + seconds
    degrees = -draw.near(360, 6)
    steps = [
        Pivot(RIGHT, wait, end, degrees),
        Step(LEFT, wait - 0.05, end + 0.12, (0.0, 0.0), degrees, draw.between(0.08, 0.16), push=34, aside=0.0),
    ]
    arms = draw.pick(
        (Hand((0.7, -0.2, 0.3), roll=50), Hand((-0.15, -0.25, 0.55), roll=60), Hand((0.85, 0.05, 0.1), roll=50))
    )
    wind = Posture(
        twist=14, right=Hand((-0.1, -0.5, 0.6), roll=50), left=Hand((0.7, -0.4, 0.1), roll=40), shift=(0, -0.05, 0)
    )
    turning = Posture(**both(arms), shift=(-0.02, 0.0, 0.0), bend=-3)

    def over(base: Base, draw: Draw) -> Base:
        return take_steps(base, steps, [(wait - 0.05, 0.0), (end + 0.05, degrees)], weight=1.0, follow=3.5, bob=0.0)

    keys = (Key(wind, 0.45), Key(turning, 0.4, max(0.1, seconds - 0.3)))
    return Score(keys, lead=wait - 0.45, tail=0.5, back=0.6, settled=False, in_time=False, over=over)


@action(
    ("turn {side}, then {other}", "turn to both sides"),
    (
        "turns to the {side} and then to the {other}",
        "turns {side}, then (turns back|turns {other})",
        "turns to the {side} and back again",
    ),
    (turned(-25, 25),),
)
def turn_and_back(draw: Draw) -> Score:
    angle = draw.pick((45.0, 70.0, 90.0))
    return turn_score(
        draw,
        [(draw.between(0.2, 0.5), angle), (draw.between(0.3, 0.9), -angle)],
        posture=_hands(draw),
        pivot=draw.chance(0.5),
    )


@action(
    ("turn around twice", "turn around and back again"),
    ("turns around and then turns back", "turns around, waits and turns around again", "turns 180 degrees and back"),
    (),
)
def turn_around_and_back(draw: Draw) -> Score:
    angle = draw.near(180, 6)
    second = angle if draw.chance(0.5) else -angle
    return turn_score(draw, [(draw.between(0.2, 0.5), angle), (draw.between(0.4, 1.2), second)], quick=draw.chance(0.4))


@action(
    ("{side} face", "military turn to the {side}", "soldier turning {side}"),
    (
        "turns smartly to the {side} like a soldier",
        "does a military {side} turn",
        "stands at attention and turns {side}",
    ),
    (turned(-70, -110),),
)
def military_turn(draw: Draw) -> Score:
    straight = Posture(**both(Hand((0.1, -0.98, 0.02), roll=10)), bend=-4, gaze=Gaze(0, 2))
    return turn_score(draw, [(draw.between(0.5, 1.0), 90.0)], posture=straight, pivot=True)
