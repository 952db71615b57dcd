"""One protocol: what docs/protocol.md says, the worker does, and the add-on's copy expects."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from engine.generation.familiar import Kind
from engine.generation.faults import Fault
from engine.requests.kinds import KINDS
from engine.requests.moods import MAX_INTENSITY, moods
from engine.requests.sampling import SAMPLING
from engine.version import __version__
from engine.watch import UNWATCHED
from engine.worker import protocol
from engine.worker.messages import RpcError
from engine.worker.methods import METHODS
from engine.worker.protocol import PARAMS, RESULTS, Code
from engine.worker.state import Engine
from mmm_blender import protocol as client
from mmm_blender.client.history import Entry

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def table(heading: str) -> dict[str, list[str]]:
    """The rows below a heading by what is first in backticks, each as its other cells."""
    section = PAGE.split(f"# {heading}\n", 1)[1]
    lines = section.split("|---", 1)[1].splitlines()[1:]
    rows = {}
    for line in lines[: next(i for i, line in enumerate([*lines, ""]) if not line.startswith("|"))]:
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        rows[re.sub(r"`([^`]+)`.*", r"\1", name)] = cells
    return rows


def names(cell: str) -> list[str]:
    """Words in backticks, one after the other."""
    return re.findall(r"`([^`]+)`", cell)


REQUESTS = table("Requests")


def test_the_version_is_the_same_everywhere():
    assert f"# The worker protocol, version {protocol.VERSION}\n" in PAGE
    assert f"`protocol` {protocol.VERSION}," in REQUESTS["initialize"][0]
    assert protocol.VERSION == client.VERSION


def test_the_methods_are_those_of_the_page():
    assert list(REQUESTS) == list(PARAMS) == list(RESULTS)
    assert set(PARAMS) == set(METHODS)


@pytest.mark.parametrize("method", PARAMS)
def test_the_params_are_those_of_the_page(method):
    cell = REQUESTS[method][0]
    told = set(names(cell.split("; all paths absolute")[0]))
    if "sampling as in `generate`" in cell:
        told |= set(SAMPLING)
    # What stands in backticks beside the params: their values, and fields of what is in them.
    beside = {*protocol.DEVICES, *protocol.PRECISIONS, "net_last.pth", "generate"} - set(PARAMS[method])
    if method == "story":
        beside |= {"prompt", "seconds", "stop", "mood", "intensity"}
    assert told - beside == set(PARAMS[method])


def test_the_results_are_those_of_the_page():
    for method, expected in RESULTS.items():
        told = names(re.sub(r"\{[^}]*\}", "", REQUESTS[method][1]))
        assert [name for name in told if name != "strips"] == list(expected), method


def test_the_kinds_of_edits_are_those_of_the_page():
    rows = table("Kinds of `edit`")
    assert set(rows) == set(KINDS)
    values = {"lower", "upper", "arms", "left_arm", "right_arm", "body", "least", "most", "inpaint"}
    for kind, (params, _) in rows.items():
        inner = {"start", "stop"} if kind == "inpaint" else set()
        assert set(names(params)) - values - inner - ({"part"} if kind == "inpaint" else set()) == set(
            KINDS[kind].PARAMS
        ), kind


def test_the_stages_and_notifications_are_those_of_the_page():
    rows = PAGE.split("## Notifications")[1].split("## Errors")[0]
    stages = re.search(r"`stage` \(([^)]*)\)", rows)
    assert stages is not None and tuple(names(stages[1])) == protocol.STAGES == client.STAGES
    assert f"`{protocol.PROGRESS}`" in rows and f"`{protocol.CANCEL}`" in rows


def test_faults_and_hints_are_those_of_the_page():
    told = PAGE.split("Beside them stands `faults`")[1].split("### Kinds")[0]
    assert [name for name in names(told) if name in protocol.FAULTS] == list(protocol.FAULTS)
    assert protocol.FAULTS == client.FAULTS == get_args(Fault)
    assert {name for name in names(told) if name in protocol.HINTS} == set(protocol.HINTS)
    assert protocol.HINTS == client.HINTS == get_args(Kind)


def test_moods_are_those_of_the_add_on():
    from mmm_blender.ui.properties import moods as shown

    assert tuple(moods()) == client.MOODS and MAX_INTENSITY == client.MAX_INTENSITY
    assert re.findall(r'\("([a-z]+)", "', Path(shown.__file__).read_text(encoding="utf-8")) == list(client.MOODS)


def test_the_codes_are_those_of_the_page_and_of_the_add_on():
    told = {int(code) for name in table("Errors") for code in name.split()}
    assert told == set(Code)
    ours, theirs = ({code.name: int(code) for code in side} for side in (Code, client.Code))
    assert ours == theirs


def test_what_the_add_on_asks_with_is_on_the_page():
    assert set(Entry("a person walks", 0).params()) <= set(PARAMS["generate"])


def test_arrays_mean_the_same_on_both_sides():
    import numpy as np

    from engine.requests.arrays import array_from_json, array_to_json

    array = np.arange(24, dtype=np.float32).reshape(2, 4, 3) / 7
    assert array_to_json(array) == client.encode_array(array)
    assert np.array_equal(client.decode_array(array_to_json(array)), array_from_json(client.encode_array(array)))


def test_what_is_promised_is_answered():
    engine, told = Engine(), set()
    with pytest.raises(RpcError) as refused:
        METHODS["models/list"](engine, {}, UNWATCHED)
    assert refused.value.code == Code.NOT_INITIALISED
    watch = type(UNWATCHED)(lambda stage, step, of: told.add(stage))
    answer = METHODS["initialize"](engine, {"protocol": protocol.VERSION, "device": "cpu"}, watch)
    assert tuple(answer) == RESULTS["initialize"] and answer["engine"] == __version__
    sampling = {"steps": 1, "fine_steps": 1}
    for method, params in (("models/list", {}), ("generate", {"prompt": "walk", "seconds": 1, **sampling})):
        assert tuple(METHODS[method](engine, params, watch)) == RESULTS[method]
    assert told == set(protocol.STAGES) - {"convert"}
