"""A skeleton in other axes, units and names comes back as the motion it carries."""

import dataclasses

import numpy as np
import pytest

from engine.data.conform import conform, uniform_offsets
from engine.data.extremities import add_extremities
from engine.data.skeletons.families import FAMILIES, _bare_names, find_family, named_families
from engine.data.skeletons.finder import find_joints
from engine.data.skeletons.upright import find_upright, rest_upright
from engine.data.trials import build_trial, drop_calibration_pose, find_jumps, place_on_floor
from engine.motion import rotations
from engine.motion.clip import SkeletonClip, pose_skeleton
from engine.motion.contacts import measure_skate
from engine.motion.errors import MotionError
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D

NAMES = {
    "pelvis": "Hips",
    "spine1": "Chest",
    "spine2": "Chest3",
    "spine3": "Chest4",
    "neck": "Neck",
    "head": "Head",
    "hip": "*Hip",
    "knee": "*Knee",
    "ankle": "*Ankle",
    "foot": "*Toe",
    "collar": "*Collar",
    "shoulder": "*Shoulder",
    "elbow": "*Elbow",
    "wrist": "*Wrist",
}


def source_name(joint: str) -> str:
    side, _, rest = joint.partition("_")
    if side in ("left", "right"):
        return NAMES[rest].replace("*", side.capitalize())
    return NAMES[joint]


def make_clip(frames: int = 30, fps: float = 20.0) -> tuple[SkeletonClip, np.ndarray]:
    """A moving skeleton with our proportions, and its 27 joints in metres; head and hands by their rotations alone."""
    rng = np.random.default_rng(3)
    count = HUMANML3D.num_joints
    time = np.arange(frames) / fps
    angles = 0.4 * np.sin(2 * np.pi * (time[:, None, None] * rng.uniform(0.2, 1, (count, 3)) + rng.random((count, 3))))
    local = rotations.normalize(np.concatenate((np.ones((frames, count, 1)), angles / 2), axis=-1))
    offsets = uniform_offsets()
    moves = np.broadcast_to(offsets, (frames, count, 3)).copy()
    moves[:, 0] = np.stack((0 * time, 0.95 + 0 * time, time), axis=-1)
    positions, turned = pose_skeleton(HUMANML3D.parents, offsets, local, moves)
    rest, still = pose_skeleton(HUMANML3D.parents, offsets, np.tile([1.0, 0, 0, 0], (1, count, 1)))
    names = tuple(source_name(name) for name in HUMANML3D.joint_names)
    ends = uniform_offsets(EXPRESSIVE)[22:]
    above = list(EXPRESSIVE.parents[22:])
    wide = np.concatenate((positions, positions[:, above] + rotations.rotate(turned[:, above], ends)), axis=1)
    return SkeletonClip(names, HUMANML3D.parents, positions, turned, rest[0], still[0], fps), wide


def in_other_axes(clip: SkeletonClip, scale: float) -> SkeletonClip:
    """Z up, X forward, in `scale` units a metre."""
    turn = rotations.from_matrix(np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]))
    back = rotations.invert(turn)

    def moved(points: np.ndarray) -> np.ndarray:
        return scale * rotations.rotate(turn, points)

    def spun(quaternions: np.ndarray) -> np.ndarray:
        return rotations.multiply(turn, rotations.multiply(quaternions, back))

    return SkeletonClip(
        clip.joint_names,
        clip.parents,
        moved(clip.positions),
        spun(clip.rotations),
        moved(clip.rest_positions),
        spun(clip.rest_rotations),
        clip.fps,
    )


@pytest.mark.parametrize("scale", [1.0, 100.0, 17.7])
def test_axes_and_units_do_not_matter(scale):
    clip, joints = make_clip()
    result = conform(in_other_axes(clip, scale))
    assert np.abs(result - joints).max() < 2e-3


def test_hands_that_do_not_turn_are_not_known():
    clip, _ = make_clip()
    names = tuple(name.replace("LeftWrist", "LeftElbow_end") for name in clip.joint_names)
    family = dataclasses.replace(find_family(clip), wrist=("LeftElbow_end", "RightWrist"))
    bare = dataclasses.replace(clip, joint_names=names)
    wide = add_extremities(clip.positions, bare, family, clip.rotations, clip.rest_positions)
    known = np.isfinite(wide).all(axis=(0, 2))
    assert known.tolist() == [True] * 22 + [True, False, True, False, True]


