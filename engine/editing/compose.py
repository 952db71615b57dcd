"""Put regenerated frames between kept ones, in joint space.

Tokens are four frames long and reproduce a motion only nearly, so what is kept is not taken from
them: kept frames are the input's own, and the regenerated ones are made to fit:

* the root's path goes on from the kept pose with its velocity; where it has to meet a kept pose at
  the far end (which does not move), heading and path are corrected over the whole span;
* bones point where they were decoded, plus an offset that makes them meet the kept poses and dies
  away; their lengths, and the shapes of pelvis and chest, are the input's;
* ankles keep their decoded places, knees are re-solved, planted feet are held.

Everything here is in the canonical frame (`engine.editing.canonical_frame`), 20 fps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.editing.planted import hold_planted
from engine.editing.seams import (
    decaying_offsets,
    find_spans,
    from_rotation_vectors,
    limit_seams,
    smooth_seams,
    spread_weights,
    to_rotation_vectors,
)
from engine.motion import rotations
from engine.motion.cleanup import TORSO, stiffen_torso
from engine.motion.features import features_of_every_frame, smooth_heading
from engine.motion.feet import LEGS, clear_swings, lock_feet, solve_two_bones
from engine.motion.parts import BodyPart, FeatureLayout
from engine.motion.skeleton import skeleton_of, skeleton_of_features
from engine.motion.uniform import uniform_offsets

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class RootTrack:
    """The root over the ground: heading (T,) in radians, world into heading frame; places (T, 2) x, z."""

    yaw: Array
    places: Array


@dataclass(frozen=True)
class Take:
    """A motion in the canonical frame: joints (T, J, 3), features (T, F), heading (T,) in radians."""

    joints: Array
    features: Array
    yaw: Array

    @classmethod
    def of(cls, joints: Array) -> Take:
        """The take of joints (T, J, 3), T >= 2."""
        # The first frame twice: the published heading starts at zero whatever the pose.
        doubled = smooth_heading(np.concatenate((joints[:1], joints)))[1:]
        yaw = np.unwrap(2.0 * np.arctan2(doubled[:, 2], doubled[:, 0]))
        return cls(joints, features_of_every_frame(joints), yaw)

    def at(self, frames: NDArray[np.int64]) -> Take:
        """The same motion with its frames in another order, or some of them repeated."""
        return Take(self.joints[frames], self.features[frames], self.yaw[frames])

    @property
    def root(self) -> RootTrack:
        """Where the root is and where it heads, as the features define heading."""
        return RootTrack(self.yaw, self.joints[:, 0][:, [0, 2]])


def joint_masks(mask: Flags, parts: tuple[BodyPart, ...]) -> Flags:
    """(T, P) over body parts -> (T, J) over joints."""
    flags = np.zeros((len(mask), sum(len(part.joints) for part in parts)), dtype=np.bool_)
    for column, part in enumerate(parts):
        flags[:, list(part.joints)] = mask[:, [column]]
    return flags


def untouched_joints(mask: Flags, parts: tuple[BodyPart, ...]) -> Flags:
    """(T, J) joints that an edit leaves exactly where they are: neither they nor the root are masked."""
    flags = joint_masks(mask, parts)
    return ~flags & ~flags[:, :1]


def trace_root(original: RootTrack, given: Array, decoded: Array, kept: Flags, meet: bool = True) -> RootTrack:
    """The root's way through kept and regenerated frames.

    Args:
        original: the input's track; kept frames lie on it.
        given, decoded: features (T, >= 3) whose first three columns are the root's steps.
        kept: (T,) frames whose root is the input's.
        meet: correct each span's path so that it ends at the next kept place. Otherwise all that
            comes after a span is moved to where the span ends; headings always meet.
    """
    steps = _blend_steps(given, decoded, kept)
    yaw, places = original.yaw.copy(), original.places.copy()
    for first, stop in find_spans(~kept):
        before, after = first - 1, stop
        if before < 0 and after < len(kept):
            _trace_back(yaw, places, steps, after)
            continue
        start, end = max(before, 0), min(after, len(kept) - 1)
        turned = _turn_on(yaw[start], steps[start:end])
        if after < len(kept):
            weights = spread_weights(np.linalg.norm(steps[start:end, 1:3], axis=-1))
            turned = turned + weights * _shorter_way(yaw[after] - turned[-1])
        moved = _walk_on(places[start], turned, steps[start:end])
        if after < len(kept):
            gap = places[after] - moved[-1]
            if meet:
                moved = moved + weights[:, None] * gap
            else:
                places[after:] -= gap
            turned, moved = turned[:-1], moved[:-1]
        yaw[start : start + len(turned)] = turned
        places[start : start + len(moved)] = moved
    # A span may take the other way round than the input did: whole turns are no steps.
    return RootTrack(smooth_seams(np.unwrap(yaw), kept), smooth_seams(places, kept))


def measure_gaps(take: Take, decoded: Array, mask: Flags, parts: tuple[BodyPart, ...]) -> float:
    """How badly the decoded motion misses the kept frames, in metres; the smaller, the better it fits.

    For every span between kept frames: the distance by which the root misses the far seam, with half
    a metre for a radian of heading; for every seam the mean distance of the joints in the heading frame.
    """
    flags = joint_masks(mask, parts)
    kept, original = ~flags[:, 0], take.root
    steps = _blend_steps(take.features, decoded, kept)
    total = 0.0
    for first, stop in find_spans(~kept):
        if first == 0 or stop == len(kept):
            continue
        turned = _turn_on(original.yaw[first - 1], steps[first - 1 : stop])
        moved = _walk_on(original.places[first - 1], turned, steps[first - 1 : stop])
        total += float(np.linalg.norm(original.places[stop] - moved[-1]))
        total += 0.5 * abs(float(_shorter_way(original.yaw[stop] - turned[-1])))
    errors = np.linalg.norm(_heading_poses(take.features) - _heading_poses(decoded), axis=-1).mean(axis=1)
    for first, stop in find_spans(mask.any(axis=1)):
        total += sum(float(errors[seam]) for seam in (first - 1, stop) if 0 <= seam < len(mask))
    return total


def _turn_on(yaw: float, steps: Array) -> Array:
    """(n + 1,) headings from `yaw` on, by n steps."""
    return yaw + np.concatenate(([0.0], np.cumsum(2.0 * steps[:, 0])))


def _walk_on(place: Array, yaw: Array, steps: Array) -> Array:
    """(n + 1, 2) places from `place` on, by n steps under headings (n + 1,)."""
    return np.concatenate((place[None], place + np.cumsum(_to_world(yaw[1:], steps[:, 1:3]), axis=0)))


def _shorter_way(angle: float) -> float:
    return float(np.mod(angle + np.pi, 2 * np.pi) - np.pi)


def _blend_steps(given: Array, decoded: Array, kept: Flags) -> Array:
    """(T, 3) steps of the root: decoded ones that start and end as the kept ones go."""
    errors = np.asarray(given[:, :3] - decoded[:, :3], dtype=np.float64)
    # The slope of a velocity is an acceleration: too noisy to be continued.
    return decoded[:, :3] + decaying_offsets(errors, kept, slopes=False)


def _trace_back(yaw: Array, places: Array, steps: Array, after: int) -> None:
    """Fill in the frames before the first kept one, going backwards."""
    for frame in range(after - 1, -1, -1):
        yaw[frame] = yaw[frame + 1] - 2.0 * steps[frame, 0]
        places[frame] = places[frame + 1] - _to_world(yaw[frame + 1 : frame + 2], steps[frame, None, 1:3])[0]


def _to_world(yaw: Array, planar: Array) -> Array:
    """Turn (n, 2) ground vectors x, z out of heading frames (n,)."""
    sine, cosine = np.sin(yaw), np.cos(yaw)
    x, z = planar[:, 0], planar[:, 1]
    return np.stack((cosine * x - sine * z, sine * x + cosine * z), axis=-1)


def compose(take: Take, decoded: Array, mask: Flags, parts: tuple[BodyPart, ...], stays: bool = False) -> Array:
    """Joints (T, J, 3) float64: kept ones are those of `take`, the others come from `decoded`.

    Args:
        take: the input; frames that are regenerated may hold anything finite.
        decoded: features (T, F) of the whole motion after regenerating.
        mask: (T, P) true where a body part is regenerated. The part with the root carries the
            others: where only it is regenerated, they keep their pose and move with the pelvis.
        stays: nobody asked for a step, so feet and a seat stay where they are on both sides of a span.
    """
    flags = joint_masks(mask, parts)
    rooted = flags[:, 0]
    root = trace_root(take.root, take.features, decoded, ~rooted)
    given_pose, decoded_pose = _heading_poses(take.features), _heading_poses(decoded)
    bones = _blend_bones(given_pose, decoded_pose, flags)
    stiff = _stiffen(bones, given_pose, flags)
    lengths = _bone_lengths(take.joints, flags)
    pose = np.zeros_like(given_pose)
    height = decoded_pose[:, :1, 1] + decaying_offsets((given_pose - decoded_pose)[:, :1, 1], ~rooted)
    pose[:, 0, 1] = smooth_seams(np.where(rooted, height[:, 0], given_pose[:, 0, 1]), ~rooted)
    # Hips keep their heights, as in `engine.motion.cleanup`.
    hips = [hip - 1 for hip, *_ in LEGS]
    pose[:, 0, 1] += np.where(rooted, (lengths[:, hips] * (bones - stiff)[:, hips, 1]).mean(axis=1), 0.0)
    for child, parent in enumerate(_parents(pose), start=1):
        pose[:, child] = pose[:, parent] + lengths[:, child - 1, None] * stiff[:, child - 1]
    if rooted.any():
        _place_legs(pose, given_pose, decoded_pose, ~rooted)
    world = rotations.rotate(rotations.about_y(-root.yaw)[:, None], pose)
    world[..., [0, 2]] += root.places[:, None]
    # Where the root is kept, what hangs on it is re-attached to the input's own pelvis.
    world = np.where(rooted[:, None, None], world, world + (take.joints[:, :1] - world[:, :1]))
    untouched = untouched_joints(mask, parts)
    world = np.where(untouched[..., None], take.joints, world)
    if rooted.any():
        locked = clear_swings(lock_feet(world, kept=~rooted), ~rooted)
        world = np.where((flags & rooted[:, None])[..., None], locked, world)
    limited = _limit(world, untouched)
    if not rooted.any():
        return limited
    planted = hold_planted(limited, ~rooted, stays)
    # A pelvis that is lowered takes along what hangs on it, also where only the legs were asked for.
    return np.where((rooted[:, None] & ~untouched)[..., None], planted, limited)


def _limit(world: Array, untouched: Flags) -> Array:
    """Joints (T, J, 3) whose seams are limited, with bones as long as they are; `untouched` (T, J) stay."""
    movable = ~untouched.all(axis=0)
    limited = limit_seams(world[:, movable], untouched.all(axis=1))
    if np.array_equal(limited, world[:, movable]):
        return world
    joints = world.copy()
    joints[:, movable] = limited
    joints = np.where(untouched[..., None], world, joints)
    before, after = (_bones_of(each) for each in (world, joints))
    ways = stiffen_torso(rotations.normalize(after), rotations.normalize(before), untouched)
    for child, parent in enumerate(_parents(world), start=1):
        length = np.linalg.norm(before[:, child], axis=-1, keepdims=True)
        reached = joints[:, parent] + length * ways[:, child]
        joints[:, child] = np.where(untouched[:, child, None], world[:, child], reached)
    return joints


def _bones_of(joints: Array) -> Array:
    """(T, J, 3) from every joint's parent to it; the root's is zero."""
    parents = _parents(joints)
    return np.concatenate((np.zeros_like(joints[:, :1]), joints[:, 1:] - joints[:, parents]), axis=1)


def _heading_poses(features: Array) -> NDArray[np.float64]:
    """(T, J, 3) joints in the heading frame above the root's ground point, read off features."""
    layout = FeatureLayout(skeleton_of_features(features.shape[1]).num_joints)
    pose = np.zeros((len(features), layout.joint_count, 3))
    pose[:, 0, 1] = features[:, 3]
    pose[:, 1:] = np.asarray(features)[:, layout.positions].reshape(len(features), -1, 3)
    return pose


