"""Jumps and hops that go somewhere or turn: forward, back, to the sides, on one leg, spinning; jumping jacks."""

from __future__ import annotations

from dataclasses import replace

from engine.data.choreography.claims import above, airborne, moves, travels, turned
from engine.data.choreography.draw import Draw
from engine.data.choreography.library import action
from engine.data.choreography.posture import REST, Foot, Gaze, Hand, Key, Posture, Score, both
from engine.data.choreography.sentences import times_in_words
from engine.data.choreography.travel.footwork import Landing, springs

SWUNG_BACK = both(Hand((0.18, -0.8, -0.36), "level", roll=20))
SWUNG_UP = both(Hand((0.18, 0.1, 0.8), "level", roll=30))
BALANCING = both(Hand((0.5, -0.5, 0.35), roll=35))


def jumping(
    draw: Draw,
    landings: list[Landing],
    posture: Posture,
    air: Posture | None = None,
    dip: float = 0.1,
    words: dict[str, str] | None = None,
) -> Score:
    """Two-footed jumps, the arms swung with them, or `posture` kept; `air` is taken in every flight."""
    start = draw.between(0.55, 1.0)
    series, hops = springs(landings, start, dip)
    low = posture.but(bend=posture.bend + 14, hips=(posture.hips[0] + 14, 0, 0))
    keys = [Key(low.but(**SWUNG_BACK) if air is None else low, 0.42)]
    time = start - 0.16
    for hop in hops:
        middle = 0.5 * (hop.start + hop.end)
        high = posture.but(**SWUNG_UP) if air is None else air
        keys.append(Key(high, max(0.12, middle - time)))
        end = hop.end + 0.14
        keys.append(Key(low, max(0.12, end - middle)))
        time = end
    lead = max(0.0, start - 0.16 - 0.42)
    return Score(
        tuple(keys),
        lead=lead,
        tail=0.4,
        back=0.6,
        hops=tuple(hops),
        settled=False,
        in_time=False,
        stagger=0.01,
        words=words,
        over=series,
    )


def hopping(draw: Draw, landings: list[Landing], words: dict[str, str] | None = None) -> Score:
    """On the right leg, the left one held up."""
    start = draw.between(1.0, 1.3)
    series, hops = springs(landings, start, 0.06)
    raised = Foot(
        draw.pick(((0.0, -0.5, -0.24), (0.0, -0.52, -0.2), (0.02, -0.46, 0.14))), "hips", pitch=draw.between(30, 55)
    )
    # The weight goes over the right foot.
    up = Posture(
        left_foot=raised, shift=(-0.085, 0, 0.0), hips=(5, -3, 0), bend=5, gaze=Gaze(0, -6), balance=False, **BALANCING
    )
    keys = [Key(up, 0.6, 0.1)]
    time = start
    for hop in hops:
        lift = draw.between(0.08, 0.2)
        arms = both(replace(BALANCING["right"], at=(0.5, -0.5 + lift, 0.35)))
        keys.append(Key(up.but(**arms), max(0.15, 0.5 * (hop.start + hop.end) - time)))
        keys.append(Key(up, max(0.15, hop.end + 0.12 - 0.5 * (hop.start + hop.end))))
        time = hop.end + 0.12
    return Score(
        tuple(keys),
        lead=start - 0.7,
        tail=0.4,
        back=0.7,
        hops=tuple(hops),
        settled=False,
        in_time=False,
        stagger=0.01,
        words=words,
        over=series,
    )


@action(
    ("hop on the {side} foot", "hop on one leg", "hop on the {side} leg", "hopping on one foot"),
    (
        "hops on the {side} (foot|leg)[ {times}]",
        "hops on one (leg|foot)[ in place]",
        "stands on the {side} leg and hops[ up and down]",
        "jumps on one leg[, the {side} one]",
        "hops up and down on (his|her) {side} (foot|leg)",
    ),
    (moves("pelvis", 0.06), airborne(0.03)),
    often=2,
)
def hop(draw: Draw) -> Score:
    count = draw.count(3, 7)
    high, ground = draw.between(0.06, 0.11), draw.between(0.2, 0.34)
    return hopping(draw, [Landing((0, 0), 0, high, ground) for _ in range(count)], {"times": times_in_words(count)})


