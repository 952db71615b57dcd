"""Import MMM Checkpoint in a real Blender: from two files to a motion, the licence in sight, and away again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import ModuleType

import bpy
import harness
import pytest
from studio import Studio

NAME = "tiny-paper"
# The smallest of the published width, whose number of attention heads is known; a text encoder beside it.
MAKE = """
import dataclasses, sys, torch
from pathlib import Path
from tests.conversion.published_layout import TINY, published_checkpoints
from tests.models.tiny_clip import write_clip
folder = Path(sys.argv[1])
sizes = dataclasses.replace(TINY, width=1024)
for name, content in zip(("vq", "transformer"), published_checkpoints(sizes)):
    torch.save(content, folder / f"{name}.pth")
write_clip(folder / "clip-vit-base-patch32", 512, 512)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    subprocess.run(
        [str(harness.engine_python()), "-c", MAKE, str(folder)],
        check=True,
        cwd=harness.ROOT,
        env={**os.environ, "PYTHONPATH": str(harness.ROOT)},
    )
    return folder


def finish_job(extension: ModuleType) -> tuple[bool, str]:
    setup = extension.module("engine_install.installation")
    extension.pump(setup.tick, lambda: not setup.is_running())
    return setup.current_job().finished


def listed(extension: ModuleType) -> list[str]:
    return [model.name for model in extension.module("client.models").list_models()]


def test_what_cannot_be_imported_is_told_and_changes_nothing(extension: ModuleType, files: Path) -> None:
    before = listed(extension)
    for given, message in [
        ({}, "Choose two files"),
        ({"vq": str(files / "vq.pth"), "transformer": str(files / "nowhere.pth")}, "Choose two files"),
        ({"vq": str(files / "vq.pth"), "transformer": str(files / "vq.pth"), "name": "../up"}, "letters, digits"),
    ]:
        with pytest.raises(RuntimeError, match=message):
            bpy.ops.mmm.import_checkpoint(**given)
    both = {"vq": str(files / "vq.pth"), "transformer": str(files / "vq.pth")}
    assert bpy.ops.mmm.import_checkpoint(**both) == {"FINISHED"}
    assert not bpy.ops.mmm.import_checkpoint.poll()
    ok, message = finish_job(extension)
    assert not ok and "it is a tokenizer's" in message and "\n" not in message
    assert listed(extension) == before and extension.preferences().weights_folder == ""
    assert not bpy.ops.mmm.remove_model.poll()


def test_an_imported_model_is_chosen_shown_used_and_removed(extension: ModuleType, files: Path) -> None:
    preferences, models = extension.preferences(), extension.module("client.models")
    bundled = listed(extension)
    assert bundled[0] == "mmm-open" and preferences.model.endswith("mmm-open")
    given = {"vq": str(files / "vq.pth"), "transformer": str(files / "transformer.pth"), "name": NAME}
    assert bpy.ops.mmm.import_checkpoint(**given) == {"FINISHED"}
    ok, message = finish_job(extension)
    assert ok and message.startswith(f"Imported {NAME}, CC BY-NC-ND 4.0 (non-commercial)")
    folder = models.models_folder() / NAME
    assert Path(preferences.weights_folder) == folder and preferences.model == str(folder)
    assert listed(extension) == [*bundled, NAME]
    assert models.find_model(folder).non_commercial and not models.list_models()[0].non_commercial
    with pytest.raises(RuntimeError, match="choose another name"):
        bpy.ops.mmm.import_checkpoint(**given)

    (folder.parent / "clip-vit-base-patch32").symlink_to(files / "clip-vit-base-patch32")
    studio = Studio(extension)
    studio.session.discard_all()
    studio.add_character()
    studio.settings.duration = "SECONDS"
    studio.generate("a person waves")
    assert studio.session.model["licence"].startswith("CC BY-NC-ND")
    assert studio.session.results[0].motion.request()["model"] == NAME

    preferences.model = str(extension.installed_folder() / "weights" / "mmm-open")
    assert preferences.weights_folder == ""
    preferences.model = str(folder)
    assert bpy.ops.mmm.remove_model() == {"FINISHED"}
    assert not folder.exists() and preferences.weights_folder == "" and listed(extension) == bundled
    assert files.joinpath("vq.pth").is_file()
