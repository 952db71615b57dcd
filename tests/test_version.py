"""One version: the extension's, the engine's and the package's."""

import tomllib
from pathlib import Path

import engine

ROOT = Path(__file__).parents[1]


def test_versions_agree():
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert manifest["version"] == project["project"]["version"] == engine.__version__
    assert f"## {engine.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
