"""For every physical test a motion that passes it and one that must not; captured where there is a clip, else posed.

A row is (name, arguments, a motion that shows it, a motion that does not).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.evaluation.prompts.clips import clip
from tests.evaluation.prompts.poser import STAND, Posture, animate, hold, repeat, stride


def keyed(**changes: object) -> Posture:
    """Standing, with changes."""
    return replace(STAND, **changes)  # type: ignore[arg-type]


def gesture(seconds: float = 1.0, **changes: object) -> np.ndarray:
    """From standing into a posture, held, and back."""
    there = keyed(**changes)
    return animate((0.0, STAND), (0.6, there), (0.6 + seconds, there), (1.2 + seconds, STAND))


def turned(degrees: float, seconds: float = 1.5) -> np.ndarray:
    """Turns on the spot."""
    return animate((0.0, STAND), (seconds, keyed(yaw=degrees)), (seconds + 0.5, keyed(yaw=degrees)))


def joined(*parts: np.ndarray) -> np.ndarray:
    """One after the other."""
    return np.concatenate(parts)


def moved(joints: np.ndarray, metres: tuple[float, float, float]) -> np.ndarray:
    """The whole body carried along a straight line."""
    return joints + np.linspace(0.0, 1.0, len(joints))[:, None, None] * np.asarray(metres)


def jumped(height: float = 0.3, forward: float = 0.0, turn: float = 0.0) -> np.ndarray:
    """Crouches, flies in a parabola, lands."""
    crouch = keyed(at=(0.0, 0.72, 0.0))
    flight = []
    for share in np.linspace(0.0, 1.0, 10):
        rise = 4 * height * share * (1 - share)
        posture = keyed(at=(0.0, 0.93 + rise, forward * share), yaw=turn * share, lift=rise)
        flight.append(animate((0.0, posture), (0.05, posture))[:1])
    there = keyed(at=(0.0, 0.93, forward), yaw=turn)
    landed = keyed(at=(0.0, 0.8, forward), yaw=turn)
    return joined(
        animate((0.0, STAND), (0.5, crouch), (0.7, STAND)),
        *flight,
        animate((0.0, there), (0.25, landed), (0.7, there), (1.0, there)),
    )


def hopping(side: str, times: int = 3, ahead: float = 0.0) -> np.ndarray:
    """Springs on one leg, the other foot up behind."""
    other = "right" if side == "left" else "left"
    parts = []
    for number in range(times):
        for share in np.linspace(0.0, 1.0, 10, endpoint=False):
            rise = max(0.0, 0.16 * (1 - (2.5 * share - 1.25) ** 2))
            dip = 0.0 if rise else 0.06
            z = ahead * (number + share)
            posture = keyed(
                at=(0.0, 0.93 + rise - dip, z),
                lift=rise,
                **{f"{other}_foot": (0.09, 0.4, -0.25)},
                **{f"{side}_foot": (0.02, 0.07, 0.0)},
            )
            parts.append(hold(posture, 0.05)[:1])
    return joined(*parts)


def skipping() -> np.ndarray:
    """Hops on one leg, then on the other, going on."""
    left, right = hopping("left", 2, 0.4), hopping("right", 2, 0.4)
    return joined(left, right + [0.0, 0.0, 0.8], left + [0.0, 0.0, 1.6])


SEAT = keyed(at=(0.0, 0.5, -0.4), left_foot=(0.09, 0.07, 0.4), right_foot=(0.09, 0.07, 0.4), lean=5.0)
FLOOR_SEAT = keyed(at=(0.0, 0.12, 0.0), left_foot=(0.12, 0.08, 0.6), right_foot=(0.12, 0.08, 0.6))
SQUAT = keyed(at=(0.0, 0.5, -0.1), lean=30.0, left_hand=(0.0, -0.1, 0.45), right_hand=(0.0, -0.1, 0.45))
ON_BACK = keyed(
    at=(0.0, 0.12, 0.0),
    pitch=-90.0,
    left_foot=(0.1, 0.1, 0.78),
    right_foot=(0.1, 0.1, 0.78),
    left_hand=(0.1, -0.5, 0.0),
    right_hand=(0.1, -0.5, 0.0),
)
FOURS = keyed(
    at=(0.0, 0.5, 0.0),
    pitch=80.0,
    left_foot=(0.1, 0.08, -0.42),
    right_foot=(0.1, 0.08, -0.42),
    left_hand=(0.0, 0.05, 0.5),
    right_hand=(0.0, 0.05, 0.5),
)
PLANK = keyed(
    at=(0.0, 0.42, 0.0),
    pitch=76.0,
    left_foot=(0.1, 0.12, -0.83),
    right_foot=(0.1, 0.12, -0.83),
    left_hand=(0.1, 0.05, 0.5),
    right_hand=(0.1, 0.05, 0.5),
)
LOW_PLANK = replace(PLANK, at=(0.0, 0.2, 0.0), pitch=88.0, left_hand=(0.25, -0.1, 0.1), right_hand=(0.25, -0.1, 0.1))
ON_KNEE = keyed(at=(0.0, 0.5, 0.0), left_foot=(0.09, 0.07, 0.4), right_foot=(0.09, 0.1, -0.4))
GUARD = keyed(left_hand=(-0.05, -0.05, 0.3), right_hand=(-0.05, -0.05, 0.25))
READY = keyed(left_hand=(0.0, -0.1, 0.2), right_hand=(0.0, -0.1, 0.2))
BOX = {"left_hand": (-0.05, -0.25, 0.35), "right_hand": (-0.05, -0.25, 0.35)}
OVERHEAD = {"left_hand": (0.0, 0.5, 0.05), "right_hand": (0.0, 0.5, 0.05)}

SITTING = animate((0.0, STAND), (1.2, SEAT), (2.2, SEAT))
STANDING_UP = SITTING[::-1].copy()
LYING_DOWN = animate((0.0, STAND), (2.5, FLOOR_SEAT), (4.5, ON_BACK), (5.5, ON_BACK))
WALK, RUN, STILL = clip("walk"), clip("run"), clip("stand")
BACKWARDS = stride(heading=180.0)
SIDEWAYS = moved(repeat(keyed(left_foot=(0.3, 0.07, 0.0)), STAND, 4), (1.2, 0.0, 0.0))
MARCH = joined(
    *[
        animate((0.0, STAND), (0.25, keyed(**{f"{side}_foot": (0.09, 0.5, 0.25)})), (0.5, STAND))
        for side in ("left", "right", "left", "right")
    ]
)

SAWING = repeat(keyed(right_hand=(-0.05, -0.35, 0.15)), keyed(right_hand=(-0.05, -0.35, 0.4)), 4)
WAVING = repeat(keyed(right_hand=(0.2, 0.15, 0.2)), keyed(right_hand=(-0.05, 0.18, 0.22)), 3)
CIRCLING = animate(
    (0.0, STAND),
    *[
        (0.6 + 0.15 * number, keyed(right_hand=(0.0 + 0.15 * np.cos(angle), -0.35, 0.3 + 0.15 * np.sin(angle))))
        for number, angle in enumerate(np.linspace(0.0, 6.0 * np.pi, 25))
    ],
)
SWEEPING = repeat(
    keyed(lean=25.0, left_hand=(0.1, -0.3, 0.4), right_hand=(-0.25, -0.3, 0.4)),
    keyed(lean=25.0, left_hand=(-0.25, -0.3, 0.4), right_hand=(0.1, -0.3, 0.4)),
    4,
    1.0,
)
CHOPPING = repeat(
    keyed(left_hand=(-0.15, 0.3, 0.25), right_hand=(-0.15, 0.3, 0.25)),
    keyed(lean=35.0, left_hand=(-0.15, -0.35, 0.35), right_hand=(-0.15, -0.35, 0.35)),
    3,
    0.8,
)
PICKING = animate(
    (0.0, STAND),
    (
        1.0,
        keyed(
            at=(0.0, 0.6, -0.1), pitch=35.0, lean=30.0, left_hand=(-0.1, -0.42, 0.25), right_hand=(-0.1, -0.42, 0.25)
        ),
    ),
    (2.0, keyed(**BOX)),
    (2.5, keyed(**BOX)),
)
THROWING = animate(
    (0.0, STAND),
    (0.5, keyed(twist=-35.0, right_hand=(0.15, 0.2, -0.2))),
    (0.75, keyed(twist=25.0, right_hand=(0.0, 0.1, 0.5))),
    (1.4, STAND),
)
KICKING = animate(
    (0.0, STAND), (0.5, keyed(right_foot=(0.05, 0.3, -0.3))), (0.75, keyed(right_foot=(0.05, 0.6, 0.65))), (1.3, STAND)
)
FALLING = animate((0.0, STAND), (0.9, keyed(at=(0.0, 0.6, 0.0), lean=40.0)), (1.5, ON_BACK), (2.2, ON_BACK))
NODDING = repeat(STAND, keyed(head_pitch=-22.0), 3)
SHAKING = repeat(keyed(head_yaw=25.0), keyed(head_yaw=-25.0), 3)
LIMP = stride(8, 0.5, uneven=0.55)
DRUNK = moved(stride(10, 0.35, turn=(25.0, 25.0, -25.0, -25.0), posture=keyed(bend=10.0), aside=0.12), (0.2, 0.0, 0.0))
TIPTOE = stride(6, 0.35, posture=keyed(at=(0.0, 0.98, 0.0), left_foot=(0.09, 0.15, 0.0)), lift=0.03)
ROLL = animate(
    *[
        (
            0.15 * number,
            keyed(
                at=(0.0, 0.45, 0.1 * number), pitch=40.0 * number, left_foot=(0.1, 0.3, 0.2), right_foot=(0.1, 0.3, 0.2)
            ),
        )
        for number in range(10)
    ]
)
HANDSTAND = hold(
    keyed(
        at=(0.0, 1.0, 0.0),
        pitch=180.0,
        left_hand=(0.1, 0.5, 0.0),
        right_hand=(0.1, 0.5, 0.0),
        left_foot=(0.1, 1.8, 0.0),
        right_foot=(0.1, 1.8, 0.0),
    )
)
STAIRS = moved(stride(6, 0.35), (0.0, 0.6, 0.0))
CLIMBED_DOWN = STAIRS[::-1].copy()
ZOMBIE = stride(6, 0.4, swing=0.0, posture=keyed(left_hand=(0.0, 0.0, 0.527), right_hand=(0.0, 0.0, 0.527)))

EXAMPLES: list[tuple[str, dict[str, object], np.ndarray, np.ndarray]] = [
    # where it goes
    ("travels", {"forward": 1.2}, WALK, BACKWARDS),
    ("travels", {"backward": 1.2, "straight": 1.0}, BACKWARDS, WALK),
    ("travels", {"left": 0.8, "total": 0.8}, SIDEWAYS, WALK),
    ("stays", {}, STILL, WALK),
    ("turns", {"left": 90}, turned(95.0), turned(-95.0)),
    ("turns", {"right": 90, "tolerance": 40}, turned(-80.0), turned(-180.0)),
    ("turns", {"around": 180, "tolerance": 60}, turned(-170.0), turned(90.0)),
    ("turns_at_least", {"degrees": 45, "side": "right"}, turned(-60.0), turned(60.0)),
    ("keeps_facing", {}, WALK, turned(120.0)),
    ("spins", {}, clip("spin"), turned(180.0)),
    ("circles", {}, stride(12, turn=30.0), WALK),
    ("weaves", {}, stride(12, turn=(30.0, 30.0, -30.0, -30.0, -30.0, -30.0, 30.0, 30.0)), WALK),
    ("walks", {"forward": 1.2}, WALK, moved(STILL, (0.0, 0.0, 2.0))),
    ("walks", {}, stride(), RUN),
    ("walks_backwards", {}, BACKWARDS, WALK),
    ("side_steps", {"side": "left"}, SIDEWAYS, WALK),
    ("side_steps", {"side": "left"}, SIDEWAYS, moved(STILL, (-1.2, 0.0, 0.0))),
    ("runs", {}, RUN, WALK),
    ("speed_between", {"least": 0.8, "most": 1.6}, WALK, RUN),
    ("stops", {}, joined(WALK, np.repeat(WALK[-1:], 20, axis=0)), WALK),
    ("climbs", {"up": 0.3}, STAIRS, WALK),
    ("climbs", {"down": 0.3}, CLIMBED_DOWN, STAIRS),
    ("pelvis_between", {"most": 0.6, "share_of_time": 0.3}, SITTING, WALK),
    # how it walks
    ("limps", {}, clip("limp"), WALK),
    ("limps", {}, LIMP, stride(8, 0.5)),
    ("marches", {}, MARCH, WALK),
    ("tiptoes", {}, TIPTOE, WALK),
    ("skips", {}, skipping(), RUN),
    ("hops", {"side": "left"}, clip("hop_left"), RUN),
    ("hops", {"side": "right"}, hopping("right"), hopping("left")),
    ("crouches", {}, stride(length=0.35, posture=keyed(at=(0.0, 0.68, 0.0), lean=25.0)), WALK),
    ("staggers", {}, clip("drunk"), WALK),
    ("staggers", {}, DRUNK, stride()),
    ("leans", {"forward": 25}, stride(posture=keyed(pitch=20.0, lean=20.0)), WALK),
    ("leans", {"backward": 15}, gesture(lean=-30.0), STILL),
    ("slouches", {}, stride(posture=keyed(lean=25.0, head_pitch=-25.0)), stride()),
    ("arms_forward", {}, ZOMBIE, WALK),
    ("arms_swing", {}, stride(swing=0.22), stride(swing=0.05)),
    ("arms_stiff", {}, ZOMBIE, stride(posture=GUARD, swing=0.3)),
    ("steps", {}, WALK, STILL),
    # jumps
    ("feet_leave_floor", {"two_footed": True}, clip("jump"), WALK),
    ("feet_leave_floor", {}, jumped(), STILL),
    ("jumps_far", {"two_footed": True}, clip("jump_forward"), jumped()),
    ("jumps_far", {"two_footed": True}, jumped(forward=0.8), RUN),
    ("rises", {}, jumped(0.35), jumped(0.06)),
    ("turns_in_air", {}, jumped(turn=180.0), jumped()),
    ("head_below_pelvis", {}, clip("cartwheel"), WALK),
    ("turns_over", {"direction": "backward"}, clip("backflip"), clip("dive_roll")),
    ("turns_over", {"direction": "forward"}, ROLL, clip("bow")),
    ("hands_carry", {}, HANDSTAND, PICKING),
    ("feet_over_head", {}, clip("cartwheel"), KICKING),
    ("legs_part_with_arms", {}, clip("jumping_jacks"), repeat(keyed(**OVERHEAD), STAND)),
    # signals
    ("hand_waves", {"side": "right"}, WAVING, gesture(right_hand=(0.1, 0.2, 0.2))),
    ("hand_waves", {"side": "right"}, clip("wave"), WALK),
    ("hand_waves", {"side": "left"}, clip("wave_left"), WAVING),
    ("salutes", {}, gesture(right_hand=(-0.02, 0.2, 0.13)), WAVING),
    ("bows", {}, clip("bow"), PICKING),
    ("bows", {"degrees": 35}, gesture(pitch=25.0, lean=40.0), STILL),
    ("claps", {}, clip("clap"), gesture(left_hand=(-0.1, -0.2, 0.3), right_hand=(-0.1, -0.2, 0.3))),
    ("shrugs", {}, gesture(0.4, shrug=0.05), STILL),
    ("shrugs", {}, gesture(0.4, left_hand=(0.28, -0.14, 0.2), right_hand=(0.28, -0.14, 0.2)), WALK),
    ("arms_crossed", {}, gesture(left_hand=(-0.28, -0.22, 0.2), right_hand=(-0.28, -0.28, 0.22)), hold(GUARD)),
    ("hands_on_hips", {}, gesture(left_hand=(0.03, -0.4, 0.03), right_hand=(0.03, -0.4, 0.03)), STILL),
    ("arms_up", {}, clip("cheer"), WAVING),
    (
        "beckons",
        {"times": 2},
        repeat(keyed(right_hand=(0.0, -0.1, 0.45)), keyed(right_hand=(0.0, 0.0, 0.2))),
        gesture(right_hand=(0.0, -0.1, 0.45)),
    ),
    ("prays", {}, gesture(left_hand=(-0.12, -0.2, 0.25), right_hand=(-0.12, -0.2, 0.25)), hold(READY)),
    (
        "blows_kiss",
        {},
        animate(
            (0.0, STAND),
            (0.5, keyed(right_hand=(-0.15, 0.16, 0.13))),
            (0.9, keyed(right_hand=(-0.15, 0.16, 0.13))),
            (1.4, keyed(right_hand=(0.0, 0.1, 0.5))),
        ),
        gesture(right_hand=(-0.15, 0.16, 0.13)),
    ),
    (
        "thumb_up",
        {},
        gesture(right_hand=(0.0, -0.2, 0.4), thumbs=(0.0, 1.0, 0.0)),
        gesture(right_hand=(0.0, -0.2, 0.4), thumbs=(-1.0, 0.0, 0.0)),
    ),
    # head
    ("head_shakes", {}, SHAKING, NODDING),
    ("head_shakes", {}, clip("head_shake"), SHAKING[:, :22]),
    ("nods", {}, NODDING, SHAKING),
    ("nods", {}, clip("nod"), STILL),
    ("looks_around", {}, repeat(keyed(head_yaw=50.0), keyed(head_yaw=-50.0), 1, 2.0), NODDING),
    ("looks_around", {}, repeat(keyed(twist=40.0), keyed(twist=-40.0), 1, 2.0)[:, :22], STILL),
    ("looks", {"up": 25}, gesture(head_pitch=40.0), gesture(head_pitch=-40.0)),
    ("looks", {"right": 45}, gesture(head_yaw=-60.0), gesture(head_yaw=60.0)),
    ("looks", {"left": 45, "down": 12}, gesture(head_yaw=60.0, head_pitch=-20.0), gesture(head_yaw=60.0)),
    ("looks_back", {}, gesture(twist=40.0, head_yaw=60.0), gesture(head_yaw=30.0)),
    ("head_tilts", {}, gesture(head_tilt=25.0), NODDING),
    # hands
    ("hand_at", {"place": "mouth"}, clip("drink"), WALK),
    (
        "hand_at",
        {"place": "belly", "side": "both", "within": 0.25},
        gesture(left_hand=(-0.12, -0.36, 0.18), right_hand=(-0.12, -0.36, 0.18)),
        hold(READY),
    ),
    (
        "hand_near_head",
        {"side": "right"},
        gesture(right_hand=(-0.05, 0.25, 0.1)),
        gesture(left_hand=(-0.05, 0.25, 0.1)),
    ),
    ("hand_above", {"level": "shoulder", "side": "both"}, gesture(**OVERHEAD), WAVING),
    ("hand_low", {"side": "right", "height": 0.5}, PICKING, STILL),
    ("hand_in_front", {"side": "both"}, gesture(**BOX), STILL),
    (
        "arm_points",
        {"direction": "forward", "side": "right"},
        gesture(right_hand=(0.0, 0.0, 0.52)),
        gesture(right_hand=(0.52, 0.0, 0.0)),
    ),
    ("arm_points", {"direction": "level"}, clip("point"), WALK),
    ("hand_oscillates", {"side": "right", "axis": "forward", "room": 0.6, "low": "hip"}, SAWING, STILL),
    ("hand_oscillates", {"axis": "up"}, clip("hammer"), gesture(**BOX)),
    ("hand_circles", {"times": 1.0}, CIRCLING, SAWING),
    ("hands_meet", {}, clip("clap"), WALK),
    ("hands_apart", {"metres": 1.0}, gesture(left_hand=(0.5, 0.0, 0.0), right_hand=(0.5, 0.0, 0.0)), STILL),
    ("hands_together_in_front", {}, gesture(left_hand=(-0.15, -0.3, 0.3), right_hand=(-0.15, -0.3, 0.3)), STILL),
    (
        "palm_faces",
        {"direction": "forward", "side": "right"},
        gesture(right_hand=(0.1, 0.2, 0.2), thumbs=(-1.0, 0.0, 0.0)),
        gesture(right_hand=(0.1, 0.2, 0.2), thumbs=(1.0, 0.0, 0.0)),
    ),
    ("reaches_up", {}, gesture(right_hand=(0.0, 0.52, 0.05)), WAVING),
    (
        "hand_leads",
        {"direction": "forward", "side": "both"},
        animate((0.0, READY), (0.3, keyed(left_hand=(0.0, -0.1, 0.5), right_hand=(0.0, -0.1, 0.5))), (1.0, READY)),
        STILL,
    ),
    (
        "foot_touched",
        {"within": 0.3},
        gesture(at=(0.0, 0.5, -0.15), lean=80.0, left_hand=(-0.1, -0.2, 0.48), right_hand=(-0.1, -0.2, 0.48)),
        STILL,
    ),
    # postures
    ("starts_standing", {}, SITTING, STANDING_UP),
    ("ends_standing", {}, clip("get_up"), SITTING),
    ("upright_at_start", {}, clip("cartwheel"), HANDSTAND),
    ("upright_at_end", {}, clip("get_up"), clip("lie_down")),
    ("stands_throughout", {}, STILL, SITTING),
    ("sits_at_end", {"floor": False}, SITTING, animate((0.0, STAND), (1.0, SQUAT), (2.0, SQUAT))),
    ("sits_at_end", {}, clip("sit_down"), WALK),
    ("sits_sometime", {"floor": True}, hold(FLOOR_SEAT), SITTING),
    ("squats", {}, clip("squat"), SITTING),
    ("lunges", {}, gesture(at=(0.0, 0.68, 0.0), left_foot=(0.09, 0.07, 0.45), right_foot=(0.09, 0.1, -0.4)), STILL),
    (
        "knee_on_floor",
        {"side": "right"},
        gesture(at=(0.0, 0.5, 0.0), left_foot=(0.09, 0.07, 0.4), right_foot=(0.09, 0.1, -0.4)),
        gesture(at=(0.0, 0.5, -0.1), lean=30.0),
    ),
    ("knee_on_floor", {}, clip("kneel"), clip("squat")),
    ("kneels_at_end", {}, animate((0.0, STAND), (1.0, ON_KNEE), (2.0, ON_KNEE)), SITTING),
    ("lies_at_end", {}, clip("lie_down"), clip("get_up")),
    ("lies_at_start", {}, clip("get_up"), clip("lie_down")),
    ("lies_sometime", {"face": "up"}, LYING_DOWN, hold(LOW_PLANK)),
    ("low_at_start", {}, STANDING_UP, SITTING),
    ("low_at_end", {}, SITTING, STANDING_UP),
    ("falls", {}, FALLING, LYING_DOWN),
    ("falls", {}, clip("fall"), SITTING),
    ("crawls", {}, clip("crawl"), hold(FOURS)),
    ("all_fours", {}, hold(FOURS), SITTING),
    ("push_ups", {}, clip("push_up"), hold(PLANK)),
    ("sit_ups", {}, repeat(ON_BACK, replace(ON_BACK, pitch=-20.0), 2, 1.6), hold(ON_BACK)),
    ("bends_down", {}, PICKING, STILL),
    ("reaches_down", {}, PICKING, hold(ON_BACK)),
    ("leans_aside", {"degrees": 20}, gesture(bend=45.0), STILL),
    ("one_leg_stands", {"side": "left"}, hold(keyed(right_foot=(0.05, 0.5, 0.1))), WALK),
    ("legs_crossed", {}, hold(replace(SEAT, right_foot=(-0.2, 0.4, 0.45))), hold(SEAT)),
    ("stretches", {}, gesture(**OVERHEAD), WAVING),
    # blows, throws and work
    ("punches", {"side": "right"}, clip("punch"), WAVING),
    ("punches", {"side": "left"}, clip("box"), RUN),
    ("kicks", {"side": "right"}, KICKING, WALK),
    ("kicks", {}, clip("kick"), RUN),
    ("kicks_ball", {}, clip("soccer"), WALK),
    ("knee_strikes", {}, animate((0.0, STAND), (0.4, keyed(right_foot=(0.09, 0.62, 0.1))), (0.9, STAND)), STILL),
    ("swings_arms", {"two_handed": True}, clip("axe"), WALK),
    ("blocks", {}, hold(keyed(left_hand=(-0.1, 0.1, 0.25))), STILL),
    ("guards", {}, hold(GUARD), WALK),
    ("ducks", {}, clip("duck"), WALK),
    ("dodges", {}, gesture(0.1, bend=35.0), STILL),
    ("recoils", {}, clip("hit"), WALK),
    ("throws", {"side": "right"}, THROWING, WALK),
    ("throws", {"style": "overarm"}, clip("throw"), STILL),
    ("catches", {}, gesture(left_hand=(-0.1, -0.15, 0.4), right_hand=(-0.1, -0.15, 0.4)), STILL),
    ("pushes", {}, clip("push"), WALK),
    (
        "pulls",
        {},
        repeat(
            keyed(left_hand=(-0.12, -0.1, 0.48), right_hand=(-0.12, -0.1, 0.48)),
            keyed(left_hand=(-0.12, -0.2, 0.15), right_hand=(-0.12, -0.2, 0.15)),
        ),
        WALK,
    ),
    ("lifts", {}, PICKING, STILL),
    ("puts_down", {}, PICKING[::-1].copy(), PICKING),
    ("carries", {}, stride(posture=keyed(**BOX), swing=0.0), WALK),
    ("draws_bow", {}, clip("draw_bow"), WALK),
    ("chops", {}, CHOPPING, PICKING),
    ("works_low", {}, clip("mop"), WALK),
    ("works_low", {}, SWEEPING, PICKING),
    ("dances", {}, clip("salsa"), WALK),
]
