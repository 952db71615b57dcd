"""What the extension's zip leaves out, nothing in it may import."""

import tomllib
from pathlib import Path

from tests.layers import imported_names

ROOT = Path(__file__).parents[1]
PACKED = ("engine", "mmm_blender")


def left_out() -> list[str]:
    """Files and folders of our packages that the manifest excludes, without slashes at their ends."""
    build = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))["build"]
    patterns = [pattern.strip("/") for pattern in build["paths_exclude_pattern"]]
    return [pattern for pattern in patterns if pattern.split("/")[0] in PACKED and "/" in pattern]


def test_nothing_in_the_zip_imports_what_is_left_out():
    excluded = left_out()
    assert "engine/training" in excluded and "engine/cli.py" in excluded
    names = {pattern.removesuffix(".py").replace("/", ".") for pattern in excluded}
    seen = 0
    for package in PACKED:
        for path in sorted((ROOT / package).rglob("*.py")):
            inside = path.relative_to(ROOT).as_posix()
            if any(inside == pattern or inside.startswith(pattern + "/") for pattern in excluded):
                continue
            seen += 1
            found = imported_names(path, ROOT)
            wrong = {name for name in found if any(f"{name}.".startswith(f"{each}.") for each in names)}
            assert not wrong, f"{inside} imports {', '.join(sorted(wrong))}, which the zip leaves out"
    assert seen > 100
