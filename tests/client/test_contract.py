"""The protocol's facts are the same in docs/protocol.md, in the worker and in the add-on."""

from __future__ import annotations

import re

import pytest

from engine.requests import EditRequest, GenerateRequest, PathRequest, StoryRequest
from engine.requests.kinds import KINDS
from engine.requests.sampling import SAMPLING
from engine.worker import messages, methods
from mmm_blender import protocol
from mmm_blender.client.history import Entry
from tests.client.conversation import ROOT

PAGE = (ROOT / "docs" / "protocol.md").read_text("utf-8")
FAMILY = {request.METHOD: request for request in (GenerateRequest, EditRequest, StoryRequest, PathRequest)}


def rows(heading: str) -> dict[str, list[str]]:
    """The first table under a heading: first cell -> all cells."""
    table = PAGE.split(f"# {heading}\n", 1)[1].strip().split("\n\n")[0]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()[2:]]
    return {row[0].split("`")[1] if "`" in row[0] else row[0]: row for row in cells}


def told(cell: str) -> set[str]:
    """Names of params in a cell: what stands in back ticks, but for values and the fields of entries."""
    plain = re.sub(r"\{[^}]*\}", "", cell)
    return {re.match(r"[,;\s(]*`(\w+)`", part)[1] for part in _params(plain)}


def _params(cell: str) -> list[str]:
    """The cell cut at commas: each piece that begins with a name tells of a param, the first name in it."""
    return [piece for piece in re.split(r"[,;](?![^(]*\))", cell) if re.match(r"\s*`\w+`", piece)]


def test_the_version_is_one() -> None:
    version = int(re.match(r"# The worker protocol, version (\d+)", PAGE)[1])
    assert version == methods.PROTOCOL == protocol.VERSION
    assert f"`protocol` {version}," in rows("Requests")["initialize"][1]


def test_the_codes_are_the_same() -> None:
    here, there = ({code.name: code.value for code in kind} for kind in (protocol.Code, messages.Code))
    assert here == there
    page = {int(number) for first in rows("Errors") for number in re.findall(r"-\d+", first)}
    assert page == set(here.values())


def test_the_methods_and_their_params_are_those_of_the_page() -> None:
    page = rows("Requests")
    assert set(page) == {*methods.METHODS, "shutdown"}
    for name, request in FAMILY.items():
        params = told(page[name][1])
        if "sampling as in `generate`" in page[name][1]:
            params |= set(SAMPLING)
        extra = {"generate": {"samples"}, "edit": {"motion", "floor"}}.get(name, set())
        assert params == {*request.PARAMS, *extra}, name
    assert set(Entry("a person walks", 0).params()) <= {*GenerateRequest.PARAMS, "samples"}


def test_the_kinds_of_edit_are_those_of_the_page() -> None:
    page = rows("Kinds of `edit`")
    assert set(page) == set(KINDS)
    for name, kind in KINDS.items():
        assert told(page[name][1]) == set(kind.PARAMS), name


def test_the_stages_are_those_of_the_page_and_the_worker() -> None:
    stages = re.search(r"`stage` \(([^)]*)\)", PAGE)[1]
    assert tuple(re.findall(r"`(\w+)`", stages)) == protocol.STAGES
    reported = set()
    for path in (ROOT / "engine").rglob("*.py"):
        if path.parent.name in ("worker", "generation", "conversion") or path.name == "pipeline.py":
            reported |= set(re.findall(r'\.report\(\s*"(\w+)"', path.read_text("utf-8")))
    assert reported == set(protocol.STAGES)


@pytest.mark.parametrize("cell", ["`a`, `b` number or null", "`mask`: [{`part` `x`, `start`}], `b`: [frames]"])
def test_a_cell_of_the_page_is_read_as_meant(cell: str) -> None:
    assert told(cell) in ({"a", "b"}, {"mask", "b"})
