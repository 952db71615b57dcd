"""A short drill of damaged inputs, and that the drill sees what it is for."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError

pytest.importorskip("resource", reason="the drill forks and sets limits")
from tests.drill.inputs import GOOD, drill, make_case, read_in_child, table
from tests.drill.readers import Reader, readers

pytestmark = [pytest.mark.slow, pytest.mark.linux]
PER_READER = 12


def test_damaged_inputs_end_in_a_result_or_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    count = PER_READER * len(readers())
    ends = drill(count, seed=2)
    assert [end.number for end in ends] == list(range(count))
    assert not [end for end in ends if end.end not in GOOD], capfd.readouterr().out
    assert {end.end for end in ends} == set(GOOD), "damage is refused, and what is left whole is read"
    assert f"| all | {count} |" in table(ends)


def read_badly(folder: Path) -> Any:
    """A reader that does all that it must not."""
    text = (folder / "a.json").read_text(errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        pass
    if len(text) % 4 == 0:
        os.abort()
    if len(text) % 4 == 1:
        raise InputError("two\nlines")
    if len(text) % 4 == 2:
        raise KeyError(text)
    raise InputError("one line")


def test_the_drill_sees_what_fails_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "a.json").write_text(json.dumps({"a": [1, 2.5, "three"]}))
    bad = (Reader("bad", ("good",), read_badly),)
    ends, numbers = [], range(60)
    while len(ends) < len(numbers):
        ends += read_in_child(numbers[len(ends) :], 0, bad, tmp_path)
    kinds = {end.end.split(":")[0] for end in ends}
    assert kinds == {"result", "one line", "message", "KeyError", "the process ended with -6"}
    contents = [make_case(7, 0, bad, tmp_path, tmp_path / "case").file.read_bytes() for _ in range(2)]
    assert contents[0] == contents[1], "an input is told by seed and number"


def test_what_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "a").write_text("1")
    monkeypatch.setattr("tests.drill.inputs.PATIENCE", 1.0)
    asleep = (Reader("asleep", ("good",), lambda folder: time.sleep(999)),)
    assert [end.end for end in read_in_child(range(3), 0, asleep, tmp_path)] == ["the process ended with -9"]
