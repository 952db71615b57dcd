"""Many prompts to many actions of a library, with the real engine."""

from __future__ import annotations

import runpy
from pathlib import Path

import bpy
import numpy as np
import pytest
from studio import Studio, dump, keys_of


@pytest.fixture
def studio(studio: Studio) -> Studio:
    studio.settings.quality = "DRAFT"
    bpy.ops.ed.undo_push(message="start")
    return studio


def put_lines(studio: Studio, text: str) -> None:
    block = bpy.data.texts.new("lines")
    block.from_string(text)
    bpy.context.scene.mmm_batch.text = block


def finish(studio: Studio) -> object:
    batch = studio.extension.module("client.batch")
    studio.wait(lambda: not batch.batch.running, 240)
    return batch.batch


def test_lines_become_assets_from_the_origin_and_the_rig_stays(studio: Studio, tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "hero.blend"))
    rig = bpy.context.object
    rig.pose.bones["pelvis"].location = (0.3, 0.1, 0.2)
    bpy.context.view_layer.update()
    put_lines(studio, "prompt,seconds,seed,loop,name\na person waves,1.5,3,,Hero wave\na person walks,2,4,yes,\n")
    before = dump()["objects"]
    assert bpy.ops.mmm.batch() == {"FINISHED"}
    made = finish(studio)
    assert made.made == ["Hero wave", "Walk"] and not made.failures, made.outcome
    assert dump()["objects"] == before and not studio.session.results
    for name in made.made:
        action = bpy.data.actions[name]
        assert action.asset_data is not None and action.preview.image_size[0] > 0
    cycle = bpy.data.actions["Walk"]
    assert cycle.use_cyclic and "loop" in cycle.asset_data.tags
    told = (tmp_path / "blender_assets.cats.txt").read_text()
    assert bpy.data.actions["Hero wave"].asset_data.catalog_id in told and ":MMM:MMM" in told


def test_an_action_is_the_same_whatever_pose_the_rig_has(studio: Studio) -> None:
    library, rig = studio.extension.module("animation.assets.library"), bpy.context.object
    motion = studio.session.find(studio.put_motion("walk")).motion
    made = []
    for name, turn in (("one", 0.0), ("other", 0.7)):
        rig.pose.bones["pelvis"].location = (turn, 0.1 * turn, turn)
        rig.pose.bones["pelvis"].rotation_quaternion = (1.0, turn, -turn, 0.0)
        bpy.context.view_layer.update()
        made.append(keys_of(library.add_to_library(rig, motion, bpy.context.scene, name)))
    assert made[0].keys() == made[1].keys()
    for path, keys in made[0].items():
        np.testing.assert_allclose(keys, made[1][path], atol=1e-5, err_msg=str(path))
    assert rig.animation_data is None or rig.animation_data.action is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("# only a comment\n", "empty"),
        ("a person walks\n" * 10_000, "10,000 lines"),
        ("seconds,seed\n2,3\n", "no column 'prompt'"),
        ("prompt,seconds\na person walks,soon\n", "Line 2"),
        ("prompt,loop\na person walks,maybe\n", "yes or no"),
    ],
)
def test_lines_that_cannot_be_made_are_one_line(studio: Studio, text: str, told: str) -> None:
    put_lines(studio, text)
    before = dump()
    with pytest.raises(RuntimeError, match=told):
        bpy.ops.mmm.batch()
    assert dump() == before


def test_what_is_finished_stays_when_the_character_is_deleted(studio: Studio) -> None:
    put_lines(studio, "a person waves\na person bows\na person claps\n")
    assert bpy.ops.mmm.batch() == {"FINISHED"}
    batch = studio.extension.module("client.batch")
    studio.wait(lambda: len(batch.batch.made) == 1, 240)
    bpy.data.objects.remove(bpy.context.object)
    made = finish(studio)
    assert "is gone" in made.outcome and "1 of 3" in made.outcome
    assert bpy.data.actions["Wave"].asset_data is not None


def test_cancelling_keeps_what_is_finished(studio: Studio) -> None:
    put_lines(studio, "a person waves\na person bows\n")
    assert bpy.ops.mmm.batch() == {"FINISHED"}
    batch = studio.extension.module("client.batch")
    studio.wait(lambda: len(batch.batch.made) == 1, 240)
    assert bpy.ops.mmm.batch_cancel() == {"FINISHED"}
    assert batch.batch.made == ["Wave"] and "1 of 2" in batch.batch.outcome
    studio.generate("a person waves")
    assert studio.session.results


def test_the_example_of_operators_runs_to_its_end(studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
    example = Path(__file__).resolve().parents[2] / "examples" / "operators.py"
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.context.scene.mmm.quality = "DRAFT"
    step = runpy.run_path(str(example))["step"]
    bpy.app.timers.unregister(step)  # no timer runs in this Blender
    ended: list[bool] = []
    studio.wait(lambda: bool(ended) or (step() is None and not ended.append(True)), 300)
    assert capsys.readouterr().out.splitlines()[-1] == "assets: Clap, Walk Cycle"
    assert bpy.context.object.animation_data.action.name == "Wave"
    assert bpy.data.actions["Walk Cycle"].use_cyclic
