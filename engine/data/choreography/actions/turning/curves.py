"""Walking along curves: turns, arcs, circles, zigzags. Written to the right; takes to the left are mirrored."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.data.choreography.body import Base
from engine.data.choreography.claims import turned, turns_through
from engine.data.choreography.draw import Draw
from engine.data.choreography.gait import Gait, styled
from engine.data.choreography.library import action
from engine.data.choreography.posture import REST, Gaze, Key, Posture, Score
from engine.data.choreography.travel.paths import Bend, follow

# A walk that may be led anywhere: a little slower than captured, sometimes brisk.
EASY = styled(
    lambda draw: Gait(
        speed=draw.between(0.85, 1.05), stride=draw.between(0.85, 1.0), swing=draw.between(0.9, 1.2), lift=0.025
    )
)
CAREFUL = styled(lambda draw: Gait(speed=draw.between(0.85, 1.0), stride=draw.between(0.6, 0.8), lift=0.025))


def along(
    draw: Draw,
    plan: Callable[[float], Sequence[Bend]],
    seconds: float,
    words: dict[str, str] | None = None,
    smooth: float = 0.14,
    posture: Posture = REST,
) -> Score:
    """A walk on the way that `plan` makes of its metres."""

    def over(base: Base, draw: Draw) -> Base:
        return follow(base, plan, smooth)

    return Score(
        (Key(posture, 0, seconds),),
        start="held",
        end="held",
        lead=0,
        tail=0,
        settled=False,
        in_time=False,
        words=words,
        over=over,
    )


@action(
    ("walk and turn {side}", "turn {side} while walking", "walk forward, then turn {side}", "{side} turn"),
    (
        "walks[ forward] and turns (to the {side}|{side})",
        "walks (forward|straight|ahead) and[ then] (makes|takes) a {side} turn",
        "turns {side} while walking",
        "walks around a corner to the {side}",
        "is walking and turns 90 degrees to the {side}",
        "walks forward, turns {side} and keeps walking",
        "takes a few steps, turns to (his|her) {side} and walks on",
    ),
    (turned(-55, -125),),
    base="walk",
    style=EASY,
    often=4,
)
def walk_turn(draw: Draw) -> Score:
    angle, sharp = draw.near(90, 8), draw.between(0.5, 1.6)
    before = draw.between(0.25, 0.55)

    def plan(metres: float) -> list[Bend]:
        return [Bend(before * max(metres - sharp, 0.5)), Bend(sharp, -angle, 0.6 if sharp < 0.9 else 0.85, 0.85)]

    return along(draw, plan, draw.between(3.2, 5.5))


@action(
    ("walk in an arc to the {side}", "curve {side} while walking", "veer {side}"),
    (
        "walks in (a wide|an|a) (arc|curve|bend) to the {side}",
        "walks forward, curving to the {side}",
        "walks in a {side} curve",
        "veers[ off] to the {side} while walking",
        "walks in a half circle to the {side}",
        "walks in a semicircle[ to the {side}]",
    ),
    (turns_through(-40),),
    base="walk",
    style=EASY,
    often=2,
)
def walk_arc(draw: Draw) -> Score:
    angle = draw.between(60, 170)

    def plan(metres: float) -> list[Bend]:
        return [Bend(0.12 * metres), Bend(0.8 * metres, -angle)]

    return along(draw, plan, draw.between(3.2, 6.5))


@action(
    ("veer slightly {side}", "drift to the {side} while walking", "walk diagonally to the {side}"),
    (
        "walks forward, veering slightly to the {side}",
        "walks diagonally (to the {side}|forward and to the {side})",
        "turns slightly {side} while walking",
    ),
    (turned(-20, -60),),
    base="walk",
    style=EASY,
)
def walk_veer(draw: Draw) -> Score:
    angle = draw.between(28, 50)

    def plan(metres: float) -> list[Bend]:
        return [Bend(0.2 * metres), Bend(0.4 * metres, -angle)]

    return along(draw, plan, draw.between(2.8, 5.0))


@action(
    ("walk in a circle", "walk around in a circle", "walk in a {turn} circle", "circle {turn}"),
    (
        "walks in a[ wide| small| full] circle",
        "walks (around|round) in a circle",
        "walks in a circle {turn}",
        "walks in a {turn} circle[ to the {side}]",
        "walks a full circle to the {side}",
        "walks around in circles",
        "circles around something[ to the {side}]",
        "walks in a circle, turning {side}",
    ),
    (turns_through(-250),),
    base="walk",
    style=EASY,
    often=4,
)
def walk_circle(draw: Draw) -> Score:
    angle = draw.between(300, 400)
    seconds = draw.between(5.0, 8.5)

    def plan(metres: float) -> list[Bend]:
        # A circle of under 3 m of way is gone in small steps.
        return [Bend(metres, -angle, min(1.0, 0.55 + 0.09 * metres), 1.0)]

    return along(draw, plan, seconds, words={"turn": "clockwise"}, smooth=0.3)


@action(
    ("walk around something", "go round an obstacle", "walk around an obstacle on the {side}"),
    (
        "walks around an obstacle",
        "walks forward, goes round something on the {side} side and walks on",
        "steps around something in the way, passing it on the {side}",
        "swerves to the {side} to avoid something",
    ),
    (turns_through(-22),),
    base="walk",
    style=EASY,
)
def walk_round_obstacle(draw: Draw) -> Score:
    angle = draw.between(38, 55)

    def plan(metres: float) -> list[Bend]:
        part = 0.16 * metres
        return [
            Bend(0.16 * metres),
            Bend(part, -angle),
            Bend(0.5 * part),
            Bend(1.6 * part, 2 * angle),
            Bend(0.5 * part),
            Bend(part, -angle),
        ]

    return along(draw, plan, draw.between(4.5, 7.0))


@action(
    ("walk in a zigzag", "zigzag", "walk zig zag"),
    (
        "walks in a (zigzag|zig zag|zig-zag)[ pattern| line]",
        "zigzags forward",
        "walks forward in a zig zag (motion|pattern|fashion)",
        "walks from side to side in a zigzag",
        "walks[ forward], turning left and right again and again",
        "walks first to the {side}, then to the {other}, then {side} again",
    ),
    (turns_through(-22), turns_through(22)),
    base="walk",
    style=CAREFUL,
    often=3,
)
def walk_zigzag(draw: Draw) -> Score:
    angle, leg = draw.between(38, 55), draw.between(1.0, 1.5)
    corner = draw.between(0.35, 0.6)

    def plan(metres: float) -> list[Bend]:
        count = max(3, round(metres / (leg + corner)))
        straight = metres / count - corner
        bends = [Bend(0.4 * straight), Bend(0.5 * corner + 0.2, -angle)]
        for number in range(count):
            sign = 1 if number % 2 == 0 else -1
            bends += [Bend(straight), Bend(corner, 2 * sign * angle, 0.9)]
        return bends

    return along(draw, plan, draw.between(5.0, 8.5), smooth=0.1)


@action(
    ("walk in an s shape", "weave while walking", "slalom", "walk in a wavy line"),
    (
        "walks in (an s shape|a wavy line|curves|a snake line|serpentines)",
        "weaves[ left and right] while walking",
        "walks a slalom[ around cones]",
        "walks in an s curve",
        "walks swerving from side to side",
    ),
    (turns_through(-20), turns_through(20)),
    base="walk",
    style=EASY,
    often=2,
)
def walk_weave(draw: Draw) -> Score:
    angle, half = draw.between(40, 62), draw.between(1.5, 2.2)

    def plan(metres: float) -> list[Bend]:
        count = max(2, round(metres / half))
        bends = [Bend(0.5 * metres / count, -angle)]
        for number in range(count):
            bends.append(Bend(metres / count, (2 if number % 2 == 0 else -2) * angle, 0.95))
        return bends

    return along(draw, plan, draw.between(5.0, 8.5), smooth=0.3)


@action(
    ("walk in a figure eight", "walk a figure of eight", "figure 8 walk"),
    (
        "walks in a figure (eight|8)",
        "walks a figure of eight",
        "walks one circle to the {side} and one to the {other}",
        "walks in the shape of an eight",
    ),
    (turns_through(-200),),
    base="walk",
    style=EASY,
    often=2,
)
def walk_eight(draw: Draw) -> Score:
    angle = draw.between(280, 330)

    def plan(metres: float) -> list[Bend]:
        stride = min(1.0, 0.5 + 0.06 * metres)
        return [
            Bend(0.48 * metres, -angle, stride),
            Bend(0.04 * metres),
            Bend(0.48 * metres, angle, stride),
        ]

    return along(draw, plan, draw.between(8.0, 9.7), smooth=0.25)


@action(
    ("walk in a square", "walk a rectangle", "walk along a square"),
    (
        "walks in a (square|rectangle)",
        "walks a square, turning {side} at every corner",
        "walks forward and turns {side} three times",
    ),
    (turns_through(-200),),
    base="walk",
    style=CAREFUL,
)
def walk_square(draw: Draw) -> Score:
    def plan(metres: float) -> list[Bend]:
        side = metres / 3.6
        return [part for _ in range(4) for part in (Bend(0.68 * side), Bend(0.32 * side, -90.0, 0.7))]

    return along(draw, plan, draw.between(8.0, 9.7))


def u_turn(draw: Draw, degrees: float, before: float) -> Callable[[float], list[Bend]]:
    tight = draw.between(1.5, 2.1)
    return lambda metres: [
        Bend(before * max(metres - tight, 0.4)),
        Bend(tight, -degrees, draw_stride(tight), 0.85),
    ]


def draw_stride(tight: float) -> float:
    """Small steps in a tight turn, so that the way there and back are near each other."""
    return 0.22 + 0.12 * (tight - 1.5)


@action(
    (
        "walk forward, turn around and walk back",
        "walk there and back",
        "make a u-turn",
        "walk, turn around and walk back",
    ),
    (
        "walks forward, turns around and walks back",
        "walks (a few steps|forward|ahead), turns around (to the {side} |)and (returns|comes back|walks back)",
        "makes a u-turn[ to the {side}] while walking",
        "walks forward, turns 180 degrees and walks back[ to where (he|she) started]",
        "walks there and back",
        "walks forward and then (turns around|does a 180)",
        "walks, turns back and goes the other way",
        "walks one way, then turns and walks the other way",
    ),
    (turned(-145, -215),),
    base="walk",
    style=EASY,
    often=4,
)
def walk_and_back(draw: Draw) -> Score:
    return along(draw, u_turn(draw, draw.near(180, 6), draw.between(0.4, 0.55)), draw.between(5.0, 8.5))


@action(
    ("turn around while walking", "walk in a u-turn"),
    (
        "turns around while walking",
        "walks, then turns around to the {side}",
        "walks in a wide u-turn to the {side}",
        "walks and turns all the way around",
    ),
    (turned(-140, -220),),
    base="walk",
    style=EASY,
)
def walk_turn_around(draw: Draw) -> Score:
    wide = draw.between(2.0, 3.0)

    def plan(metres: float) -> list[Bend]:
        return [Bend(0.3 * max(0.5, metres - wide)), Bend(wide, -180.0, 0.7, 0.95)]

    return along(draw, plan, draw.between(4.0, 6.5))


@action(
    ("pace back and forth", "pace up and down", "walk back and forth"),
    (
        "paces (back and forth|up and down)[ nervously]",
        "walks back and forth",
        "walks (back and forth|to and fro), thinking",
        "walks to one side, turns and walks back, again and again",
    ),
    (turns_through(-100),),
    base="walk",
    style=EASY,
    often=2,
)
def pace_to_and_fro(draw: Draw) -> Score:
    tight, same = draw.between(1.4, 1.8), draw.chance(0.5)

    def plan(metres: float) -> list[Bend]:
        leg = max(0.7, (metres - 2 * tight) / 3)
        stride = draw_stride(tight)
        return [Bend(leg), Bend(tight, -180, stride), Bend(leg), Bend(tight, -180 if same else 180, stride)]

    posture = draw.pick((REST, Posture(gaze=Gaze(0, -18), bend=4)))
    return along(draw, plan, draw.between(7.0, 9.7), posture=posture)
