"""Targets: empties in the scene direct a character that stands somewhere else, and moving one is solved anew."""

from __future__ import annotations

from math import radians

import bpy
import numpy as np
import pytest
from studio import Studio

START, AT = 11, 41


@pytest.fixture
def studio(studio: Studio) -> Studio:
    character = bpy.context.object
    character.location, character.rotation_euler.z = (1.5, -2.0, 0.0), radians(70)
    bpy.context.view_layer.update()
    bpy.context.scene.frame_set(START)
    bpy.context.scene.mmm_targets.items.clear()
    return studio


def add(part: str, place: tuple[float, float, float], frame: int = AT) -> bpy.types.Object:
    """A target at a place before the character, in its own space: left, ahead, up; the playhead is back at START."""
    scene, character = bpy.context.scene, bpy.context.object
    scene.frame_set(frame)
    left, ahead, up = place
    scene.cursor.location = character.matrix_world @ character.location.__class__((left, -ahead, up))
    assert bpy.ops.mmm.add_target(part=part) == {"FINISHED"}
    scene.frame_set(START)
    return scene.mmm_targets.items[-1].place


def head_of(bone: str, frame: int) -> np.ndarray:
    character = bpy.context.object
    bpy.context.scene.frame_set(frame)
    return np.array(character.matrix_world @ character.pose.bones[bone].head)


def ask(studio: Studio) -> None:
    studio.settings.prompt, studio.settings.variations = "a person waves", 1
    studio.settings.duration, studio.settings.seconds = "SECONDS", 3.0
    assert bpy.ops.mmm.generate() == {"FINISHED"}
    studio.wait()


def test_a_hand_comes_to_its_empty_and_follows_it_when_it_moves(studio: Studio) -> None:
    character = bpy.context.object
    empty = add("left_hand", (0.35, 0.3, 1.25))
    assert bpy.context.object == character and bpy.context.scene.mmm_targets.items[0].first == AT
    for move in (0.0, 0.15):
        empty.location.z += move
        bpy.context.view_layer.update()
        bpy.context.scene.frame_set(START)
        ask(studio)
        assert not studio.session.message, studio.session.message
        bpy.context.scene.frame_set(20)  # wherever the playhead goes meanwhile
        assert bpy.ops.mmm.apply() == {"FINISHED"}
        assert int(character.animation_data.action.frame_range[0]) == START
        missed = float(np.linalg.norm(head_of("hand.L", AT) - np.array(empty.matrix_world.translation)))
        print(f"missed by {100 * missed:.1f} cm")
        assert missed < 0.05
        character.animation_data.action = None
        character.pose.bones["pelvis"].matrix_basis.identity()


def test_what_is_out_of_reach_is_told_in_the_panel(studio: Studio) -> None:
    add("right_hand", (0.0, 0.2, 3.5))
    ask(studio)
    told = f"out of reach: right hand at frame {AT}, up to"
    assert told in studio.session.hint, (studio.session.message, studio.session.results)


def test_bad_targets_are_one_line_and_change_nothing(studio: Studio) -> None:
    studio.settings.prompt = "a person waves"
    studio.settings.duration, studio.settings.seconds = "SECONDS", 3.0
    empty = add("left_hand", (0.35, 0.3, 1.25), frame=START - 5)
    with pytest.raises(RuntimeError, match="motion begins on 11"):
        bpy.ops.mmm.generate()
    item = bpy.context.scene.mmm_targets.items[0]
    item.first = item.last = 400
    with pytest.raises(RuntimeError, match="behind the motion's end"):
        bpy.ops.mmm.generate()
    item.first, item.last = 30, 20
    with pytest.raises(RuntimeError, match="ends before it begins"):
        bpy.ops.mmm.generate()
    bpy.data.objects.remove(empty)
    with pytest.raises(RuntimeError, match="lost its object"):
        bpy.ops.mmm.generate()
    assert studio.session.run is None
    assert bpy.ops.mmm.remove_target() == {"FINISHED"}
    assert len(bpy.context.scene.mmm_targets.items) == 0


def test_pins_are_drawn_where_targets_are(studio: Studio) -> None:
    from importlib import import_module

    add("head", (0.0, 0.1, 1.5))
    timeline = import_module(f"{studio.session.__module__.rsplit('.', 2)[0]}.ui.timeline")
    [band] = [band for band in timeline.bands_now(bpy.context) if band.kind == "pin"]
    assert (band.first, band.last, band.text) == (AT - 0.5, AT + 0.5, "Head")