@action(
    ("hop forward on the {side} foot", "hop forward on one leg"),
    (
        "hops forward on the {side} (foot|leg)",
        "hops forward on one (leg|foot)",
        "jumps forward on one leg[ {times}]",
        "goes ahead, hopping on the {side} leg",
    ),
    (travels(0.6),),
    often=2,
)
def hop_forward(draw: Draw) -> Score:
    count, far = draw.count(3, 6), draw.between(0.28, 0.5)
    high, ground = draw.between(0.05, 0.1), draw.between(0.22, 0.32)
    return hopping(
        draw,
        [Landing((0, far * (k + 1)), 0, high, ground) for k in range(count)],
        {"times": times_in_words(count)},
    )


@action(
    ("jump to the {side}", "hop to the {side}", "jump sideways {side}"),
    (
        "jumps to the {side}[ with both feet]",
        "hops sideways to the {side}",
        "jumps sideways[ to the {side}]",
        "leaps to the {side}",
        "hops {side}[ {times}]",
    ),
    (airborne(0.04), moves("pelvis", 0.3)),
    often=2,
)
def jump_aside(draw: Draw) -> Score:
    count, far = draw.count(1, 3), draw.between(0.4, 0.75)
    high = draw.between(0.08, 0.18)
    return jumping(
        draw,
        [Landing((-far * (k + 1), 0), 0, high, draw.between(0.3, 0.5)) for k in range(count)],
        REST,
        words={"times": times_in_words(count)},
    )


@action(
    ("jump backwards", "hop backwards", "jump back"),
    ("jumps backwards[ with both feet]", "jumps back[, startled]", "hops backwards[ {times}]", "leaps back"),
    (airborne(0.03), moves("pelvis", 0.3)),
    sided=False,
    often=2,
)
def jump_back(draw: Draw) -> Score:
    count, far = draw.count(1, 3), draw.between(0.35, 0.6)
    return jumping(
        draw,
        [Landing((0, -far * (k + 1)), 0, draw.between(0.07, 0.15), draw.between(0.3, 0.5)) for k in range(count)],
        Posture(bend=4),
        words={"times": times_in_words(count)},
    )


@action(
    ("jump forward {times}", "hop forward with both feet", "bunny hop", "hop like a rabbit"),
    (
        "hops forward[ with both feet][ {times}]",
        "jumps forward {times}",
        "hops like a (rabbit|bunny)",
        "does bunny hops",
        "hops along with both feet together",
        "jumps forward again and again",
    ),
    (airborne(0.03), travels(0.6)),
    sided=False,
    often=2,
)
def bunny_hops(draw: Draw) -> Score:
    count, far = draw.count(2, 6), draw.between(0.35, 0.7)
    paws = both(Hand((0.0, -0.4, 0.45), palm=(0, -1, 0), fingers=(0, -0.6, 0.8)))
    rabbit = draw.chance(0.35)
    posture = Posture(**paws, bend=8, gaze=Gaze()) if rabbit else REST
    landings = [Landing((0, far * (k + 1)), 0, draw.between(0.08, 0.16), draw.between(0.24, 0.4)) for k in range(count)]
    return jumping(draw, landings, posture, posture if rabbit else None, words={"times": times_in_words(count)})


@action(
    ("jump from side to side", "hop left and right", "ski jumps"),
    (
        "jumps from side to side",
        "hops to the left and right[ again and again]",
        "jumps left and right with both feet together",
        "hops over a line, side to side",
    ),
    (airborne(0.03), moves("pelvis", 0.2)),
    often=2,
)
def side_to_side(draw: Draw) -> Score:
    count, far = draw.count(4, 9), draw.between(0.3, 0.55)
    landings = [
        Landing((-far if k % 2 == 0 else 0.0, 0), 0, draw.between(0.06, 0.12), draw.between(0.2, 0.3))
        for k in range(count)
    ]
    arms = Posture(**both(Hand((0.15, -0.5, 0.42), palm=(-1, 0, 0), fingers=(-0.2, 0.2, 1))), bend=8, gaze=Gaze())
    return jumping(draw, landings, arms, arms, dip=0.07)


