"""When a body hangs in the air as no body can."""

from __future__ import annotations

import numpy as np

from engine.evaluation.prompts.physical.body import FPS, HEAD, HIP, KNEE, NECK, PELVIS, SHOULDER, Array, airborne, spans

HOVERING_SECONDS = 0.8
# A free fall accelerates by -9.8 m/s²; smoothing and a body that folds make it look slower, hanging makes it 0.
LEAST_FALL = -5.0


def centre_height(joints: Array) -> Array:
    """(T,) height of the trunk and thighs, where most of the weight is."""
    parts = [PELVIS, PELVIS, NECK, HEAD, *HIP.values(), *SHOULDER.values(), *KNEE.values()]
    return joints[:, parts, 1].mean(axis=1)


def hovering_seconds(joints: Array) -> float:
    """Longest time for which nothing touches the floor and the weight does not fall freely.

    Stretches with nothing at the floor (`body.airborne`: toes above 7 cm, ankles above 13, all else above 16) in which
    a parabola through the weight's height falls by at least 5 m/s² are flights, and no hovering. Climbing, sitting on
    something with dangling feet and hanging count: such prompts say so in `allows`.
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