def test_a_story_minds_targets_and_a_part_too_short_for_them_is_told(studio: Studio) -> None:
    story = bpy.context.scene.mmm_story
    story.parts.clear()
    for prompt in ("a person stands still", "a person waves"):
        assert bpy.ops.mmm.story_add() == {"FINISHED"}
        part = story.parts[story.index]
        part.prompt, part.duration, part.seconds = prompt, "SECONDS", 2.0
    studio.settings.variations = 1
    empty = add("head", (0.05, 0.05, 1.4))
    assert bpy.ops.mmm.tell_story() == {"FINISHED"}
    studio.wait()
    [made] = studio.session.results
    assert made.start == START and made.motion.asked["targets"], studio.session.message
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    off = np.linalg.norm(head_of("head", AT) - np.array(empty.matrix_world.translation))
    assert off < 0.08, off
    bpy.context.scene.mmm_targets.items[0].last = START + 4 * 60
    bpy.context.scene.frame_set(START)
    with pytest.raises(RuntimeError, match="behind the motion's end"):
        bpy.ops.mmm.tell_story()


def missed(bone: str, empty: bpy.types.Object) -> float:
    """Metres between the head of a bone and an empty on the frame of the target."""
    return float(np.linalg.norm(head_of(bone, AT) - np.array(empty.matrix_world.translation)))


def walk(studio: Studio) -> None:
    """Keys of a motion that came without the engine, from frame 1 on."""
    studio.put_motion()
    assert bpy.ops.mmm.apply(start_frame=1) == {"FINISHED"}
    studio.settings.variations = 1
    studio.session.discard_all()


def test_an_edit_minds_the_target_on_its_frames_in_one_step(studio: Studio) -> None:
    walk(studio)
    character, scene = bpy.context.object, bpy.context.scene
    reach = character.matrix_world.inverted() @ character.location.__class__(head_of("hand.L", AT))
    empty = add("left_hand", (reach.x + 0.1, -reach.y + 0.1, reach.z + 0.3))
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 28, 54
    played, before = studio.extension.module("animation.played").played_curves, missed("hand.L", empty)

    def keys() -> dict[tuple[str, int], list[tuple[float, float]]]:
        return {(c.data_path, c.array_index): [tuple(k.co) for k in c.keyframe_points] for c in played(character)}

    was = keys()
    assert bpy.ops.mmm.edit(kind="REGENERATE") == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    after = missed("hand.L", empty)
    print(f"the hand is {100 * before:.0f} cm away before, {100 * after:.1f} cm after the edit")
    assert before > 0.3 and after < 0.06
    for path, now in keys().items():
        outside = [[key for key in side if not 28 < key[0] < 54] for side in (now, was[path])]
        assert outside[0] == outside[1], path
    scene.mmm_targets.items[0].first = 25
    with pytest.raises(RuntimeError, match="lies on what stays, frames 25, 26, 27 and 1 more"):
        bpy.ops.mmm.edit(kind="REGENERATE")
    assert studio.session.run is None
    scene.use_preview_range = False


def test_going_on_and_a_curve_mind_targets(studio: Studio) -> None:
    walk(studio)
    character, scene = bpy.context.object, bpy.context.scene
    scene.frame_set(AT - 20)
    ahead = character.matrix_world.inverted() @ character.location.__class__(head_of("head", AT))
    empty = add("head", (ahead.x, -ahead.y, ahead.z - 0.1))
    scene.frame_set(AT - 20)
    studio.settings.prompt, studio.settings.go_on = "a person walks forward", True
    studio.settings.duration, studio.settings.seconds = "SECONDS", 2.0
    assert bpy.ops.mmm.generate() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message and bpy.ops.mmm.apply() == {"FINISHED"}
    print(f"gone on, {100 * missed('head', empty):.1f} cm from the target")
    assert missed("head", empty) < 0.08
    character.animation_data.action = None
    data = bpy.data.curves.new("Way", "CURVE")
    spline = data.splines.new("POLY")
    spline.points.add(1)
    spline.points[0].co, spline.points[1].co = (0, 0, 0, 1), (0, -4, 0, 1)
    way = bpy.data.objects.new("Way", data)
    way.matrix_world = character.matrix_world
    scene.collection.objects.link(way)
    scene.frame_set(START)
    scene.mmm_edit.path, scene.mmm_edit.path_prompt = way, "a person walks forward"
    assert bpy.ops.mmm.follow_path() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    made = studio.session.results[0]
    assert made.start == START and made.motion.asked["method"] == "path" and made.motion.asked["targets"]