def _parents(joints: Array) -> list[int]:
    """Parents of the joints 1.. of (T, J, 3)."""
    return list(skeleton_of(joints.shape[1]).parents[1:])


def _blend_bones(given: Array, decoded: Array, flags: Flags) -> Array:
    """(T, J - 1, 3) unit bone directions in the heading frame: kept ones given, others fitted decoded."""
    parents = _parents(given)
    wanted = rotations.normalize(given[:, 1:] - given[:, parents])
    made = rotations.normalize(decoded[:, 1:] - decoded[:, parents])
    errors = to_rotation_vectors(rotations.between(made, wanted))
    bones = wanted.copy()
    for columns, hidden in _groups(flags):
        if hidden.any():
            offsets = decaying_offsets(errors[:, columns], ~hidden)
            turned = rotations.rotate(from_rotation_vectors(offsets), made[:, columns])
            joined = np.where(hidden[:, None, None], turned, wanted[:, columns])
            bones[:, columns] = rotations.normalize(smooth_seams(joined, ~hidden))
    return bones


def _stiffen(bones: Array, given: Array, flags: Flags) -> Array:
    """Bone directions (T, J - 1, 3), of which those of pelvis and chest keep the shape that the input has there.

    Through a span it goes evenly from one seam's to the other's; where nothing is kept it is the uniform body's.
    """
    uniform = rotations.normalize(uniform_offsets(skeleton_of(given.shape[1])))
    made, own = np.pad(bones, ((0, 0), (1, 0), (0, 0))), rotations.normalize(_bones_of(given))
    shapes, frames = np.broadcast_to(uniform, own.shape).copy(), np.arange(len(given))
    for part in map(list, TORSO):
        known = frames[~flags[:, part].any(axis=1)]
        if len(known):
            turns = rotations.invert(rotations.fit_rotations(uniform[part], own[known][:, part]))
            local = rotations.rotate(turns[:, None], own[known][:, part])
            columns = local.reshape(len(known), -1).T
            found = np.stack([np.interp(frames, known, column) for column in columns], axis=-1)
            shapes[:, part] = rotations.normalize(found.reshape(len(frames), len(part), 3))
    return stiffen_torso(made, shapes, ~flags)[:, 1:]


