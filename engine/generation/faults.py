"""What no body does: hanging in the air, sinking into the floor, gliding over it, or jumping from one place to another;
and what no take is cut like: in the middle of a jump.

Pure functions of a motion's joints and its prompt; what a prompt asks for is no fault.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.filters import smooth
from engine.generation.heights import leaves_the_floor
from engine.motion.grounding import airborne, spans, touches
from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import to_uniform_size

Array = NDArray[np.floating]
Fault = Literal["hovers", "sinks", "slides", "jerks", "airborne"]
FAULTS: tuple[Fault, ...] = get_args(Fault)

FPS = HUMANML3D.fps
HOVERING_SECONDS = 0.8
# A free fall accelerates by -9.8 m/s²; smoothing and a body that folds make it look slower, hanging makes it 0.
LEAST_FALL = -5.0
# Depth of a joint's middle below the floor, metres; cleaned motions hardly dip at all.
SINKING = 0.06
# A body glides when all that touches the floor travels faster than this, metres a second, for so long, seconds, while
# its pelvis is higher than this, metres: who rolls or falls travels with all of the body. Runs come to 0.55 s.
GLIDING_SPEED, GLIDING_SECONDS, UPRIGHT = 0.3, 0.6, 0.55
# Acceleration of the pelvis that only a cut has, m/s² at 20 fps: of 144 takes the hardest, a roll, had 50.
JERKING = 80.0
# Height of the lowest joint, metres, over which a first or last frame is one of a jump. Captured runs come to 0.24 and
# are told by their words; of 254 captured segments with a jump two are cut like that.
IN_THE_AIR = 0.15

# How often a take that is faulty or lacks what its prompt says is drawn again,
# before it is shown with its mark.
MOST_REDRAWS = 3
# Seeds of those draws lie this far apart.
REDRAW_STRIDE = 7_368_787

_NAMES = HUMANML3D.joint_names
# Where most of the weight is: trunk and thighs, the pelvis twice.
_WEIGHT = [
    _NAMES.index(name)
    for name in ("pelvis", "pelvis", "neck", "head", "left_hip", "right_hip", "left_shoulder", "right_shoulder")
] + [_NAMES.index("left_knee"), _NAMES.index("right_knee")]
_GLIDES = re.compile(
    r"\b(?:slid\w*|slip\w*|skat\w*|ski|skis|skiing|surf\w*|moonwalk\w*|glid\w*|shuffl\w*|drag\w*|spin\w*|"
    r"pirouett\w*|twirl\w*|scoot\w*|snowboard\w*|rid(?:e|es|ing)|roll\w*|cartwheel\w*|flips?|backflips?)\b",
    re.IGNORECASE,
)
_IN_FLIGHT = re.compile(
    r"\b(?:run(?:s|ning)?|jog\w*|sprint\w*|gallop\w*|mid-?air|landing|lands? (?:from|after)|"
    r"(?:jump|leap|hop|drop|fall|flip)\w* (?:off|down|from (?:a|an|the)))\b",
    re.IGNORECASE,
)


def find_faults(joints: Array, prompt: str) -> tuple[Fault, ...]:
    """What is wrong with a motion (T, J, 3), metres, Y up, floor at zero, 20 fps, that its prompt does not ask for."""
    body = to_uniform_size(joints)[:, : HUMANML3D.num_joints]
    high = leaves_the_floor(prompt)
    found: dict[Fault, bool] = {
        "hovers": not high and hovering_seconds(body) > HOVERING_SECONDS,
        "sinks": bool(-body[..., 1].min() > SINKING),
        "slides": not high and not _GLIDES.search(prompt) and gliding_seconds(body) > GLIDING_SECONDS,
        "jerks": strongest_jolt(body) > JERKING,
        "airborne": not high and not _IN_FLIGHT.search(prompt) and is_cut_in_the_air(body),
    }
    return tuple(fault for fault, there in found.items() if there)


def centre_height(joints: Array) -> Array:
    """(T,) height of the trunk and thighs, where most of the weight is."""
    return np.asarray(joints[:, _WEIGHT, 1].mean(axis=1))


def hovering_seconds(joints: Array) -> float:
    """Longest time for which nothing touches the floor and the weight does not fall freely.

    Stretches with nothing at the floor (`grounding.airborne`: toes above 7 cm, ankles above 13, all else above 16) in
    which a parabola through the weight's height falls by at least 5 m/s² are flights, and no hovering. Climbing,
    sitting on something with dangling feet and hanging count: such prompts say so.
    """
    worst = 0.0
    for start, stop in spans(airborne(joints)):
        time = np.arange(stop - start) / FPS
        if stop - start >= 4:
            fall = 2.0 * np.polyfit(time, centre_height(joints)[start:stop], 2)[0]
            if fall <= LEAST_FALL:
                continue
        worst = max(worst, (stop - start) / FPS)
    return worst


def is_cut_in_the_air(joints: Array) -> bool:
    """Whether nothing is near the floor at the first frame, or at the last."""
    ends = joints[[0, -1]]
    return bool((airborne(ends) & (ends[..., 1].min(axis=1) > IN_THE_AIR)).any())


def gliding_seconds(joints: Array) -> float:
    """Longest time for which something is at the floor and all of it travels: a walk always has a foot that stands."""
    if len(joints) < 3:
        return 0.0
    ground = smooth(np.asarray(joints)[..., [0, 2]], 1.0)
    speed = np.linalg.norm(np.gradient(ground, axis=0), axis=-1) * FPS
    slowest = np.where(touches(joints), speed, np.inf).min(axis=1)
    gliding = np.isfinite(slowest) & (slowest > GLIDING_SPEED) & (joints[:, 0, 1] > UPRIGHT)
    return max((stop - start for start, stop in spans(gliding)), default=0) / FPS


def strongest_jolt(joints: Array) -> float:
    """Greatest acceleration of the pelvis, m/s²."""
    if len(joints) < 3:
        return 0.0
    return float(np.linalg.norm(np.diff(joints[:, 0], n=2, axis=0), axis=-1).max() * FPS**2)