def add_bench(height: float) -> bpy.types.Object:
    """A bench with a back, behind the character and facing as it does; its origin lies on the floor."""
    boxes = [((0.0, 0.0, height / 2), (1.2, 0.4, height)), ((0.0, 0.22, 0.45), (1.2, 0.04, 0.9))]
    corners = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    points = [tuple(np.array(middle) + np.array(size) * corner) for middle, size in boxes for corner in corners]
    faces = [tuple(8 * number + corner for corner in side) for number in range(len(boxes)) for side in sides]
    mesh = bpy.data.meshes.new("Bench")
    mesh.from_pydata(points, [], faces)
    bench = bpy.data.objects.new("Bench", mesh)
    character = bpy.context.object
    bench.matrix_world = character.matrix_world
    bench.location = character.matrix_world @ character.location.__class__((0.0, 0.5, 0.0))
    bpy.context.scene.collection.objects.link(bench)
    bpy.context.view_layer.update()
    return bench


def skin_over(bench: bpy.types.Object, frame: int) -> np.ndarray:
    """(V, 3) of the character's skin over a bench's seat, in the bench's space."""
    bpy.context.scene.frame_set(frame)
    [body] = [item for item in bpy.context.scene.objects if item.type == "MESH" and item.find_armature()]
    shown = body.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = shown.to_mesh()
    skin = np.array([bench.matrix_world.inverted() @ shown.matrix_world @ vertex.co for vertex in mesh.vertices])
    shown.to_mesh_clear()
    return skin[(np.abs(skin[:, 0]) < 0.6) & (np.abs(skin[:, 1]) < 0.19) & (skin[:, 2] > 0.2)]


@pytest.mark.parametrize("height", [0.38, 0.5])
def test_who_sits_down_sits_on_the_bench_and_not_in_it(studio: Studio, height: float) -> None:
    scene, bench = bpy.context.scene, add_bench(height)
    add("seat", (0.0, 0.0, 0.0), frame=71)
    scene.mmm_targets.items[-1].place = bench
    studio.settings.prompt, studio.settings.variations = "a person sits down on a bench", 1
    studio.settings.duration, studio.settings.seconds = "SECONDS", 4.0
    assert bpy.ops.mmm.generate() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message and not studio.session.hint, (studio.session.message, studio.session.hint)
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    lowest = [float(skin_over(bench, frame)[:, 2].min(initial=9.0)) - height for frame in range(START, 106, 3)]
    print(f"skin over the seat: {100 * lowest[20]:.1f} cm when asked for, {100 * min(lowest):.1f} cm at its lowest")
    assert abs(lowest[20]) < 0.03 and min(lowest) > -0.03


def test_seats_that_cannot_be_are_one_line_and_change_nothing(studio: Studio) -> None:
    studio.settings.prompt, studio.settings.variations = "a person sits down", 1
    studio.settings.duration, studio.settings.seconds = "SECONDS", 3.0
    add("seat", (0.0, -0.5, 3.0))
    assert bpy.ops.mmm.generate() == {"FINISHED"}
    studio.wait()
    assert "the seat at frame 41 is 3.0 m above the floor, where nobody sits" in studio.session.message
    assert not studio.session.results
    bench = add_bench(0.4)
    bpy.context.scene.mmm_targets.items[0].place = bench
    for endless in (float("inf"), 1e30):
        bench.scale.z = endless
        bpy.context.view_layer.update()
        with pytest.raises(RuntimeError, match="no finite place"):
            bpy.ops.mmm.generate()
    bench.scale.z = 1.0
    other = bpy.data.scenes.new("Other")
    other.collection.objects.link(bench)
    bpy.context.scene.collection.objects.unlink(bench)
    with pytest.raises(RuntimeError, match="is not in this scene"):
        bpy.ops.mmm.generate()
    bpy.data.objects.remove(bench)
    with pytest.raises(RuntimeError, match="lost its object"):
        bpy.ops.mmm.generate()
    assert studio.session.run is None


def test_what_is_sat_on_is_the_middle_from_above(studio: Studio) -> None:
    find = studio.extension.module("animation.directing.surfaces").find_surface
    bench = add_bench(0.45)
    assert abs(find(bench).z - 0.45) < 1e-4 and abs(find(bench).x) < 1e-4
    bench.hide_set(True)
    assert abs(find(bench).z - 0.45) < 1e-4
    bench.scale = (0.0, 1.0, 1.0)
    bpy.context.view_layer.update()
    empty = bpy.data.objects.new("Nothing", None)
    hollow = bpy.data.objects.new("Hollow", bpy.data.meshes.new("Hollow"))
    for place in (bench, empty, hollow):
        assert tuple(find(place)) == (0.0, 0.0, 0.0)


