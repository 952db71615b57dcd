"""A tiny poser: keyed postures of the uniform body, joined by smooth curves, as joints (T, 27, 3) at 20 fps.

Good enough to show a physical test what it looks for, and what it must not take for it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from engine.motion.skeleton import HUMANML3D
from engine.motion.uniform import uniform_offsets

FPS = 20
NAMES = HUMANML3D.joint_names
OFFSETS = uniform_offsets()[:22]
# Hanging arms, feet under the hips.
HANGING = (0.06, -0.5, 0.04)


@dataclass(frozen=True)
class Posture:
    """Lengths in metres, angles in degrees.

    Attributes:
        at: pelvis (x, height, z) in the world; yaw: where it faces, to the left positive.
        pitch: the pelvis itself turns over forward, with all above it; roll: to the left.
        lean, bend, twist: the trunk against the pelvis, forward, to the left, to the left.
        left_hand, right_hand: wrist (out, up, ahead) from its shoulder in the chest's frame, out from the body.
        left_foot, right_foot: ankle (out, height, ahead) from the pelvis' ground point in its heading, height in the
            world; lift raises both (a jump).
        head_yaw, head_pitch, head_tilt: of the head against the chest, to the left, up and to the left shoulder.
        thumbs: direction of the thumbs in the chest's frame, mirrored for the right (out, up, ahead).
        shrug: metres the shoulders are lifted.
    """

    at: tuple[float, float, float] = (0.0, 0.93, 0.0)
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    lean: float = 0.0
    bend: float = 0.0
    twist: float = 0.0
    left_hand: tuple[float, float, float] = HANGING
    right_hand: tuple[float, float, float] = HANGING
    left_foot: tuple[float, float, float] = (0.09, 0.07, 0.0)
    right_foot: tuple[float, float, float] = (0.09, 0.07, 0.0)
    lift: float = 0.0
    head_yaw: float = 0.0
    head_pitch: float = 0.0
    head_tilt: float = 0.0
    thumbs: tuple[float, float, float] = (0.0, 0.3, 1.0)
    shrug: float = 0.0


STAND = Posture()


def animate(*keys: tuple[float, Posture]) -> np.ndarray:
    """(T, 27, 3) through postures at their times in seconds, by smooth steps."""
    times = np.asarray([time for time, _ in keys])
    clock = np.arange(round(times[-1] * FPS) + 1) / FPS
    return np.stack([pose(_between(keys, times, time)) for time in clock])


def hold(posture: Posture, seconds: float = 1.5) -> np.ndarray:
    """One posture held."""
    return animate((0.0, posture), (seconds, posture))


def repeat(first: Posture, second: Posture, times: int = 3, period: float = 0.6, lead: float = 0.5) -> np.ndarray:
    """From standing into `first`, then to `second` and back so often."""
    keys = [(0.0, STAND), (lead, first)]
    for number in range(times):
        keys += [(lead + period * (number + 0.5), second), (lead + period * (number + 1), first)]
    return animate(*keys)


def stride(
    steps: int = 6,
    length: float = 0.6,
    period: float = 0.5,
    posture: Posture = STAND,
    lift: float = 0.07,
    heading: float = 0.0,
    turn: float | tuple[float, ...] = 0.0,
    swing: float = 0.1,
    uneven: float = 0.0,
    aside: float = 0.0,
) -> np.ndarray:
    """A walk in `posture`: one foot goes past the other in every period.

    `heading` 180 walks backwards; `turn` degrees to the left at each step, in turn if several; `uneven` shortens time
    and way of the right foot's stance; `aside` is how far each step goes to the left; ankles stand as high as the
    posture's left one.
    """
    keys = []
    x = z = yaw = time = 0.0
    feet = {"left": np.array([0.09, 0.0]), "right": np.array([-0.09, 0.0])}  # world x, z
    for step in range(steps + 1):
        side = "left" if step % 2 else "right"
        other = "right" if side == "left" else "left"
        out = 1.0 if side == "left" else -1.0
        ahead = np.array([np.sin(np.radians(yaw + heading)), np.cos(np.radians(yaw + heading))])
        left = np.array([np.cos(np.radians(yaw)), -np.sin(np.radians(yaw))])
        short = uneven if side == "left" else 0.0
        for phase in (0.0, 0.5):
            base = posture.left_foot[1]
            height = {side: base + (lift if phase else 0.0), other: base}
            spread = {}
            for each in ("left", "right"):
                gap = feet[each] - [x, z]
                world_left = np.array([np.cos(np.radians(yaw)), -np.sin(np.radians(yaw))])
                world_ahead = np.array([np.sin(np.radians(yaw)), np.cos(np.radians(yaw))])
                sign = 1.0 if each == "left" else -1.0
                spread[each] = (sign * float(gap @ world_left), height[each], float(gap @ world_ahead))
            arm = swing * (1 if side == "left" else -1) * (1.0 - 2.0 * phase)
            keys.append(
                (
                    time,
                    replace(
                        posture,
                        at=(x, posture.at[1], z),
                        yaw=yaw,
                        left_foot=spread["left"],
                        right_foot=spread["right"],
                        left_hand=tuple(np.add(posture.left_hand, (0, 0, -arm))),
                        right_hand=tuple(np.add(posture.right_hand, (0, 0, arm))),
                    ),
                )
            )
            time += period / 2 * (1.0 - short)
            x, z = np.array([x, z]) + (ahead * length * (1.0 - short) + left * aside) / 2
            feet[side] = np.array([x, z]) + ahead * length * (0.5 if phase == 0.0 else 0.25) + left * 0.09 * out
        yaw += turn[step % len(turn)] if isinstance(turn, tuple) else turn
    return animate(*keys)


def pose(posture: Posture) -> np.ndarray:
    """(27, 3) joints of one posture."""
    joints = np.zeros((27, 3))
    heading = _about("y", posture.yaw)
    hips = heading @ _about("x", posture.pitch) @ _about("z", -posture.roll)
    chest = hips @ _about("y", posture.twist) @ _about("x", posture.lean) @ _about("z", -posture.bend)
    spine = {
        name: hips
        @ _about("y", share * posture.twist)
        @ _about("x", share * posture.lean)
        @ _about("z", -share * posture.bend)
        for name, share in (("spine1", 0.3), ("spine2", 0.6), ("spine3", 0.9))
    }
    joints[0] = np.asarray(posture.at)
    for joint, parent in enumerate(HUMANML3D.parents):
        name = NAMES[joint]
        if parent < 0 or name.endswith(("elbow", "wrist", "knee", "ankle", "foot")):
            continue
        turn = hips if name.endswith("hip") else spine.get(name, chest)
        joints[joint] = joints[parent] + turn @ OFFSETS[joint]
        if name.endswith("shoulder"):
            joints[joint] += chest @ [0.0, posture.shrug, 0.0]
    face = chest @ _about("y", posture.head_yaw) @ _about("x", -posture.head_pitch)
    joints[15] = joints[12] + chest @ _about("z", -posture.head_tilt) @ _about("x", -posture.head_pitch) @ OFFSETS[15]
    joints[22] = joints[15] + face @ [0.0, 0.0, 0.12]
    for side, sign, numbers in (
        ("left", 1.0, (1, 4, 7, 10, 16, 18, 20, 23, 25)),
        ("right", -1.0, (2, 5, 8, 11, 17, 19, 21, 24, 26)),
    ):
        hip, knee, ankle, toe, shoulder, elbow, wrist, knuckle, thumb = numbers
        out, up, ahead = getattr(posture, f"{side}_hand")
        target = joints[shoulder] + chest @ [sign * out, up, ahead]
        pole = chest @ np.asarray([sign * 0.7, -0.5, -0.6])
        joints[elbow], joints[wrist] = _reach(joints[shoulder], target, 0.26, 0.268, pole)
        along = (joints[wrist] - joints[elbow]) / 0.268
        joints[knuckle] = joints[wrist] + 0.09 * along
        to_thumb = chest @ np.multiply(posture.thumbs, (sign, 1.0, 1.0))
        to_thumb -= along * (to_thumb @ along)
        joints[thumb] = joints[wrist] + 0.05 * to_thumb / max(np.linalg.norm(to_thumb), 1e-6)
        out, height, ahead = getattr(posture, f"{side}_foot")
        ground = np.asarray([posture.at[0], 0.0, posture.at[2]])
        target = ground + heading @ [sign * out, height + posture.lift, ahead]
        pole = hips @ np.asarray([sign * 0.15, 0.0, 1.0])
        joints[knee], joints[ankle] = _reach(joints[hip], target, 0.3919, 0.429, pole)
        shin = (joints[ankle] - joints[knee]) / 0.429
        forward = heading @ [0.0, 0.0, 1.0]
        sole = forward - shin * (forward @ shin)
        flat = height < 0.12 and posture.lift == 0.0
        direction = forward * 0.92 + np.asarray([0.0, -0.38, 0.0]) if flat else 0.85 * sole + 0.5 * shin
        joints[toe] = joints[ankle] + 0.1464 * direction / np.linalg.norm(direction)
    return joints


def _between(keys: tuple[tuple[float, Posture], ...], times: np.ndarray, time: float) -> Posture:
    after = int(np.clip(np.searchsorted(times, time), 1, len(times) - 1))
    share = np.clip((time - times[after - 1]) / max(times[after] - times[after - 1], 1e-9), 0.0, 1.0)
    share = share * share * (3.0 - 2.0 * share)
    first, second = keys[after - 1][1], keys[after][1]
    mixed = {}
    for field in fields(Posture):
        one, two = np.asarray(getattr(first, field.name)), np.asarray(getattr(second, field.name))
        value = (1.0 - share) * one + share * two
        mixed[field.name] = tuple(value) if value.ndim else float(value)
    return Posture(**mixed)


def _about(axis: str, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(
        {
            "x": [[1, 0, 0], [0, cos, -sin], [0, sin, cos]],
            "y": [[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]],
            "z": [[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]],
        }[axis]
    )


def _reach(
    start: np.ndarray, target: np.ndarray, upper: float, lower: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Middle and end of two bones that reach for a target, bent towards the pole."""
    line = target - start
    distance = float(np.clip(np.linalg.norm(line), abs(upper - lower) + 1e-3, upper + lower - 1e-3))
    line = line / max(np.linalg.norm(line), 1e-9)
    along = (upper**2 - lower**2 + distance**2) / (2 * distance)
    aside = pole - line * (pole @ line)
    aside = aside / max(np.linalg.norm(aside), 1e-9)
    middle = start + along * line + np.sqrt(max(upper**2 - along**2, 0.0)) * aside
    return middle, start + distance * line
