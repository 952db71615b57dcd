"""Where Blender shows something else than the action says: every use of it says so, and the fix puts it right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import motions
import numpy as np
import pytest
from edits import ask, pose_at, write

from mmm_blender import character, compat
from mmm_blender.animation.apply import ApplyOptions, apply_motion
from mmm_blender.animation.exporting.takes import find_takes
from mmm_blender.animation.exporting.training import export_takes
from mmm_blender.animation.played import played_curves
from mmm_blender.animation.shown.fixes import FIXES, apply_fix
from mmm_blender.animation.shown.obstacles import ObstacleError, check_played, find_obstacle
from mmm_blender.editing.aim import Aim
from mmm_blender.editing.kinds import KINDS
from mmm_blender.editing.selection import Span
from mmm_blender.headless.rigs import measured_rigs
from mmm_blender.motion_file import Motion
from mmm_blender.protocol import decode_array
from mmm_blender.rig.finding.find_mapping import find_mapping
from mmm_blender.rig.mapping import MMM_CHARACTER

WALK = Motion(motions.walking_joints(60).astype(np.float32), 20.0, "walk")
FRAMES = (10, 30, 50)


@pytest.fixture
def walker(empty_scene: bpy.types.Scene) -> bpy.types.Object:
    """Our character walking, keys from 1 to 72 at 24 fps."""
    armature = character.add_character(empty_scene.collection)
    apply_motion(armature, MMM_CHARACTER, WALK, empty_scene, ApplyOptions(start_frame=1))
    return armature


def scaled_copy(action: bpy.types.Action) -> bpy.types.Action:
    """Another motion with the same curves."""
    other = action.copy()
    for curve in compat.curves_of(other):
        for key in curve.keyframe_points:
            key.co[1] *= 0.3
    return other


def lay(armature: bpy.types.Object, action: bpy.types.Action) -> tuple[Any, Any]:
    """A track with a strip of ``action``."""
    track = armature.animation_data.nla_tracks.new()
    strip = track.strips.new(action.name, 1, action)
    compat.assign_strip_slot(strip, action)
    return track, strip


def at_rest(armature: bpy.types.Object) -> None:
    armature.data.pose_position = "REST"


def stretched(_armature: bpy.types.Object) -> None:
    bpy.context.scene.render.frame_map_new = 200


def soloed(armature: bpy.types.Object) -> None:
    lay(armature, scaled_copy(armature.animation_data.action))[0].is_solo = True


def mixed(armature: bpy.types.Object) -> None:
    lay(armature, scaled_copy(armature.animation_data.action))
    armature.animation_data.action_influence = 0.5


def without_slot(armature: bpy.types.Object) -> None:
    armature.animation_data.action_slot = None


def shared(armature: bpy.types.Object) -> None:
    other = character.add_character(bpy.context.scene.collection, "Other")
    compat.assign_action(other, armature.animation_data.action, compat.assigned_slot(armature))


def muted(armature: bpy.types.Object) -> None:
    animation = armature.animation_data
    track, strip = lay(armature, animation.action)
    animation.action = None
    animation.nla_tracks.active, track.select, strip.select = track, True, True
    animation.use_tweak_mode = True
    track.mute = True


def strips_off(armature: bpy.types.Object) -> None:
    muted(armature)
    armature.animation_data.nla_tracks[0].mute = False
    armature.animation_data.use_nla = False


SITUATIONS: dict[str, tuple[Callable[[bpy.types.Object], None], str]] = {
    "rest": (at_rest, "Rest Position"),
    "stretched": (stretched, "Time Stretching"),
    "soloed": (soloed, "soloed"),
    "mixed": (mixed, "mixed with NLA strips"),
    "muted": (muted, "muted"),
    "strips off": (strips_off, "turned off"),
    "shared": (shared, "'Other'"),
    **({"without slot": (without_slot, "uses no slot")} if compat.HAS_SLOTS else {}),
}


def edit_unchanged(armature: bpy.types.Object) -> None:
    """An edit whose answer is what was asked about."""
    edit, params = ask(armature, Aim(KINDS["regenerate"].wish(), (Span(20, 40),)))
    write(armature, edit, decode_array(params["motion"]).astype(np.float64))


@pytest.mark.parametrize("name", SITUATIONS)
def test_an_edit_says_what_is_in_its_way_and_the_fix_clears_it(walker: bpy.types.Object, name: str) -> None:
    before = {frame: pose_at(walker, frame) for frame in FRAMES}
    prepare, words = SITUATIONS[name]
    prepare(walker)
    with pytest.raises(ObstacleError, match=words) as refused:
        edit_unchanged(walker)
    fix = refused.value.obstacle.fix
    assert fix in FIXES and "\n" not in str(refused.value)
    apply_fix(walker, bpy.context.scene, fix)
    assert find_obstacle(walker, bpy.context.scene, "EDIT") is None
    edit_unchanged(walker)
    for frame, pose in before.items():
        gap = np.linalg.norm((pose_at(walker, frame) - pose)[:, :3, 3], axis=-1).max()
        assert gap < 0.03, (frame, gap)


def key(owner: Any, setting: str, first: Any, then: Any) -> None:
    """Keys at 1 and 45, of another value at 30."""
    for frame, value in ((1, first), (30, then), (45, first)):
        setattr(owner, setting, value)
        owner.keyframe_insert(setting, frame=frame)


@pytest.mark.parametrize("at", [10, 35, 60])
def test_rotation_modes_that_change_are_made_one_that_shows_the_same(walker: bpy.types.Object, at: int) -> None:
    scene, arm = bpy.context.scene, walker.pose.bones["upper_arm.L"]
    for frame in range(25, 73):
        scene.frame_set(frame)
        arm.rotation_euler = arm.rotation_quaternion.to_euler()
        arm.keyframe_insert("rotation_euler", frame=frame)
    key(arm, "rotation_mode", "QUATERNION", "XYZ")
    frames = range(1, 73)
    seen = [pose_at(walker, frame) for frame in frames]
    scene.frame_set(at)
    mode = arm.rotation_mode
    for use in (edit_unchanged, go_on):
        with pytest.raises(ObstacleError, match=r"Rotation Mode of 'upper_arm\.L' changes") as refused:
            use(walker)
    assert scene.frame_current == at
    apply_fix(walker, scene, refused.value.obstacle.fix)
    assert scene.frame_current == at and arm.rotation_mode == mode
    assert find_obstacle(walker, scene, "EDIT") is None
    for frames_again in (frames, reversed(frames)):
        for frame in frames_again:
            np.testing.assert_allclose(pose_at(walker, frame), seen[frame - 1], atol=1e-5)
    scene.frame_set(at)
    edit_unchanged(walker)
    for frame in (*range(1, 20), *range(41, 73)):
        np.testing.assert_allclose(pose_at(walker, frame), seen[frame - 1], atol=1e-4)


def test_an_edit_away_from_a_change_of_rotation_mode_goes_through(walker: bpy.types.Object) -> None:
    """In whatever mode the bone is on the current frame, it is keyed in the one that it has in the span."""
    scene, arm = bpy.context.scene, walker.pose.bones["upper_arm.L"]
    for curve in played_curves(walker):
        for point in curve.keyframe_points:  # a walk of 72 frames in the midst of many
            point.co[0] += 200
        curve.update()
    for frame, mode in ((1, "XYZ"), (60, "QUATERNION")):
        arm.rotation_mode = mode
        arm.keyframe_insert("rotation_mode", frame=frame)
    for frame in (1, 30, 59):
        arm.rotation_euler = (0.3, 0.02 * frame, 0.0)
        arm.keyframe_insert("rotation_euler", frame=frame)
    frames = [*range(1, 60), *range(201, 220), *range(241, 273)]

    def watch() -> list[np.ndarray]:
        """Without the frame after a change, in which Blender shows what it made of the other mode."""
        found = []
        for frame in frames:
            scene.frame_set(frame - 1 if frame > 1 else 2)
            found.append(pose_at(walker, frame))
        return found

    seen = watch()
    scene.frame_set(20)
    assert arm.rotation_mode == "XYZ" and find_obstacle(walker, scene, "EDIT") is not None
    assert find_obstacle(walker, scene, "EDIT", (201, 272)) is None
    edit, params = ask(walker, Aim(KINDS["regenerate"].wish(), (Span(220, 240),)))
    write(walker, edit, decode_array(params["motion"]).astype(np.float64))
    assert scene.frame_current == 20 and arm.rotation_mode == "XYZ"
    keys = {curve.data_path.rpartition(".")[2]: len(curve.keyframe_points) for curve in played_curves(walker)}
    assert keys["rotation_euler"] == 3, "nothing is keyed in the other mode"
    for frame, now, pose in zip(frames, watch(), seen, strict=True):
        np.testing.assert_allclose(now, pose, atol=1e-4, err_msg=str(frame))
    with pytest.raises(ObstacleError, match="Rotation Mode"):
        ask(walker, Aim(KINDS["regenerate"].wish(), (Span(40, 80),)))


def test_one_rotation_mode_keeps_the_keys_where_few_do(walker: bpy.types.Object) -> None:
    scene, arm = bpy.context.scene, walker.pose.bones["upper_arm.L"]
    own = [curve for curve in played_curves(walker) if '"upper_arm.L"' in curve.data_path]
    for curve in own:
        compat.assigned_curves(walker).remove(curve)
    for frame, mode in ((1, "XYZ"), (40, "QUATERNION"), (80, "XYZ")):
        arm.rotation_mode = mode
        arm.keyframe_insert("rotation_mode", frame=frame)
    for frame, bend in ((1, 0.0), (20, 0.9), (40, 0.2), (60, 1.1), (80, 0.0), (100, 3.5)):
        for mode in ("XYZ", "QUATERNION"):
            arm.rotation_mode = mode
            arm.rotation_euler, arm.rotation_quaternion = (bend, 0.0, 0.0), (np.cos(bend / 2), np.sin(bend / 2), 0, 0)
            arm.keyframe_insert("rotation_euler" if mode == "XYZ" else "rotation_quaternion", frame=frame)
    scene.frame_set(1)
    seen = [pose_at(walker, frame) for frame in range(1, 101)]
    scene.frame_set(1)
    apply_fix(walker, scene, "KEEP_MODE")
    counts = {len(c.keyframe_points) for c in played_curves(walker) if '"upper_arm.L"' in c.data_path}
    assert max(counts) < 15
    for frame, pose in enumerate(seen, 1):
        turned = [each[:, :3, :3] for each in (pose_at(walker, frame), pose)]
        cosines = (np.einsum("bij,bij->b", *turned) - 1) / 2
        assert np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0))).max() < 0.6, frame
    eulers = [curve for curve in played_curves(walker) if curve.data_path.endswith("rotation_euler")]
    steps = [abs(c.evaluate(frame + 1) - c.evaluate(frame)) for c in eulers for frame in range(1, 100)]
    assert max(steps) < 1.0, "no rotation spins"


def go_on(armature: bpy.types.Object) -> None:
    options = ApplyOptions(start_frame=31, target="ACTIVE_ACTION")
    apply_motion(armature, MMM_CHARACTER, WALK, bpy.context.scene, options)


CHANGING: dict[str, tuple[Callable[[bpy.types.Object], Any], Any, Any, str]] = {
    "rotation_mode": (lambda rig: rig, "XYZ", "QUATERNION", "Rotation Mode of 'MMM Character'"),
    "lock_rotation": (lambda rig: rig.pose.bones["head"], (False,) * 3, (True,) * 3, "Lock Rotation of 'head'"),
    "pose_position": (lambda rig: rig.data, "POSE", "REST", "Pose Position of 'MMM Character'"),
    "use_inherit_rotation": (lambda rig: rig.data.bones["head"], True, False, "Inherit Rotation of 'head'"),
    "inherit_scale": (lambda rig: rig.data.bones["head"], "FULL", "NONE", "Inherit Scale of 'head'"),
    "use_local_location": (lambda rig: rig.data.bones["pelvis"], True, False, "Local Location of 'pelvis'"),
}


@pytest.mark.parametrize("setting", CHANGING)
def test_keyed_settings_that_change_what_keys_mean_are_named(walker: bpy.types.Object, setting: str) -> None:
    owner_of, first, then, words = CHANGING[setting]
    scene = bpy.context.scene
    key(owner_of(walker), setting, first, first)
    assert find_obstacle(walker, scene, "EDIT") is None  # keyed, and the same throughout
    key(owner_of(walker), setting, first, then)
    scene.frame_set(1)
    assert find_obstacle(walker, scene, "ACTIVE_ACTION") == find_obstacle(walker, scene, "EDIT")
    with pytest.raises(ObstacleError, match=f"^{words} changes by keys") as refused:
        edit_unchanged(walker)
    assert refused.value.obstacle.fix == ""
    found = find_obstacle(walker, scene, "EXPORT")  # which looks at what is shown
    assert (found is not None) == (setting == "pose_position")


@pytest.mark.skipif(not compat.HAS_SLOTS, reason="slots came with 4.4")
def test_the_other_character_keeps_its_motion(walker: bpy.types.Object) -> None:
    shared(walker)
    other = bpy.data.objects["Other"]
    poses = [pose_at(other, frame) for frame in FRAMES]
    kick = Motion(WALK.joints[::-1].copy(), 20.0, "back")
    options = ApplyOptions(start_frame=1, target="ACTIVE_ACTION")
    with pytest.raises(ObstacleError, match="also moves 'Other'"):
        apply_motion(walker, MMM_CHARACTER, kick, bpy.context.scene, options)
    apply_fix(walker, bpy.context.scene, "SINGLE_USER")
    apply_motion(walker, MMM_CHARACTER, kick, bpy.context.scene, options)
    assert all(np.array_equal(pose_at(other, f), pose) for f, pose in zip(FRAMES, poses, strict=True))
    # with a slot of its own in the same action, each keys its own curves
    compat.assign_action(other, walker.animation_data.action, walker.animation_data.action.slots.new("OBJECT", "Own"))
    assert find_obstacle(walker, bpy.context.scene, "EDIT") is None


@pytest.mark.parametrize("name", ["rest", "stretched", "muted"])
def test_training_data_is_not_written_off_something_else(walker: bpy.types.Object, name: str, tmp_path: Path) -> None:
    prepare, _ = SITUATIONS[name]
    takes = find_takes(walker, "CURRENT")
    prepare(walker)
    with pytest.raises(ObstacleError) as refused:
        export_takes(walker, bpy.context.scene, takes, tmp_path)
    assert not list(tmp_path.iterdir())
    apply_fix(walker, bpy.context.scene, refused.value.obstacle.fix)
    (path,) = export_takes(walker, bpy.context.scene, takes, tmp_path)
    assert np.ptp(np.load(path)["joints"][:, 0], axis=0).max() > 1.0


@pytest.mark.skipif(not compat.HAS_SLOTS, reason="slots came with 4.4")
def test_an_action_that_moves_nothing_is_no_training_data(walker: bpy.types.Object, tmp_path: Path) -> None:
    without_slot(walker)
    with pytest.raises(ObstacleError, match="uses no slot"):
        find_takes(walker, "CURRENT")
    (path,) = export_takes(walker, bpy.context.scene, find_takes(walker, "ALL"), tmp_path)
    assert np.ptp(np.load(path)["joints"][:, 0], axis=0).max() > 1.0
    assert compat.assigned_slot(walker) is None and walker.animation_data.action is not None


def test_what_nobody_thought_of_is_seen_by_looking(walker: bpy.types.Object) -> None:
    def meddle(_scene: bpy.types.Scene, *_: Any) -> None:
        walker.pose.bones["upper_arm.L"].rotation_quaternion = (0.7, 0.7, 0.0, 0.0)

    scene = bpy.context.scene
    scene.frame_set(3)
    check_played(walker, scene, 20, 40)
    bpy.app.handlers.frame_change_post.append(meddle)
    try:
        with pytest.raises(ObstacleError, match=r"frame 20 'upper_arm\.L' are not seen"):
            ask(walker, Aim(KINDS["regenerate"].wish(), (Span(20, 40),)))
    finally:
        bpy.app.handlers.frame_change_post.remove(meddle)
    assert scene.frame_current == 3


def test_a_rig_that_blender_does_not_pose_is_refused(empty_scene: bpy.types.Scene) -> None:
    armature, _ = measured_rigs.build_named_rig("Mixamo")
    apply_motion(armature, find_mapping(armature), WALK, empty_scene)
    armature.hide_viewport = True
    bpy.context.view_layer.update()
    with pytest.raises(ObstacleError, match="does not move"):
        ask(armature, Aim(KINDS["regenerate"].wish(), (Span(20, 40),)))
    armature.hide_viewport = False
    bpy.context.view_layer.update()
    ask(armature, Aim(KINDS["regenerate"].wish(), (Span(20, 40),)))


@pytest.mark.parametrize("mode", ["QUATERNION", "AXIS_ANGLE", "XZY"])
def test_delta_transforms_count_once(empty_scene: bpy.types.Scene, mode: str) -> None:
    armature = character.add_character(empty_scene.collection)
    armature.rotation_mode = mode
    armature.location, armature.delta_location = (3, 0, 0), (1, 2, 0)
    armature.delta_rotation_euler, armature.delta_rotation_quaternion = (0, 0, 0.9), (0.8, 0.0, 0.0, 0.6)
    bpy.context.view_layer.update()
    stood = np.array(armature.matrix_world)
    options = ApplyOptions(start_frame=1, root="OBJECT", place_at_current=True)
    apply_motion(armature, MMM_CHARACTER, WALK, empty_scene, options)
    empty_scene.frame_set(1)
    now = np.array(armature.matrix_world)
    assert np.linalg.norm((now - stood)[:3, 3]) < 0.05
    assert np.degrees(np.arccos(np.clip((np.trace(stood[:3, :3].T @ now[:3, :3]) - 1) / 2, -1, 1))) < 10
    assert tuple(armature.delta_location) == (1, 2, 0)


def keys_beside(armature: bpy.types.Object, gap: tuple[int, int]) -> list[tuple[str, np.ndarray]]:
    """Rotation -> its values at every half frame of a gap."""
    curves: dict[str, dict[int, bpy.types.FCurve]] = {}
    for curve in played_curves(armature):
        if "rotation" in curve.data_path:
            curves.setdefault(curve.data_path, {})[curve.array_index] = curve
    at = np.arange(gap[0], gap[1] + 0.5, 0.5)
    return [
        (path, np.array([[group[i].evaluate(f) for i in range(len(group))] for f in at]))
        for path, group in curves.items()
    ]


@pytest.mark.parametrize("mode", ["QUATERNION", "AXIS_ANGLE", "XYZ"])
@pytest.mark.parametrize("tolerance", [0.0, 0.02])
def test_new_keys_go_on_from_those_beside_them(empty_scene: bpy.types.Scene, mode: str, tolerance: float) -> None:
    """Keys before and after, said the other way round: no rotation goes through a spin in the gaps."""
    armature = character.add_character(empty_scene.collection)
    for bone in armature.pose.bones:
        bone.rotation_mode = mode
    part = Motion(WALK.joints[:20], 20.0, "walk")
    for start in (1, 101):
        target = "NEW_ACTION" if start == 1 else "ACTIVE_ACTION"
        options = ApplyOptions(start_frame=start, target=target, set_frame_range=False)
        apply_motion(armature, MMM_CHARACTER, part, empty_scene, options)
    flipped = 0
    for curve in played_curves(armature):
        side = "before" if ".L" in curve.data_path else "after"
        for key in curve.keyframe_points:
            if ("rotation" in curve.data_path) and (key.co[0] < 50) == (side == "before"):
                if mode != "XYZ":
                    key.co[1] *= -1
                elif curve.array_index == 1:
                    key.co[1] += 2 * np.pi
                flipped += 1
    assert flipped
    kept = {
        (c.data_path, c.array_index): [tuple(k.co) for k in c.keyframe_points if not 40 < k.co[0] < 90]
        for c in played_curves(armature)
    }
    options = ApplyOptions(start_frame=41, target="ACTIVE_ACTION", set_frame_range=False, tolerance=tolerance)
    apply_motion(armature, MMM_CHARACTER, part, empty_scene, options)
    for curve in played_curves(armature):
        now = [tuple(k.co) for k in curve.keyframe_points if not 40 < k.co[0] < 90]
        assert now == kept[curve.data_path, curve.array_index]
    last = max(k.co[0] for c in played_curves(armature) for k in c.keyframe_points if k.co[0] < 90)
    for gap in ((24, 41), (int(last), 101)):
        for path, values in keys_beside(armature, gap):
            if mode == "QUATERNION":
                assert np.linalg.norm(values, axis=-1).min() > 0.7, (path, gap)
            elif mode == "XYZ":
                assert np.abs(np.diff(values, axis=0)).max() < 0.5, (path, gap)


def test_a_strip_begins_on_the_side_that_is_shown(empty_scene: bpy.types.Scene) -> None:
    """Fading in mixes numbers: q into -q would spin."""
    armature = character.add_character(empty_scene.collection)
    apply_motion(armature, MMM_CHARACTER, WALK, empty_scene, ApplyOptions(target="NLA_STRIP", start_frame=1))
    for curve in compat.curves_of(armature.animation_data.nla_tracks[0].strips[0].action):
        for key in curve.keyframe_points:
            if "quaternion" in curve.data_path and ".L" in curve.data_path:
                key.co[1] *= -1
    empty_scene.frame_set(30)
    options = ApplyOptions(target="NLA_STRIP", start_frame=30, blend_in=10)
    apply_motion(armature, MMM_CHARACTER, WALK, empty_scene, options)
    for frame in range(31, 40):
        empty_scene.frame_set(frame)
        sizes = [np.linalg.norm(bone.rotation_quaternion) for bone in armature.pose.bones]
        assert min(sizes) > 0.7, frame
