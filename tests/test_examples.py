"""The examples run as they stand, on the bundled model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"


def run(*arguments: str | Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "arguments", "written", "said"),
    [
        ("generate.py", ("a person waves",), ("motion.npz", "motion.bvh"), "80 frames"),
        ("edit_span.py", (), ("edited.npz", "waving.npz"), "identical: True"),
        ("story.py", (), ("story.npz",), "3.0 s  a person sits down"),
        ("path.py", (), ("path.npz",), "ends at x"),
        ("batch_in_blender.py", (), ("a_person_claps.blend", "a_person_bows.blend"), "bows.blend"),
    ],
)
def test_scripts(tmp_path, script, arguments, written, said):
    assert said in run(sys.executable, EXAMPLES / script, *arguments, tmp_path)
    assert all((tmp_path / name).stat().st_size > 1000 for name in written)


@pytest.mark.slow
def test_fine_tuning(tmp_path):
    clips = tmp_path / "clips"
    clips.mkdir()
    golden = np.load(ROOT / "tests" / "golden" / "humanml3d_new_joints_012314.npy")
    for name in ("one", "two", "three"):
        np.savez(clips / f"{name}.npz", joints=golden, fps=20.0)
    lines = "".join(f"{name}.npz,a person shuffles about\n" for name in ("one", "two", "three"))
    (clips / "captions.csv").write_text("file,caption\n" + lines)
    few = ("--set", "transformer.replay.motions=8")  # the model's own motions, which take longest
    said = run("bash", EXAMPLES / "finetune.sh", clips, tmp_path / "out", "2", *few)
    assert "--weights" in said and (tmp_path / "out" / "run" / "model" / "config.json").is_file()


def test_every_example_is_listed():
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.name}`" in listed for path in EXAMPLES.iterdir() if path.name != "README.md")
