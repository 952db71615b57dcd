"""What must not cost an artist anything: cancelling, deleting, renaming, loading, linking, dying engines."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import bpy
import pytest
from studio import Studio, dump


def worker_pids() -> set[int]:
    """Processes of this one that run the worker."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes()
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == os.getpid() and b"engine.worker" in line:
                found.add(int(folder.name))
    return found


@pytest.mark.parametrize("stage", ["at once", "model", "text", "decode"])
def test_cancel_leaves_no_trace_at_any_stage(studio: Studio, stage: str) -> None:
    if stage in ("at once", "model"):
        studio.session.stop()
    before = dump()
    studio.start(seconds=8.0, variations=4)
    before["scenes"] = dump()["scenes"]  # the prompt was typed since
    if stage != "at once":
        studio.wait(lambda: studio.session.run is None or studio.session.run.stage == stage)
        assert studio.session.run is not None, "it was over before it could be cancelled"
    assert bpy.ops.mmm.cancel() == {"FINISHED"}
    assert studio.session.run is None and not studio.session.message
    assert not bpy.ops.mmm.cancel.poll()
    studio.wait()
    assert not studio.session.results and dump() == before
    studio.generate(seconds=1.0)
    assert len(studio.session.results) == 1


def test_the_character_deleted_mid_run(studio: Studio) -> None:
    studio.start()
    bpy.data.objects.remove(bpy.context.object)
    before = dump()
    studio.wait()
    studio.wait(lambda: studio.overlay.message, 20)
    assert len(studio.session.results) == 1 and studio.overlay.ghost is None
    assert not bpy.ops.mmm.apply.poll()
    assert dump() == before
    studio.add_character()
    assert bpy.ops.mmm.apply() == {"FINISHED"}


def test_the_character_renamed_mid_run(studio: Studio) -> None:
    character = bpy.context.object
    studio.start()
    character.name = "Hero"
    bpy.context.view_layer.objects.active = None
    studio.wait()
    assert studio.extension.module("client.session").find_character(bpy.context.view_layer) == character
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    assert character.animation_data.action is not None


def test_a_file_loaded_mid_run(studio: Studio, tmp_path: Path) -> None:
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    studio.start()
    bpy.ops.wm.open_mainfile(filepath=path)
    before = dump()
    studio.wait()
    assert len(studio.session.results) == 1 and dump() == before
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    studio.start("a person jumps")
    bpy.ops.wm.read_homefile(use_empty=True)
    before = dump()
    studio.wait()
    assert len(studio.session.results) == 2 and dump() == before
    assert not bpy.ops.mmm.apply.poll()


def test_undo_mid_run(studio: Studio) -> None:
    bpy.ops.ed.undo_push(message="character")
    bpy.context.object.location.x = 2.0
    bpy.ops.ed.undo_push(message="moved")
    studio.start()
    bpy.ops.ed.undo()
    studio.wait()
    assert len(studio.session.results) == 1 and not studio.session.message
    assert bpy.ops.mmm.apply() == {"FINISHED"}