@action(
    ("jump back and forth", "jump forward and backward"),
    ("jumps forward and back[ again and again]", "hops back and forth", "jumps forward, then back"),
    (airborne(0.03), moves("pelvis", 0.2)),
    sided=False,
)
def back_and_forth(draw: Draw) -> Score:
    count, far = 2 * draw.count(1, 3), draw.between(0.35, 0.6)
    landings = [
        Landing((0, far if k % 2 == 0 else 0.0), 0, draw.between(0.07, 0.14), draw.between(0.24, 0.36))
        for k in range(count)
    ]
    return jumping(draw, landings, REST)


@action(
    ("jump and turn around", "jump and turn 180 degrees", "jump turn to the {side}"),
    (
        "jumps and turns around in the air",
        "jumps[ up] and turns (180 degrees|around)[ to the {side}]",
        "does a 180 jump",
        "jumps, turning to face the other way",
    ),
    (airborne(0.05), turned(-150, -210)),
    often=2,
)
def jump_turn(draw: Draw) -> Score:
    return jumping(draw, [Landing((0, 0), -180, draw.between(0.18, 0.3), 0.4)], REST)


@action(
    ("jump and spin", "spin jump", "jump with a full turn", "spin in the air"),
    (
        "jumps and spins[ in the air]",
        "jumps up and spins around (once|in the air|360 degrees)",
        "does a 360 (spin jump|jump)",
        "jumps, spinning once to the {side}",
        "leaps into the air and spins[ like a figure skater]",
        "does a jump with a full turn[ to the {side}]",
    ),
    (airborne(0.08), turned(-330, -390)),
    often=4,
)
def jump_spin(draw: Draw) -> Score:
    tucked = both(Hand((-0.3, -0.2, 0.42), palm=(0, 0, -1), fingers=(-1, 0.2, 0)))
    air = Posture(**tucked, bend=-3, balance=False)
    return jumping(draw, [Landing((0, draw.between(0, 0.3)), -360, draw.between(0.3, 0.44), 0.5)], REST, air, dip=0.14)


@action(
    ("jump a quarter turn {side}", "jump and turn {side}"),
    ("jumps and turns 90 degrees to the {side}", "jumps, turning to the {side}", "hops round to the {side}"),
    (airborne(0.03), turned(-70, -110)),
)
def jump_quarter(draw: Draw) -> Score:
    return jumping(draw, [Landing((0, 0), -90, draw.between(0.08, 0.18), 0.4)], REST)


@action(
    ("play hopscotch", "hopscotch"),
    (
        "plays hopscotch",
        "hops on one foot, then on both, then on one again",
        "jumps along, one foot, two feet, one foot",
    ),
    (travels(0.8),),
)
def hopscotch(draw: Draw) -> Score:
    far, count = draw.between(0.34, 0.48), draw.count(5, 7)
    start = draw.between(0.7, 1.0)
    landings = [
        Landing((0, far * (k + 1)), 0, draw.between(0.06, 0.1), draw.between(0.24, 0.32), aside=0.09 if k % 2 else 0.0)
        for k in range(count)
    ]
    series, hops = springs(landings, start, 0.07)
    one = Posture(
        left_foot=Foot((0.0, -0.5, -0.24), "hips", pitch=50), shift=(-0.08, 0, 0), hips=(5, -3, 0), bend=8, **BALANCING
    )
    two = Posture(**BALANCING, bend=6)
    keys, time = [Key(two, 0.5)], start - 0.1
    for number, jump in enumerate(hops):
        keys.append(Key(one if number % 2 == 0 else two, max(0.15, jump.end - 0.04 - time), 0.1))
        time = jump.end + 0.06
    return Score(
        tuple(keys),
        lead=max(0.0, start - 0.6),
        tail=0.4,
        back=0.6,
        hops=tuple(hops),
        settled=False,
        in_time=False,
        over=series,
    )


