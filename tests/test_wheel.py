"""`pip install .` gives a working `mmm` outside the checkout: the wheel holds all that is needed, weights included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
PACKED = {"engine": "engine", "mmm_blender": "mmm_blender", "weights": "mmm_weights"}
BUILT_FROM = ("pyproject.toml", "setup.py", "README.md", "LICENSE")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, so that nothing is left in the checkout."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source / name)
    for name in PACKED:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(out), str(source))
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory) -> Path:
    """An environment with the wheel alone, which sees the packages it needs where this one has them."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    pip("--python", str(python_of(folder)), "install", "--no-deps", "--no-index", "--ignore-installed", str(wheel))
    packages = ask(folder, "import sysconfig; print(sysconfig.get_path('purelib'))", folder)
    # By a path, not as site-packages of its own: a checkout that is installed there to be edited stays out.
    (Path(packages) / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder


def pip(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ask(folder: Path, script: str, place: Path) -> str:
    """What a script prints in the environment, with `place` as working directory."""
    done = subprocess.run(
        [str(python_of(folder)), "-c", script], cwd=place, env=plain(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def plain() -> dict[str, str]:
    """This process's environment without ways to the checkout."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def test_every_file_of_the_packages_is_in_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = {
        (Path(installed) / path.relative_to(ROOT / name)).as_posix()
        for name, installed in PACKED.items()
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(wanted) > 300
    assert wanted - inside == set()
    assert not [name for name in inside if name.startswith(("tests/", "docs/", "build/"))]


def test_the_installed_command_generates_a_motion(environment, tmp_path):
    mmm = python_of(environment).with_name("mmm.exe" if os.name == "nt" else "mmm")
    command = [str(mmm), "generate", "a person waves", "--seconds", "1", "--steps", "2", "--out", "wave.npz"]
    done = subprocess.run(command, cwd=tmp_path, env=plain(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "wave.npz") as motion:
        assert motion["joints"].shape == (20, 27, 3) and np.isfinite(motion["joints"]).all()


def test_recipes_statistics_and_both_models_are_found(environment, tmp_path):
    script = (
        "import engine; from engine.training.recipe import list_recipes; from engine.weights import list_weights\n"
        "from engine.conversion.statistics import HUMANML3D\n"
        "print(engine.__file__, *(path.name for path in list_weights()), len(list_recipes()) > 3, HUMANML3D.is_file())"
    )
    place, *found = ask(environment, script, tmp_path).split()
    assert Path(place).is_relative_to(environment)
    assert found == ["mmm-open", "mmm-styles-nc", "True", "True"]