def add_place(left: float, ahead: float, turned: float) -> bpy.types.Object:
    """An empty before the character, in its own space, turned so many degrees to the left of how it faces."""
    character = bpy.context.object
    place = bpy.data.objects.new("Door", None)
    bpy.context.scene.collection.objects.link(place)
    place.location = character.matrix_world @ character.location.__class__((left, -ahead, 0.0))
    place.rotation_euler.z = character.rotation_euler.z + radians(turned)
    bpy.context.view_layer.update()
    return place


def off_stand(place: bpy.types.Object, frame: int) -> tuple[float, float]:
    """Metres along the floor and degrees between where the character stands and faces, and an object does."""
    bpy.context.scene.frame_set(frame)
    character = bpy.context.object
    bones, world = character.pose.bones, character.matrix_world
    across = np.array(world @ bones["thigh.L"].head) - np.array(world @ bones["thigh.R"].head)
    ahead, wanted = np.array([across[1], -across[0]]), np.array(place.matrix_world.to_3x3())[:2, 1] * -1.0
    off = np.arctan2(ahead[1], ahead[0]) - np.arctan2(wanted[1], wanted[0])
    away = np.array(world @ bones["pelvis"].head)[:2] - np.array(place.matrix_world.translation)[:2]
    return float(np.linalg.norm(away)), float(np.degrees(np.abs((off + np.pi) % (2 * np.pi) - np.pi)))


def test_a_part_of_a_story_ends_standing_at_an_object(studio: Studio) -> None:
    story, scene = bpy.context.scene.mmm_story, bpy.context.scene
    story.parts.clear()
    for prompt in ("a person walks forward", "a person waves"):
        assert bpy.ops.mmm.story_add() == {"FINISHED"}
        part = story.parts[story.index]
        part.prompt, part.duration, part.seconds = prompt, "SECONDS", 4.0 if "walks" in prompt else 2.0
    studio.settings.variations = 1
    place = add_place(0.6, 2.0, 60.0)
    story.parts[0].stop = place
    assert bpy.ops.mmm.tell_story() == {"FINISHED"}
    studio.wait()
    assert not studio.session.message, studio.session.message
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    fps = scene.render.fps / scene.render.fps_base
    away, off = off_stand(place, START + round(3.2 * fps))
    print(f"stands {100 * away:.1f} cm and {off:.1f} degrees off")
    assert away < 0.06 and off < 6.0
    scene.frame_set(START)
    story.parts[0].duration = "AUTO"
    with pytest.raises(RuntimeError, match="Part 1 stops at a place: set its seconds"):
        bpy.ops.mmm.tell_story()
    story.parts[0].duration = "SECONDS"
    place.rotation_euler.x = radians(90)
    bpy.context.view_layer.update()
    with pytest.raises(RuntimeError, match="says no way to face"):
        bpy.ops.mmm.tell_story()
    bpy.data.objects.remove(place)
    story.parts[0].stop = None


def test_who_stops_on_a_curve_faces_as_an_object_does(studio: Studio) -> None:
    scene, character = bpy.context.scene, bpy.context.object
    data = bpy.data.curves.new("Way", "CURVE")
    spline = data.splines.new("POLY")
    spline.points.add(1)
    spline.points[1].co = (0, -2.5, 0, 1)
    way = bpy.data.objects.new("Way", data)
    way.matrix_world = character.matrix_world
    scene.collection.objects.link(way)
    edit, studio.settings.variations = scene.mmm_edit, 1
    edit.path, edit.path_prompt, edit.path_speed, edit.path_stop = way, "a person walks forward", 1.0, True
    place = add_place(0.0, 2.5, -50.0)
    edit.path_facing = place
    try:
        assert bpy.ops.mmm.follow_path() == {"FINISHED"}
        studio.wait()
        assert not studio.session.message, studio.session.message
        assert bpy.ops.mmm.apply() == {"FINISHED"}
        away, off = off_stand(place, int(character.animation_data.action.frame_range[1]) - 5)
        print(f"stands {100 * away:.1f} cm and {off:.1f} degrees off")
        assert away < 0.06 and off < 6.0
        other = bpy.data.scenes.new("Other")
        other.collection.objects.link(place)
        scene.collection.objects.unlink(place)
        with pytest.raises(RuntimeError, match="is not in this scene"):
            bpy.ops.mmm.follow_path()
        other.collection.objects.unlink(place)
        with pytest.raises(RuntimeError, match="is gone: choose another one"):
            bpy.ops.mmm.follow_path()
    finally:
        edit.path_facing, edit.path_stop = None, False
