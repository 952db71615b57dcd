"""`mmm batch`: a table of prompts and a rig's file to a library, with the real engine and Blender."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAKE_RIG = """
import bpy, os, sys
from mmm_blender import character
bpy.ops.wm.read_homefile(use_empty=True)
character.add_character(bpy.context.scene.collection)
bpy.data.actions.new("wave").use_fake_user = True
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1])
os._exit(0)
"""
LOOK = """
import bpy, json, os, sys
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
told = {
    action.name: {
        "asset": action.asset_data is not None,
        "tags": sorted(tag.name for tag in action.asset_data.tags),
        "catalog": action.asset_data.catalog_id,
        "picture": action.preview.image_size[0],
        "cyclic": action.use_cyclic,
        "end": action.frame_range[1],
    }
    for action in bpy.data.actions
}
print("TOLD" + json.dumps([told, len(bpy.data.objects)]), flush=True)
os._exit(0)
"""
pytestmark = pytest.mark.slow


def python(text: str, path: Path) -> str:
    done = subprocess.run([sys.executable, "-c", text, path], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rig") / "rig.blend"
    python(MAKE_RIG, path)
    return path


@pytest.fixture
def asked(rig: Path, tmp_path: Path) -> list[str]:
    """A batch of three lines, as a command."""
    (tmp_path / "prompts.csv").write_text(
        "prompt,seconds,seed,loop,name\na person waves,1.5,3,,wave\na person walks forward,2,4,yes,\n"
        "a person bows,1.5,,,\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "engine.cli", "batch", str(tmp_path / "prompts.csv"), "--rig", str(rig)]
    return [*command, "--out", str(tmp_path / "library.blend"), "--catalog", "Hero/Moves", "--steps", "2"]


def look(path: Path) -> tuple[dict[str, dict[str, object]], int]:
    (line,) = [line for line in python(LOOK, path).splitlines() if line.startswith("TOLD")]
    actions, objects = json.loads(line.removeprefix("TOLD"))
    return actions, objects


def test_a_table_becomes_a_library(asked: list[str], rig: Path, tmp_path: Path) -> None:
    before = rig.read_bytes()
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = ["wave", "Walk Forward", "Bow"]
    told = [f"[{number}/3] {name}" for number, name in enumerate(names, 1)]
    assert done.stdout.splitlines() == [*told, "3 of 3 actions made"]
    actions, objects = look(tmp_path / "library.blend")
    assert sorted(actions) == sorted(names) and objects == 0
    assert all(action["asset"] and action["picture"] for action in actions.values())
    assert actions["wave"]["tags"] == ["MMM"] and actions["wave"]["end"] == 35  # 1.5 s at 24 fps, from frame 1
    assert actions["Walk Forward"]["tags"] == ["MMM", "loop"]
    assert [name for name, action in actions.items() if action["cyclic"]] == ["Walk Forward"]
    catalogues = (tmp_path / "blender_assets.cats.txt").read_text(encoding="utf-8")
    assert all(f"{action['catalog']}:Hero/Moves:" in catalogues for action in actions.values())
    assert rig.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "blender_assets.cats.txt",
        "library.blend",
        "prompts.csv",
    ]


@pytest.mark.posix
@pytest.mark.parametrize("whom", ["terminal", "command"])
def test_what_is_finished_is_kept_when_it_is_stopped(asked: list[str], tmp_path: Path, whom: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    batch = subprocess.Popen(
        asked,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    watchdog = threading.Timer(300, batch.kill)
    watchdog.start()
    assert batch.stdout is not None
    assert batch.stdout.readline().startswith("[1/3]")
    # A terminal interrupts all that runs in it, Blender and engine as well.
    (os.killpg if whom == "terminal" else os.kill)(batch.pid, signal.SIGINT)
    said, complained = batch.communicate()
    watchdog.cancel()
    assert batch.returncode == 130, complained
    kept = len(look(tmp_path / "library.blend")[0])
    assert f"Stopped: {kept} of 3 actions made" in said and 1 <= kept < 3


def test_a_rig_that_is_none_is_one_line(asked: list[str], tmp_path: Path) -> None:
    asked[asked.index("--rig") + 1] = str(tmp_path / "absent.blend")
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "absent.blend" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "library.blend").exists()