@action(
    ("jumping jacks", "do jumping jacks", "jumping jack exercise", "star jumps"),
    (
        "does jumping jacks",
        "is doing jumping jacks",
        "does {times} jumping jacks",
        "does some jumping jacks[ to warm up]",
        "jumps, spreading arms and legs, again and again",
        "jumps with the legs apart and the hands overhead, then back",
        "performs jumping jacks",
    ),
    (above("right_wrist", "head", 0.1), above("left_wrist", "head", 0.1), moves("right_foot", 0.15)),
    sided=False,
    often=4,
)
def jumping_jacks(draw: Draw) -> Score:
    wide, count = draw.between(0.19, 0.3), draw.count(4, 9)
    ground, high = draw.between(0.14, 0.24), draw.between(0.03, 0.06)
    start = draw.between(0.35, 0.7)
    landings = [Landing((0, 0), 0, high, ground, aside=wide if k % 2 == 0 else 0.0) for k in range(2 * count)]
    series, hops = springs(landings, start, 0.035)
    over_head = Posture(**both(Hand((-0.1, 0.96, 0.08), palm=(-1, 0, 0.2))), gaze=Gaze(), balance=False)
    down = Posture(**both(Hand((0.14, -0.96, 0.05), roll=10)), gaze=Gaze(), balance=False)
    side = Posture(**both(Hand((0.97, 0.0, 0.12), roll=30)), gaze=Gaze(), balance=False)
    keys, time = [Key(down, 0.25)], start - 0.1
    lead = max(0.0, start - 0.35)
    time = lead + 0.25
    for number, jump in enumerate(hops):
        middle, end = 0.5 * (jump.start + jump.end) - 0.02, jump.end + 0.3 * ground
        keys.append(Key(side, max(0.08, middle - time), through=True))
        keys.append(Key(over_head if number % 2 == 0 else down, max(0.1, end - middle)))
        time = end
    return Score(
        tuple(keys),
        lead=lead,
        tail=0.3,
        back=0.4,
        hops=tuple(hops),
        settled=False,
        in_time=False,
        stagger=0.005,
        words={"times": {4: "four", 5: "five", 6: "six"}.get(count, "several")},
        over=series,
    )


@action(
    ("skip rope", "jump rope", "rope skipping", "skipping rope", "jumping rope"),
    (
        "skips rope",
        "jumps rope[ quickly]",
        "skips with a (jump rope|skipping rope)",
        "jumps over a skipping rope[ again and again]",
        "does rope skipping[ on the spot]",
        "uses a jump rope",
        "hops over a skipping rope, turning the wrists",
    ),
    (airborne(0.02), moves("pelvis", 0.04)),
    sided=False,
    often=2,
)
def jump_rope(draw: Draw) -> Score:
    count, ground, high = draw.count(6, 12), draw.between(0.16, 0.24), draw.between(0.03, 0.06)
    start = draw.between(0.5, 0.8)
    series, hops = springs([Landing((0, 0), 0, high, ground) for _ in range(count)], start, 0.03)

    def wrists(angle: int) -> Posture:
        up, ahead = ((0.05, 0.0), (0.0, 0.09), (-0.06, 0.0), (0.0, -0.06))[angle % 4]
        hand = Hand((0.34, -0.56 + up, 0.28 + ahead), palm=(-0.3, 0, 1), fingers=(1, -0.2, 0.3))
        return Posture(**both(hand), gaze=Gaze(0, 2), bend=3, balance=False)

    keys, time = [Key(wrists(0), 0.4)], start - 0.1
    for jump in hops:
        period = jump.end - jump.start + ground
        for quarter in range(4):
            keys.append(Key(wrists(quarter + 1), period / 4, through=True))
        time += period
    return Score(
        tuple(keys),
        lead=max(0.0, start - 0.5),
        tail=0.4,
        back=0.5,
        hops=tuple(hops),
        settled=False,
        in_time=False,
        stagger=0.0,
        over=series,
    )