def _bone_lengths(joints: Array, flags: Flags) -> Array:
    """(T, J - 1) the input's bone lengths; through a span they go evenly from one seam's to the other's."""
    lengths = np.linalg.norm(joints[:, 1:] - joints[:, _parents(joints)], axis=-1)
    frames = np.arange(len(joints))
    for columns, hidden in _groups(flags):
        known = frames[~hidden]
        for column in columns:
            if len(known):
                lengths[:, column] = np.interp(frames, known, lengths[known, column])
            else:
                lengths[:, column] = np.median(lengths[:, column])
    return lengths


def _groups(flags: Flags) -> list[tuple[list[int], Flags]]:
    """Bones (0 is that of joint 1) whose joints are masked alike, with their mask (T,)."""
    groups: dict[bytes, tuple[list[int], Flags]] = {}
    for bone in range(flags.shape[1] - 1):
        groups.setdefault(flags[:, bone + 1].tobytes(), ([], flags[:, bone + 1]))[0].append(bone)
    return list(groups.values())


def _place_legs(pose: Array, given: Array, decoded: Array, kept: Flags) -> None:
    """Move the ankles of a pose (T, J, 3) to where they were decoded, fitted to the kept ones."""
    lowest = min(0.0, float(given[kept].min(initial=0.0, where=np.array([False, True, False]))))
    for hip, knee, ankle, toe in LEGS:
        offset = decaying_offsets((given - decoded)[:, ankle], kept)
        foot = pose[:, toe] - pose[:, ankle]
        wanted = smooth_seams(decoded[:, ankle] + offset, kept)
        sole = wanted[:, 1] + np.minimum(0.0, foot[:, 1])
        wanted[:, 1] += np.maximum(0.0, lowest - sole)
        pose[:, knee], pose[:, ankle] = solve_two_bones(pose[:, hip], pose[:, knee], pose[:, ankle], wanted)
        pose[:, toe] = pose[:, ankle] + foot
