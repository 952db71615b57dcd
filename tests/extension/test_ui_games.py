"""Actions for game engines, as the panel writes them."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from studio import Studio, dump


@pytest.fixture
def studio(studio: Studio) -> Studio:
    studio.settings.quality = "DRAFT"
    studio.generate("a person walks forward")
    assert bpy.ops.mmm.apply(start_frame=1) == {"FINISHED"}
    return studio


def test_an_action_goes_to_each_engine_and_the_file_stays(studio: Studio, tmp_path: Path) -> None:
    games = bpy.context.scene.mmm_games
    bpy.ops.object.mode_set(mode="POSE")
    before = dump()
    endings = {"UNREAL": "fbx", "UNITY": "fbx", "GODOT": "glb", "OTHER": "fbx"}
    for engine, ending in endings.items():
        games.engine = engine
        assert games.format.lower() == ending
        folder = tmp_path / engine
        folder.mkdir()
        assert bpy.ops.mmm.export_for_game(directory=str(folder)) == {"FINISHED"}
        assert [path.suffix for path in folder.iterdir()] == [f".{ending}"]
        assert games.folder == str(folder) and bpy.context.object.mode == "POSE"
    games.engine, games.folder = "UNREAL", ""
    after = dump()
    assert {**after, "scenes": None} == {**before, "scenes": None}


def test_a_folder_that_is_not_there_is_told(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Choose a folder that exists"):
        bpy.ops.mmm.export_for_game(directory=str(tmp_path / "none"))
    bpy.context.object.animation_data.action = None
    before = dump()
    with pytest.raises(RuntimeError, match="plays no action"):
        bpy.ops.mmm.export_for_game(directory=str(tmp_path))
    assert not list(tmp_path.iterdir()) and dump() == before


def test_a_file_of_godot_after_another_was_open(studio: Studio, tmp_path: Path) -> None:
    # Blender 4.2 would write to what was freed: the scene that was open when Rigify last looked, see compat.
    assert bpy.context.layer_collection is not None
    bpy.ops.wm.read_homefile(use_empty=True)
    studio.add_character()
    studio.generate("a person walks forward")
    assert bpy.ops.mmm.apply(start_frame=1) == {"FINISHED"}
    bpy.context.scene.mmm_games.engine = "GODOT"
    assert bpy.ops.mmm.export_for_game(directory=str(tmp_path)) == {"FINISHED"}
    assert _owner_of_context() in {0, *(each.as_pointer() for each in (*bpy.data.scenes, *bpy.data.window_managers))}


def _owner_of_context() -> int:
    """The address of the data-block that `bpy.context` belongs to, 0 for none."""
    owner = bpy.context.window.id_data
    return owner.as_pointer() if owner is not None else 0
