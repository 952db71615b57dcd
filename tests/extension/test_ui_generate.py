"""From the prompt to keyframes with the real engine: generate, ghost, apply, undo, redo, save, reload."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from studio import Studio, dump, keys_of


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    return {}


@pytest.fixture
def studio(studio: Studio) -> Studio:
    bpy.ops.ed.undo_push(message="start")
    return studio


def test_first_motion_from_prompt_to_saved_keyframes(studio: Studio, tmp_path: Path) -> None:
    bpy.context.scene.frame_set(11)
    before = dump()
    studio.generate("a person waves", variations=2)
    session, overlay = studio.session, studio.overlay
    assert [v.motion.seed for v in session.results] == [0, 1]
    assert session.chosen is session.results[0]
    assert dump() == before, "making motions and showing ghosts must not touch the scene"

    assert bpy.ops.mmm.select_result(result=session.results[1].id) == {"FINISHED"}
    studio.wait(lambda: overlay.ghost is not None, 20)
    character = bpy.context.object
    drawing = studio.extension.module("ui.ghost_drawing")
    arrays = drawing.body_arrays(overlay.ghost, 5, character, 0.5)
    assert arrays["pos"].dtype == np.float32 and np.isfinite(arrays["pos"]).all()
    assert arrays["color"].shape == (len(arrays["pos"]), 4)
    heights = arrays["pos"][:, 2]
    assert -0.08 < heights.min() < 0.12 and 1.3 < heights.max() < 2.4  # a standing person on the floor
    ghost = overlay.ghost
    assert dump() == before

    assert bpy.ops.mmm.apply() == {"FINISHED"}
    action = character.animation_data.action
    keys = keys_of(action)
    first, last = 11, 11 + len(ghost.points) - 1
    assert {points[0][0] for points in keys.values() if len(points) > 1} == {first}
    assert {points[-1][0] for points in keys.values() if len(points) > 1} == {last}
    request = json.loads(action["mmm_request"])
    assert request["prompt"] == "a person waves" and request["seed"] == 1 and request["model"] == "mmm-open"
    assert request["method"] == "generate" and request["seconds"] == 2.0 and request["steps"] == 6

    # the ghost stood where the keys put the body
    for frame in (0, len(ghost.points) // 2, len(ghost.points) - 1):
        bpy.context.scene.frame_set(first + frame)
        hand = character.pose.bones["hand.L"].head
        assert np.abs(ghost.points[frame] - np.array(hand)).max(-1).min() < 2e-3
        shown = ghost.points[frame] - np.array(character.pose.bones["pelvis"].head)
        assert np.linalg.norm(shown, axis=-1).min() < 2e-3

    path = str(tmp_path / "wave.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    loaded = bpy.data.objects["MMM Character"].animation_data.action
    assert keys_of(loaded) == keys
    assert json.loads(loaded["mmm_request"]) == request
    assert [entry.prompt for entry in session.history][:1] == ["a person waves"]
    assert session.results, "results outlive loading a file"


def test_apply_is_one_undo_step_and_comes_back_with_redo(studio: Studio) -> None:
    studio.generate()
    bpy.ops.ed.undo_push(message="before")
    before = dump()
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    bpy.ops.ed.undo_push(message="Apply Motion")  # the window manager's part, which background has none of
    after = dump()
    assert after != before
    bpy.ops.ed.undo()
    assert dump() == before
    bpy.ops.ed.redo()
    assert dump() == after
    # the motion is still in the list, to be applied again
    assert studio.session.results[0].used
    assert bpy.ops.mmm.apply(result=studio.session.results[0].id) == {"FINISHED"}


@pytest.mark.parametrize(
    ("fps", "base"), [(24, 1.0), (25, 1.0), (30, 1.001), (30, 1.0), (60, 1.0)], ids=["24", "25", "29.97", "30", "60"]
)
def test_every_frame_rate_plays_at_the_same_speed(studio: Studio, fps: int, base: float) -> None:
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    studio.generate()
    motion = studio.session.results[0].motion
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    action = bpy.context.object.animation_data.action
    rate = fps / base
    seconds = (action.frame_range[1] - action.frame_range[0]) / rate
    assert motion.seconds - 1 / rate < seconds <= motion.seconds + 1e-3
    frames = {frame for points in keys_of(action).values() for frame, _ in points}
    assert all(frame == round(frame) for frame in frames)
    # the wrist's speed in the file is the motion's: distances at whole seconds agree
    hips = keys_of(action)
    path = next(key for key in hips if key[0].endswith("location"))
    assert len(hips[path]) == int(np.floor(motion.seconds * rate + 1e-6)) + 1


def test_a_prompt_with_everything_in_it(studio: Studio) -> None:
    prompt = 'a "person"\n waves 👋\tand says \\"hé\'llo\\" — ünïcödé; {0} %s'
    studio.generate(prompt)
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    request = json.loads(bpy.context.object.animation_data.action["mmm_request"])
    assert request["prompt"] == " ".join(prompt.split())


def test_a_prompt_too_long_is_refused_with_its_length(studio: Studio) -> None:
    before = dump()
    studio.settings.prompt = "walk " * 1000
    assert not bpy.ops.mmm.generate.poll()
    with pytest.raises(ValueError, match="4,999 characters"):
        studio.extension.module("ui.properties.generate").read_entry(studio.settings)
    studio.settings.prompt = ""
    before["scenes"], now = None, {**dump(), "scenes": None}
    assert now == before


def test_vary_takes_a_new_seed_and_history_brings_the_old_back(studio: Studio) -> None:
    studio.settings.seed = 5
    studio.generate("a person jumps")
    studio.settings.prompt = "a person jumps"
    assert bpy.ops.mmm.vary() == {"FINISHED"}
    studio.wait()
    session = studio.session
    assert session.results[0].motion.seed == studio.settings.seed != 5
    assert not np.array_equal(session.results[0].motion.joints, session.results[1].motion.joints)
    assert [entry.seed for entry in session.history[:2]] == [studio.settings.seed, 5]
    studio.settings.prompt = "something else"
    assert bpy.ops.mmm.reuse(index=1) == {"FINISHED"}
    assert (studio.settings.prompt, studio.settings.seed) == ("a person jumps", 5)
    first, count = session.results[1].motion, len(session.results)
    assert bpy.ops.mmm.generate() == {"FINISHED"}
    studio.wait()
    np.testing.assert_array_equal(session.results[0].motion.joints, first.joints)
    assert len(session.results) == count, "the same motion twice needs one line"


def test_discarding_leaves_nothing(studio: Studio) -> None:
    before = dump()
    studio.generate(variations=3)
    second = studio.session.results[1].id
    assert bpy.ops.mmm.discard(result=second) == {"FINISHED"}
    assert second not in [variation.id for variation in studio.session.results]
    assert bpy.ops.mmm.discard() == {"FINISHED"}  # the one shown
    assert bpy.ops.mmm.discard_all() == {"FINISHED"}
    studio.heartbeat.beat()
    assert not studio.session.results and studio.overlay.ghost is None
    assert dump() == before


def test_beats_are_short(studio: Studio) -> None:
    """Prints what the main thread spends; the bar is 8 ms at the 99th percentile."""
    studio.heartbeat.beat_times.clear()
    studio.start(seconds=6.0, variations=3)
    studio.wait()
    beats = np.array(studio.heartbeat.beat_times)
    print(f"\n{len(beats)} beats while generating: 99th percentile {1e3 * np.percentile(beats, 99):.2f} ms")
    assert len(beats) > 10


def test_what_the_engine_thinks_of_prompt_and_takes_is_shown(studio: Studio) -> None:
    studio.generate("xqzt flurb")
    assert "nearest" in studio.session.hint
    studio.generate("a person waves")
    assert studio.session.hint == "" and all(not take.faults for take in studio.session.results[:1])
