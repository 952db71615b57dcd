"""``python -m mmm_blender.headless batch``: what it refuses, in one line and before any work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import pytest

from mmm_blender import character
from mmm_blender.headless.batch import BatchRequest, open_rig, run

PROMPTS = "prompt,seconds\na person waves,2\n"


def save_rig(path: Path, *names: str, bones: bool = True) -> Path:
    """A file with MMM Characters of these names, or with armatures of one bone; none is active."""
    bpy.ops.wm.read_homefile(use_empty=True)
    scene = bpy.context.scene
    for name in names:
        if bones:
            made = character.add_character(scene.collection)
        else:
            made = bpy.data.objects.new(name, bpy.data.armatures.new(name))
            scene.collection.objects.link(made)
        made.name = name
    bpy.context.view_layer.objects.active = None
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


def refusal(folder: Path, text: str = PROMPTS, **changes: Any) -> str:
    """Why a batch is refused; nothing is written."""
    (folder / "prompts.csv").write_text(text, encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    asked = {"prompts": folder / "prompts.csv", "rig": folder / "rig.blend", "out": folder / "library.blend"}
    with pytest.raises(ValueError) as caught:
        run(BatchRequest(**(asked | changes)))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("prompt,seconds\n", "empty"),
        ("a person walks\n" * 10_000, "10,000 lines"),
        ("seconds,seed\n2,3\n", "no column 'prompt'"),
        ("prompt,seconds\na person walks,soon\n", "Line 2"),
    ],
)
def test_lists_that_cannot_be_made(text: str, told: str, tmp_path: Path) -> None:
    save_rig(tmp_path / "rig.blend", "Hero")
    assert told in refusal(tmp_path, text)


def test_files_that_are_none(tmp_path: Path) -> None:
    save_rig(tmp_path / "rig.blend", "Hero")
    (tmp_path / "broken.blend").write_bytes(b"no blend")
    (tmp_path / "latin.csv").write_bytes(b"prompt\n\xff\xfe\n")
    assert "absent.csv" in refusal(tmp_path, prompts=tmp_path / "absent.csv")
    assert "UTF-8" in refusal(tmp_path, prompts=tmp_path / "latin.csv")
    for name in ("absent.blend", "broken.blend"):
        assert name in refusal(tmp_path, rig=tmp_path / name)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    save_rig(tmp_path / "rig.blend", "Hero")
    assert "does not exist" in refusal(tmp_path, out=tmp_path / "absent" / "library.blend")
    assert "own file" in refusal(tmp_path, out=tmp_path / "rig.blend")
    assert ".blend" in refusal(tmp_path, out=tmp_path / "library.fbx")


def test_a_rig_that_is_not_mapped(tmp_path: Path) -> None:
    save_rig(tmp_path / "rig.blend", "Crate", bones=False)
    assert "'Crate'" in refusal(tmp_path)


def test_the_character_is_named_where_there_are_several(tmp_path: Path) -> None:
    save_rig(tmp_path / "rig.blend", "Hero", "Villain")
    told = refusal(tmp_path)
    assert "--character" in told and "'Hero', 'Villain'" in told
    assert "'Hero', 'Villain'" in refusal(tmp_path, character="Nobody")
    assert open_rig(tmp_path / "rig.blend", "Villain").name == "Villain"


def test_a_file_without_characters(tmp_path: Path) -> None:
    save_rig(tmp_path / "rig.blend")
    assert "there is none" in refusal(tmp_path)