def test_a_linked_character_is_refused_and_an_override_is_not(studio: Studio, tmp_path: Path) -> None:
    path = str(tmp_path / "library.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (there, here):
        here.objects = [name for name in there.objects if name == "MMM Character"]
    linked = here.objects[0]
    bpy.context.scene.collection.objects.link(linked)
    bpy.context.view_layer.objects.active = linked
    studio.generate()
    before = dump()
    why = studio.extension.module("target").why_not_keyable(linked)
    assert why is not None and "library override" in why
    assert not bpy.ops.mmm.apply.poll()
    with pytest.raises(RuntimeError):
        bpy.ops.mmm.apply()
    assert dump() == before

    override = linked.override_create(remap_local_usages=True)
    override.override_library.is_system_override = False
    bpy.context.view_layer.objects.active = override
    assert bpy.ops.mmm.apply() == {"FINISHED"}
    assert override.animation_data.action is not None


def test_edit_mode_is_refused_with_a_reason(studio: Studio) -> None:
    studio.generate()
    bpy.ops.object.mode_set(mode="EDIT")
    assert not bpy.ops.mmm.apply.poll() and not bpy.ops.mmm.add_character.poll()
    assert "Edit Mode" in studio.extension.module("target").why_not_keyable(bpy.context.object)
    bpy.ops.object.mode_set(mode="POSE")
    assert bpy.ops.mmm.apply() == {"FINISHED"}


def test_a_rig_without_limbs_says_what_is_missing(studio: Studio) -> None:
    studio.generate()
    bpy.ops.object.armature_add()
    before = dump()
    with pytest.raises(RuntimeError, match="(?i)error: .*"):
        bpy.ops.mmm.apply()
    assert dump() == before
    studio.overlay.show()
    studio.wait(lambda: studio.overlay.message, 20)
    assert studio.overlay.ghost is None
    assert studio.extension.module("ui.bone_mapping").look_up(bpy.context.object).problem


@pytest.mark.parametrize("when", ["loading", "decoding", "between"])
def test_an_engine_that_is_killed_costs_one_message(studio: Studio, when: str) -> None:
    if when == "loading":
        studio.session.stop()
        studio.wait(lambda: not worker_pids())  # or the one that is leaving would be the one killed
    else:
        studio.generate(seconds=1.0)
    before = dump()
    if when != "between":
        studio.start(seconds=10.0, variations=6)
        before["scenes"] = dump()["scenes"]
        stages = ("engine", "model") if when == "loading" else ("decode",)
        studio.wait(lambda: studio.session.run.stage in stages and worker_pids())
    for pid in worker_pids():
        os.kill(pid, signal.SIGKILL)
    studio.wait(lambda: studio.session.message, 60)
    assert "Restart Engine" in studio.session.message and studio.session.offers_restart
    assert studio.session.run is None and dump() == before
    # either way goes on: the button, or simply the next Generate
    if when == "loading":
        assert bpy.ops.mmm.restart_engine() == {"FINISHED"}
        assert not studio.session.message
    count = len(studio.session.results)
    studio.generate("a person jumps", seconds=1.0)
    assert len(studio.session.results) == count + 1


def test_no_engine_chosen_is_a_message_with_a_way_out(studio: Studio) -> None:
    studio.session.stop()
    studio.extension.preferences().existing_python = "/nowhere/python"
    studio.settings.prompt = "walk"
    assert not bpy.ops.mmm.generate.poll() and not bpy.ops.mmm.restart_engine.poll()
    before = dump()
    with pytest.raises(RuntimeError):
        bpy.ops.mmm.generate()
    assert dump() == before


def test_history_is_saved_with_the_file_and_undo_does_not_reach_it(studio: Studio, tmp_path: Path) -> None:
    history = studio.extension.module("client.history")
    studio.session.history = [history.Entry("walk 👣", 3), history.Entry("run", 4, 2.0, 2, 6, 4.0, 0.5)]
    kept = list(studio.session.history)
    path = str(tmp_path / "history.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    assert studio.session.history == []
    bpy.ops.wm.open_mainfile(filepath=path)
    assert studio.session.history == kept


def test_a_scene_with_a_broken_history_opens(studio: Studio, tmp_path: Path) -> None:
    for text in ("{", "[1, {}]", '[{"prompt": "walk", "seed": "x"}]', '"walk"', '[{"prompt": "walk"}]'):
        assert studio.extension.module("client.history").read_text(text) == []


def test_settings_are_saved_with_the_file(studio: Studio, tmp_path: Path) -> None:
    wanted = {"prompt": "walk “on” 👣", "seed": 77, "in_place": True, "root": "OBJECT", "target": "NLA_STRIP"}
    for name, value in wanted.items():
        setattr(studio.settings, name, value)
    path = str(tmp_path / "settings.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    assert studio.settings.prompt == ""
    bpy.ops.wm.open_mainfile(filepath=path)
    assert {name: getattr(studio.settings, name) for name in wanted} == wanted


@pytest.mark.parametrize("target", ["NEW_ACTION", "ACTIVE_ACTION", "NLA_STRIP"])
@pytest.mark.parametrize("root", ["PELVIS", "OBJECT"])
def test_apply_goes_where_the_panel_says(studio: Studio, target: str, root: str) -> None:
    studio.generate(seconds=1.0)
    character, scene = bpy.context.object, bpy.context.scene
    variation = studio.session.results[0].id
    scene.frame_end = 10
    if target == "ACTIVE_ACTION":
        assert bpy.ops.mmm.apply(result=variation) == {"FINISHED"}
        scene.frame_set(8)
    studio.settings.target, studio.settings.root = target, root
    played = character.animation_data.action if character.animation_data else None
    assert bpy.ops.mmm.apply(result=variation) == {"FINISHED"}
    animation = character.animation_data
    if target == "NLA_STRIP":
        assert animation.action is None and len(animation.nla_tracks) == 1
    elif target == "ACTIVE_ACTION":
        assert animation.action == played and scene.frame_current == 8
    assert scene.frame_end == scene.frame_current + 22  # 19/20 s at 24 frames a second
    assert bpy.ops.mmm.apply(result=variation, fit_range=True, start_frame=5) == {"FINISHED"}
    assert (scene.frame_start, scene.frame_end) == (5, 27)