def test_a_thumb_in_the_skeleton_says_where_thumbs_are():
    clip, _ = make_clip()
    wrist = clip.index("LeftWrist")
    thumb = [0.03, 0.04, 0.0]
    moved = clip.positions[:, wrist] + rotations.rotate(clip.rotations[:, wrist], np.asarray(thumb))
    thumbed = SkeletonClip(
        (*clip.joint_names, "LeftThumb"),
        (*clip.parents, wrist),
        np.concatenate((clip.positions, moved[:, None]), axis=1),
        np.concatenate((clip.rotations, clip.rotations[:, wrist, None]), axis=1),
        np.concatenate((clip.rest_positions, [clip.rest_positions[wrist] + thumb])),
        np.concatenate((clip.rest_rotations, clip.rest_rotations[wrist, None])),
        clip.fps,
    )
    wide = conform(thumbed)
    upwards = rotations.rotate(clip.rotations[:, wrist], np.asarray([0.0, 0.05, 0.0]))
    np.testing.assert_allclose(wide[:, 25] - wide[:, 20], upwards, atol=2e-3)


def laid_along_the_axis(clip: SkeletonClip) -> SkeletonClip:
    """The same motion by a file whose rest pose means nothing: every bone lies along +X."""
    offsets = np.zeros((len(clip.parents), 3))
    turns = np.zeros((len(clip.parents), 4))
    for joint, parent in enumerate(clip.parents):
        bone = clip.rest_positions[joint] - clip.rest_positions[max(parent, 0)]
        offsets[joint] = [np.linalg.norm(bone), 0.0, 0.0]
        turns[joint] = rotations.between(np.asarray([1.0, 0.2, 0.1]), rotations.normalize(bone + [1e-9, 0, 0]))
    lying, _ = pose_skeleton(clip.parents, offsets, np.tile([1.0, 0, 0, 0], (1, len(offsets), 1)))
    return SkeletonClip(
        clip.joint_names,
        clip.parents,
        clip.positions,
        rotations.multiply(clip.rotations, turns),
        lying[0],
        np.tile([1.0, 0, 0, 0], (len(offsets), 1)),
        clip.fps,
    )


def test_a_meaningless_rest_pose_gives_way_to_a_standing_frame():
    clip, joints = make_clip()
    standing = clip.replaced(
        np.broadcast_to(clip.rest_positions + [0, 0.95, 0], (5, *clip.rest_positions.shape)),
        np.broadcast_to(clip.rest_rotations, (5, *clip.rest_rotations.shape)),
        clip.fps,
    )
    strange, stand = laid_along_the_axis(clip), laid_along_the_axis(standing)
    family = find_family(strange)
    assert rest_upright(strange, family) is None
    stance = find_upright(strange, family, [stand])
    assert np.abs(conform(strange, stance)[:, :22] - joints[:, :22]).max() < 2e-3


def test_feet_that_point_down_in_the_rest_pose_are_taken_from_where_they_stand():
    clip, joints = make_clip()
    feet = [clip.index("LeftToe"), clip.index("RightToe")]
    ankles = [clip.index("LeftAnkle"), clip.index("RightAnkle")]
    rest, turned = clip.rest_positions.copy(), clip.rotations.copy()
    down = np.asarray([np.cos(np.pi / 4), np.sin(np.pi / 4), 0.0, 0.0])
    rest[feet] = rest[ankles] + rotations.rotate(down, rest[feet] - rest[ankles])
    turned[:, ankles] = rotations.multiply(turned[:, ankles], rotations.invert(down))
    still = clip.replaced(clip.rest_positions[None] + [0, 0.95, 0], clip.rest_rotations[None].copy(), clip.fps)
    still.rotations[:, ankles] = rotations.invert(down)
    pointed = dataclasses.replace(clip, rotations=turned, rest_positions=rest)
    stance = find_upright(pointed, find_family(pointed), [dataclasses.replace(still, rest_positions=rest)] * 9)
    assert np.abs(conform(pointed, stance)[:, :22] - joints[:, :22]).max() < 0.02


def test_a_stylised_body_stands_on_our_feet():
    clip, _ = make_clip()
    rest = clip.rest_positions + [0, 0.95, 0]
    hovering = np.broadcast_to(rest, clip.positions.shape).copy()
    hovering[:, [clip.index("Hips")]] += [0, 0.3, 0]
    still = np.broadcast_to(clip.rest_rotations, clip.rotations.shape)
    stood = conform(dataclasses.replace(clip, positions=hovering, rotations=still, rest_positions=rest), stylised=True)
    np.testing.assert_allclose(stood[:, [10, 11], 1], 0.015, atol=1e-6)


def named_otherwise(clip: SkeletonClip) -> SkeletonClip:
    return dataclasses.replace(clip, joint_names=tuple(f"bone{number}" for number in range(len(clip.joint_names))))


def test_unknown_names_are_told_by_shape():
    clip, joints = make_clip()
    found = conform(named_otherwise(in_other_axes(clip, 40.0)))
    assert np.abs(found[:, :22] - joints[:, :22]).max() < 0.02


