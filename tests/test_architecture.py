"""docs/architecture.md names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = {
    path.relative_to(ROOT.parent).as_posix()
    for top in ("engine", "mmm_blender", "docs", "tests")
    for path in (ROOT / top).rglob("*")
    if "__pycache__" not in path.parts
}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w./-]+(?:\.py|\.md|/))`", PAGE))))
def test_what_is_named_is_there(name):
    end = "/" + name.removeprefix("../").rstrip("/")
    assert (ROOT / name).exists() or any(place.endswith(end) for place in PLACES), name


def test_a_first_file_is_told_for_ten_tasks():
    table = PAGE.split("| to change |", 1)[1].split("\n\n")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(rows) == 10
    for row in rows:
        first = re.search(r"`([^`]+)`", row.split("|")[2])
        assert first and (ROOT / first[1]).exists(), row
