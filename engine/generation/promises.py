"""What plain words of a prompt promise to be seen: who is to wave has a hand that swings, who sits down is seated.

A take that breaks such a promise is drawn again, and if it stays broken, that is said. The words below are those of
everyday prompts whose action has a physical sign (`engine.predicates`); of all other words nothing is asked. Pure
functions of joints and prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.generation.clauses import split_clauses
from engine.motion.skeleton import EXPRESSIVE
from engine.motion.uniform import to_uniform_size
from engine.predicates.expressions import Expression, holds

Array = NDArray[np.floating]

# Where a side belongs in an expression, that which the clause names; "either" if it names none, or both.
SIDE = "{side}"
_HAND = re.compile(r"\b(left|right)(?: [a-z]+)? (?:hand|arm|fist|palm|wrist|elbow)s?\b", re.IGNORECASE)
_LEG = re.compile(r"\b(left|right)(?: [a-z]+)? (?:foot|leg|knee|heel)\b", re.IGNORECASE)
_WAY = re.compile(r"\b(left|right)(?:wards?)?\b(?! (?:hand|arm|fist|palm|wrist|elbow|foot|leg|knee))", re.IGNORECASE)
_LIMBS = {"hand": _HAND, "leg": _LEG, "way": _WAY}
_DENIED = re.compile(
    r"\b(?:not|never|without|\w+n['’]t|almost|nearly|tries|trying|pretends?|about to)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Promise:
    """A word and its sign.

    Attributes:
        words: regular expression of what a clause says.
        sign: the expression that then has to hold of the whole motion.
        told: what is missing if it does not, as in "shows no waving".
        unless: of what the clause must not say.
        limb: which side a `SIDE` of the sign stands for.
        face: whether it takes joints that 22-joint skeletons lack.
        last: whether it is asked of a prompt's last clause alone, as it tells how a motion ends.
    """

    words: str
    sign: Expression
    told: str
    unless: str = ""
    limb: str = "hand"
    face: bool = False
    last: bool = False


def _test(name: str, **arguments: object) -> Expression:
    return {"test": name, **arguments}


def _all(*parts: Expression) -> Expression:
    return {"all": list(parts)}


def _any(*parts: Expression) -> Expression:
    return {"any": list(parts)}


_ON_THE_SPOT = r"\b(?:in place|on the spot|stationary|treadmill|standing)\b"
_HAND_WORK = _any(
    _test("hand_oscillates", side=SIDE, times=3, amplitude=0.06, room=0.5, low="hip"),
    _test("hand_circles", side=SIDE),
)
PROMISES: tuple[Promise, ...] = (
    # Ways of going.
    Promise(
        r"walk(?:s|ing)?|stroll\w*|strid(?:es?|ing)|wander\w*|hik(?:es?|ing)|stag?ger\w*",
        _test("travels", total=0.5),
        "walking",
        _ON_THE_SPOT + r"|\b(?:starts?|begins?|stops?)\b",
    ),
    Promise(
        r"walks?|strolls?|strolling|wav(?:es?|ing)|salut(?:es?|ing)|claps?|clapping|shrugs?|points?|bows|looks?|nods?|beckons?"
        r"|prays?|scratch(?:es)?|drinks?|stands?|talks?",
        {"test": "feet_leave_floor", "height": 0.08, "not": True},
        "foot that stays on the ground",
        r"\b(?:jump|leap|hop|skip|run|jog|sprint|danc|spring|climb|stair|step|bounc|kick|fall|trip)\w*",
    ),
    Promise(
        r"walks? (?:straight )?(?:forwards?|ahead)", _test("walks", forward=0.6, stride=0.15), "steps", r"\bstops?\b"
    ),
    Promise(
        r"(?<!home )(?:runs|running|run|jog|jogs|jogging|sprint\w*)(?! (?:his|her|their|a|the) (?:hand|finger|palm)s?)",
        _test("runs", speed=1.4),
        "running",
        _ON_THE_SPOT + "|run-up",
    ),
    Promise(r"(?:walk|run|jog|step)\w* backwards?", _test("travels", backward=0.3), "going backwards"),
    Promise(r"and (?:stops|halts|comes to a (?:stop|halt))$", _test("stops"), "stop at the end", last=True),
    Promise(r"limp\w*|hobbl\w*", _test("limps"), "limping"),
    Promise(r"march(?:es|ing)?", _test("marches"), "marching"),
    Promise(r"knees high|high knees", _test("marches", lift=50), "high knees"),
    Promise(r"skip(?:s|ping)?", _test("skips"), "skipping", r"\brope\b|" + _ON_THE_SPOT),
    Promise(r"tip-?toe(?:s|ing)?", _test("tiptoes", way=0.3), "tiptoeing"),
    Promise(r"crawl(?:s|ing)?", _test("crawls"), "crawling"),
    Promise(r"zig-?zag\w*", _test("weaves"), "zigzag"),
    Promise(
        r"(?:walk|run|jog|march|go|step|skip)\w*(?: [a-z]+){0,3} (?:in|a)(?: [a-z]+){0,3} circles?",
        _test("circles"),
        "circle",
        r"\b(?:arm|hand|wrist)s?\b",
    ),
    # Turns.
    Promise(r"turns? around|about-face|u-?turn", _test("turns_at_least", degrees=120), "turning around"),
    Promise(
        r"turns? around(?: (?:once|quickly|slowly|suddenly|on the spot|in place))?$|about[- ](?:face|turn)|half[- ]turn"
        r"|180(?=°|[- ]degrees?)|a 180",
        _test("turns", around=180, tolerance=60),
        "half turn",
        r"\b(?:back|twice|times|arms?|hands?|wrists?|head|legs?)\b",
        last=True,
    ),
    Promise(
        r"turn(?:s|ing)?(?: [a-z]+)?(?: to the| to (?:his|her|their))? (?:left|right)",
        _test("turns_at_least", degrees=35, side=SIDE),
        "turn to that side",
        limb="way",
    ),
    Promise(
        r"spin(?:s|ning)?|twirl\w*|pirouett\w*|whirl\w*",
        _test("turns_at_least", degrees=200),
        "spinning",
        r"\b(?:air|arms?|hands?)\b",
    ),
    # Off the floor.
    Promise(
        r"jump(?:s|ing)?|leap(?:s|ing)?", _test("feet_leave_floor", height=0.03), "jumping", r"\b(?:rope|jacks?)\b"
    ),
    Promise(
        r"hop(?:s|ping)? on (?:one|the|his|her|their)[a-z ]* (?:foot|leg)",
        _test("hops", side=SIDE),
        "hopping on one leg",
        limb="leg",
    ),
    Promise(r"jumping jacks?|star jumps?", _test("legs_part_with_arms"), "jumping jacks"),
    Promise(r"back-? ?flips?|back tucks?", _test("turns_over", direction="backward"), "flip"),
    Promise(
        r"front-? ?flips?|forward rolls?|somersaults?",
        _test("turns_over", direction="forward", degrees=200),
        "turning over",
    ),
    Promise(r"cart-?wheels?|hand-?stands?", _test("head_below_pelvis"), "being upside down"),
    # Hands that say something.
    Promise(
        r"wav(?:es?|ing)", _test("hand_waves", side=SIDE), "waving", r"\b(?:on|over|closer|off|through|wand|flag)\b"
    ),
    # The hand of who just waves is seen beside the head, not at the cheek.
    Promise(
        r"waves?(?: (?:hello|hi|goodbye))?(?: with (?:the|his|her|their|a|one) [a-z]* ?hand)?$",
        _test("hand_above", level="head", side=SIDE),
        "raised hand",
    ),
    Promise(r"salut(?:es?|ing)", _test("salutes", side="either"), "salute"),
    Promise(r"claps?|clapping|applauds?", _test("claps"), "clapping"),
    Promise(r"shrugs?|shrugging", _test("shrugs"), "shrug"),
    Promise(r"beckons?|beckoning", _test("beckons", side=SIDE), "beckoning"),
    Promise(r"bows(?! and arrow)|takes? an?(?: [a-z]+)? bow", _test("bows", back_up=False), "bow"),
    Promise(
        r"(?:arms (?:crossed|folded)|(?:cross|fold)(?:es|s|ed|ing)?(?: [a-z]+)? arms)",
        _test("arms_crossed"),
        "crossed arms",
    ),
    Promise(r"hands on (?:the |his |her |their )?hips", _test("hands_on_hips"), "hands on the hips"),
    Promise(r"pray(?:s|ing)?", _test("prays"), "folded hands"),
    Promise(r"(?:blows?|throws?) (?:a |some )?kiss(?:es)?", _test("blows_kiss"), "blown kiss"),
    Promise(
        r"points? (?:straight )?(?:forwards?|ahead)", _test("arm_points", direction="forward", side=SIDE), "pointing"
    ),
    Promise(r"points? (?:straight )?up\w*", _test("arm_points", direction="up", side=SIDE), "pointing up"),
    Promise(r"points? to the left", _test("arm_points", direction="left"), "pointing to the left"),
    Promise(r"points? to the right", _test("arm_points", direction="right"), "pointing to the right"),
    Promise(r"cheer(?:s|ing)?", _test("hand_above", level="head"), "raised arms"),
    # Head and face.
    Promise(r"shak(?:es|ing)(?: [a-z]+)? heads?", _test("head_shakes"), "shaking the head", face=True),
    Promise(r"nod(?:s|ding)?", _test("nods"), "nodding", face=True),
    Promise(r"tilt(?:s|ing)?(?: [a-z]+)? head", _test("head_tilts", degrees=10), "tilting the head", face=True),
    Promise(r"looks? around", _test("looks_around"), "looking around"),
    Promise(r"looks? (?:back )?over (?:the|his|her|their)[a-z ]* shoulder", _test("looks_back"), "looking back"),
    Promise(r"looks? up(?:wards?)?", _test("looks", up=15), "looking up", face=True),
    Promise(
        r"scratch(?:es|ing)?(?: [a-z]+)? head|on the phone|phone call", _test("hand_near_head"), "hand at the head"
    ),
    Promise(
        r"drinks?|drinking|sips?|eats?|eating|coughs?|yawns?|smokes?",
        _test("hand_at", place="mouth", within=0.24),
        "hand at the mouth",
    ),
    Promise(
        r"covers?(?: [a-z]+)? (?:both )?ears",
        _test("hand_at", place="ear", side="both", within=0.2),
        "hands at the ears",
    ),
    Promise(
        r"(?:bur(?:y|ies)|covers?|hides?)(?: [a-z]+)? (?:face|eyes)",
        _test("hand_at", place="eyes", side="both", within=0.24),
        "hands at the face",
    ),
    Promise(
        r"watch on (?:the|his|her) (?:left|right) wrist",
        _test("hand_in_front", side=SIDE, reach=0.12, high="shoulder"),
        "raised wrist",
    ),
    # Work.
    Promise(
        r"hammer(?:s|ing)?|stir(?:s|ring)?|wip(?:es?|ing)|polish(?:es|ing)?|saw(?:s|ing)?|paints?|painting"
        r"|brush(?:es|ing)?|iron(?:s|ing)|knead(?:s|ing)?|knock(?:s|ing)?|scrub(?:s|bing)?",
        _HAND_WORK,
        "hand at work",
        r"\b(?:sweat|forehead|tears?|eyes|mouth|nose|off|down|out|over)\b",
    ),
    Promise(
        r"dribbl(?:es?|ing)",
        _test("hand_oscillates", side=SIDE, axis="up", times=3, amplitude=0.1, low="hip"),
        "dribbling hand",
    ),
    Promise(
        r"sweep(?:s|ing)? (?:up|the|with a broom|dust|leaves)|mop(?:s|ping)?|rak(?:es?|ing)",
        _test("works_low"),
        "work at the floor",
        r"\boff\b",
    ),
    Promise(
        r"digs?|digging|shovels?|shovell?ing",
        _all(_test("works_low", amplitude=0.15), _test("bends_down", degrees=20)),
        "digging",
    ),
    Promise(r"chop(?:s|ping)?", _any(_test("chops"), _test("swings_arms")), "chopping"),
    Promise(
        r"casts?(?: [a-z]+)* (?:rod|line|net)|swings?(?: [a-z]+)* (?:club|bat|sword|axe|racket|hammer)|golfer swings",
        _test("swings_arms", speed=2.0),
        "swing",
    ),
    Promise(
        r"(?:lift|raise|press)(?:es|s)?(?: [a-z]+)* (?:overhead|over (?:the|his|her|their) head)",
        _test("hand_above", level="head", side=SIDE, seconds=0.2),
        "hands over the head",
    ),
    # Things thrown, caught, moved.
    Promise(
        r"throw(?:s|ing)?|toss(?:es)?|pitch(?:es)?|hurls?",
        _test("throws", side=SIDE),
        "throwing",
        r"\b(?:punch|kick|hook|jab|uppercut|combination|kiss|tantrum|up|blow)\w*\b",
    ),
    Promise(r"catch(?:es|ing)?", _test("catches"), "catching", r"\b(?:breath|up)\b"),
    Promise(
        r"picks?(?: [a-z]+){0,3} up|picks? up|picking up",
        _test("hand_low", side=SIDE, height=0.6),
        "reaching down",
        r"\b(?:table|shelf|desk|chair|phone)\b",
    ),
    Promise(
        r"puts?(?: [a-z]+){1,4} down (?:on|onto) the (?:ground|floor)",
        _test("reaches_down", height=0.7),
        "reaching down",
    ),
    Promise(r"push(?:es|ing)?(?!-?ups?)", _test("pushes"), "pushing", r"\b(?:button|push-?ups?|push ups?|bell|up)\b"),
    Promise(r"pull(?:s|ing)?(?!-?ups?)", _test("pulls"), "pulling", r"\b(?:up|down|trigger|face)\b"),
    Promise(r"carr(?:y|ies|ying)", _test("carries"), "carrying", r"\b(?:shoulder|back|head|hand|bag|flag|tray|baby)\b"),
    Promise(r"reach(?:es|ing)? up", _test("reaches_up", side=SIDE), "reaching up"),
    # Fights and falls.
    Promise(
        r"punch(?:es|ing)?|jabs?|uppercuts?|left hook|right hook",
        _test("punches", side=SIDE),
        "punch",
        r"\b(?:by|to the|from|dodg\w*|block\w*|bag|duck\w*|avoid\w*|takes|gets|after)\b",
    ),
    Promise(
        r"left-right (?:punch|combination|combo)",
        _all(_test("punches", side="left"), _test("punches", side="right")),
        "punch with each hand",
    ),
    Promise(r"kicks?(?:ing)?(?: [a-z]+){0,3} ball", _test("kicks_ball"), "kick"),
    Promise(
        r"kick(?:s|ing)?",
        _test("kicks", side=SIDE),
        "kick",
        r"\bball\b|\b(?:gets|by|from|dodg\w*|block\w*|swim\w*)\b",
        limb="leg",
    ),
    Promise(
        r"(?:strikes?|hits?|kicks?) with the (?:left |right )?knee|knee strikes?",
        _test("knee_strikes"),
        "knee strike",
    ),
    Promise(r"draws?(?: [a-z]+)? bow|shoots?(?: [a-z]+)? (?:bow|arrow)s?", _test("draws_bow"), "drawn bow"),
    Promise(r"ducks?|ducking", _test("ducks"), "ducking", r"\brubber\b|\blike a duck\b"),
    Promise(
        r"falls?(?: [a-z]+)* (?:to|on|onto) the (?:ground|floor)|collapses?",
        _test("low_at_end"),
        "lying at the end",
        r"\bknees\b",
        last=True,
    ),
    # Down and up.
    Promise(
        r"sits? down|takes? a seat",
        _all(_test("starts_standing"), _test("sits_sometime")),
        "sitting down",
        r"\b(?:stand|from)\w*\b",
    ),
    Promise(r"sits? down|takes? a seat", _test("sits_at_end"), "seat at the end", r"\b(?:stand|from)\w*\b", last=True),
    Promise(
        r"stands? up|gets? up|rises",
        _test("upright_at_end"),
        "standing at the end",
        r"\b(?:straight|sits?)\b",
        last=True,
    ),
    Promise(r"lies?(?: [a-z]+)? down|lying down|lays? down", _test("lies_sometime"), "lying down"),
    Promise(r"lies?(?: [a-z]+)? down|lays? down", _test("lies_at_end"), "lying at the end", r"\bup\b", last=True),
    Promise(
        r"kneel(?:s|ing)?(?: [a-z]+)*|drops? to(?: [a-z]+)? knees?",
        _test("knee_on_floor"),
        "knee on the floor",
        r"\bknee strike",
    ),
    Promise(r"squats?|squatting", _test("squats"), "squat"),
    Promise(r"lunges|does(?: [a-z]+)? lunges", _test("lunges"), "lunge"),
    Promise(r"push-?ups?|press-?ups?", _test("push_ups"), "push-ups"),
    Promise(r"sit-?ups?", _test("sit_ups"), "sit-ups"),
    Promise(r"(?:on|all) all fours", _test("all_fours"), "going on all fours"),
    Promise(
        r"on one (?:leg|foot)|on the (?:left|right) (?:leg|foot)|tree pose",
        _test("one_leg_stands"),
        "standing on one leg",
        r"\bhop|\bjump|\bspin|\bturn|\bpirouette",
    ),
    Promise(
        r"(?:bend|lean)s? (?:sideways|to the (?:left|right|side))|side (?:stretch|bend)",
        _test("leans_aside", degrees=15),
        "bending to the side",
        r"\b(?:path|way|curve)\b",
    ),
    Promise(r"crouch(?:es|ing)?|sneak(?:s|ing)?", _test("crouches", height=0.9, seconds=0.5), "crouching"),
    Promise(r"danc(?:es?|ing)", _test("dances"), "dancing"),
)


@cache
def _patterns(number: int) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    promise = PROMISES[number]
    return (
        re.compile(rf"\b(?:{promise.words})\b", re.IGNORECASE),
        re.compile(promise.unless, re.IGNORECASE) if promise.unless else None,
    )


def find_promises(prompt: str) -> list[tuple[Promise, str]]:
    """The promises of a prompt's clauses, each with the side that its clause names: left, right or either."""
    found = []
    clauses = split_clauses(prompt)
    for place, clause in enumerate(clauses):
        if _DENIED.search(clause):
            continue
        for number, promise in enumerate(PROMISES):
            words, unless = _patterns(number)
            asked = place == len(clauses) - 1 or not promise.last
            if asked and words.search(clause) and not (unless and unless.search(clause)):
                sides = {side.lower() for side in _LIMBS[promise.limb].findall(clause)}
                found.append((promise, sides.pop() if len(sides) == 1 else "either"))
    return found


def broken_promises(joints: Array, prompt: str) -> tuple[str, ...]:
    """What a motion (T, J, 3), metres, Y up, 20 fps, does not show of its prompt, in words: "waving", "kick"."""
    promises = find_promises(prompt)
    if not promises or len(joints) < 4:
        return ()
    body = to_uniform_size(joints)
    face = body.shape[1] >= EXPRESSIVE.num_joints
    return tuple(
        dict.fromkeys(
            promise.told
            for promise, side in promises
            if (face or not promise.face) and not holds(with_side(promise.sign, side), body)
        )
    )


def with_side(expression: Expression, side: str) -> Expression:
    """The expression with the side in the place of every `SIDE`."""

    def filled(value: object) -> object:
        if isinstance(value, list):
            return [with_side(part, side) for part in value]
        return side if value == SIDE else value

    return {key: filled(value) for key, value in expression.items()}
