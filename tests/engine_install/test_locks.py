"""What pip may install: wheels that are listed, with their hashes, and no others; and no password in what is kept."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from mmm_blender.engine_install.locks import LOCKED, PACKAGES, PIP, entries, lock_of_build, write_without_torch
from mmm_blender.engine_install.packages import read_packages
from mmm_blender.engine_install.pip_process import explain_output, run_program, without_passwords

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def locks() -> list[Path]:
    builds = read_packages().backends.values()
    return [PACKAGES, PIP, *(lock_of_build(f"torch_{one.name}_{s.lower()}") for one in builds for s in one.locked)]


@pytest.mark.parametrize("path", locks(), ids=lambda path: path.stem)
def test_every_package_has_hashes(path: Path) -> None:
    text = path.read_text()
    found = entries(text)
    assert found and all(HASH.search(lines) for _, lines in found)
    assert "".join(lines for _, lines in found) == text, "nothing but packages, so no index and no option"


def test_the_lists_are_of_the_versions_that_are_pinned() -> None:
    packages = read_packages()
    listed = PACKAGES.read_text()
    assert all(re.search(rf"^{re.escape(pin)} ", listed, re.MULTILINE) for pin in packages.pins())
    assert PIP.read_text().startswith(f"pip=={packages.pip} ")
    for path in locks()[2:]:
        assert path.read_text().startswith(f"torch=={packages.torch}+")


def test_builds_of_pytorchs_own_index_take_the_rest_from_the_list(tmp_path: Path) -> None:
    names = [name for name, _ in entries(write_without_torch(tmp_path / "packages.txt").read_text())]
    assert {"numpy", "transformers", "sympy", "networkx", "safetensors"} <= set(names)
    assert not [name for name in names if name.startswith(("torch", "triton", "nvidia", "cuda"))]


def test_another_wheel_of_that_name_is_refused(tmp_path: Path) -> None:
    pin = next(pin for pin in read_packages().packages if pin.startswith("tqdm"))
    (tmp_path / f"{pin.replace('==', '-')}-py3-none-any.whl").write_bytes(b"something else")
    lock = tmp_path / "lock.txt"
    lock.write_text(next(lines for name, lines in entries(PACKAGES.read_text()) if name == "tqdm"))
    pip = [sys.executable, "-I", "-m", "pip", "--isolated", "install", "--target", tmp_path / "site", "--no-index"]
    arguments = ["--find-links", tmp_path, *LOCKED, "-r", lock]
    outcome = run_program([*pip, *arguments], tmp_path / "log", lambda: False)
    assert outcome.code != 0 and not (tmp_path / "site").exists()
    assert "not the one this version was made with" in explain_output(outcome.output)


SECRET = "hunter2"


@pytest.mark.parametrize(
    "said",
    [
        "Looking in indexes: https://me:hunter2@index.studio/simple, https://pypi.org/simple",
        "--index-url=https://hunter2@index.studio/simple",
        "--proxy me:hunter2@proxy:8080",
        "--proxy=me:hunter2@proxy:8080",
        "https://index.studio/simple?token=hunter2&page=2",
        "'https://index.studio/simple/?api_key=hunter2'",
        "https://me%40studio:hunter2@index.studio/a@b/simple",
        "https://me:a@hunter2@index.studio/simple",
    ],
)
def test_passwords_are_taken_out(said: str) -> None:
    assert SECRET not in without_passwords(said) and "***" in without_passwords(said)


def test_other_lines_stay() -> None:
    for said in ("Downloading https://host/a@1/torch-2.whl", "pip install numpy==2.3.5", "see https://host/?page=2"):
        assert without_passwords(said) == said


def test_neither_log_nor_message_has_a_password(tmp_path: Path) -> None:
    address = "https://me:hunter2@index.studio/simple"
    lines: list[str] = []
    program = [sys.executable, "-c", "import sys; print('ERROR: cannot reach', sys.argv[1]); sys.exit(1)", address]
    outcome = run_program(program, tmp_path / "log", lambda: False, lines.append)
    kept = (tmp_path / "log").read_text()
    assert kept.count("https://***@index.studio/simple") == 2
    assert SECRET not in kept + outcome.output + "".join(lines) + explain_output(outcome.output)