@pytest.mark.parametrize("family", ["daz", "motionbuilder_spine1", "style100", "unreal"])
def test_finder_and_families_agree(family):
    known = next(one for one in FAMILIES if one.name == family)
    clip, _ = make_clip()
    parts = {"pelvis": known.pelvis, "neck": known.neck, "spine3": known.chest}
    for side, prefix in enumerate(("left", "right")):
        for part in ("collar", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"):
            parts[f"{prefix}_{part}"] = getattr(known, part)[side]
    joints = EXPRESSIVE.joint_names[: len(clip.joint_names)]
    names = tuple(parts.get(joint, f"other{number}") for number, joint in enumerate(joints))
    renamed = dataclasses.replace(clip, joint_names=names)
    found = find_joints(renamed)
    wanted = {slot: name for slot, name in parts.items() if "collar" not in slot and slot != "spine3"}
    assert {slot: found[slot] for slot in wanted} == wanted


def test_names_that_say_the_other_side_are_not_overruled_by_shape():
    clip, _ = make_clip()
    swap = {"L": "R", "R": "L"}
    names = tuple(
        f"{swap[joint[0].upper()]}_part{number}" if joint.startswith(("left", "right")) else f"middle{number}"
        for number, joint in enumerate(EXPRESSIVE.joint_names[: len(clip.joint_names)])
    )
    with pytest.raises(MotionError, match="left and right are not where the names say"):
        conform(dataclasses.replace(clip, joint_names=names))


def test_a_skeleton_that_is_nobody_is_told():
    clip, _ = make_clip()
    chain = np.cumsum(np.tile([0.0, 0.1, 0.0], (len(clip.joint_names), 1)), axis=0)
    snake = dataclasses.replace(
        named_otherwise(clip),
        parents=tuple(range(-1, len(chain) - 1)),
        rest_positions=chain,
        positions=np.tile(chain, (len(clip), 1, 1)),
    )
    with pytest.raises(MotionError, match="nobody can tell which joint is what"):
        conform(snake)


def test_legs_without_length_are_told():
    clip, _ = make_clip()
    with pytest.raises(MotionError, match="no length"):
        conform(clip.replaced(clip.positions * 0, clip.rotations, clip.fps))


@pytest.mark.parametrize(
    "name",
    [
        "mixamorig1:{}",
        "mixamorig9:{}",
        "mixamorig_{}",
        "Character1:rig:{}",
        "Held|{}",
        "人物:{}",
        "Персонаж_{}",
        "a3 {}",
    ],
)
def test_what_stands_before_a_name_is_looked_past(name):
    plain, _ = make_clip()
    clip = dataclasses.replace(plain, joint_names=tuple(map(name.format, plain.joint_names)))
    assert _bare_names(clip.joint_names) == dict(zip(plain.joint_names, clip.joint_names, strict=True))
    family = find_family(clip)
    assert (family.name, family.pelvis) == ("style100", name.format("Hips"))
    assert family.knee == (name.format("LeftKnee"), name.format("RightKnee"))
    assert np.array_equal(conform(clip), conform(plain), equal_nan=True)


def test_two_bodies_in_a_file_are_not_taken_for_one():
    assert _bare_names(["A:Hips", "A:Spine", "B:Hips", "B:Spine"]) == {}


def test_every_family_is_found_by_its_own_names():
    for family in FAMILIES:
        assert named_families(family.required())[0].required() <= family.required()


def test_trials_stand_on_the_floor_at_twenty_frames():
    clip, joints = make_clip(frames=60, fps=30.0)
    trial = build_trial(clip)
    assert len(trial) == 40
    feet = trial[:, [7, 8, 10, 11], 1].min(axis=1)
    assert abs(np.percentile(feet, 5) - 0.015) < 1e-6


def test_a_leading_t_pose_is_cut():
    clip, _ = make_clip()
    positions = clip.positions.copy()
    positions[0] = clip.rest_positions + [0, 0.95, 0]
    positions[0, [18, 20]] += [0.0, 0.8, 0.0]
    cut = drop_calibration_pose(clip.replaced(positions, clip.rotations, clip.fps))
    assert len(cut) == len(clip) - 1
    assert len(drop_calibration_pose(clip)) == len(clip)


def test_jumps_and_skate_are_measured():
    joints = np.zeros((40, 22, 3))
    joints[20:, :, 0] += 3.0
    assert find_jumps(joints) == [19]
    sliding = np.zeros((40, 22, 3))
    sliding[..., 2] = 0.01 * np.arange(40)[:, None]
    assert measure_skate(sliding) == pytest.approx(10.0)
    assert measure_skate(place_on_floor(np.zeros((40, 22, 3)))) == 0.0
