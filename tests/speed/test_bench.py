"""The bench: what it measures is what it says, and bad input is one line."""

import json
import re

import pytest
import torch

from engine.cli import main
from engine.errors import InputError
from engine.generation.settings import SamplingConfig
from engine.speed import operations
from engine.speed.check import Check, check_device
from engine.speed.reference import FILE_NAME, prepare_reference
from engine.speed.report import Results, Table, markdown
from engine.speed.sampling import Task, modes, time_sampling
from engine.speed.start import Start, time_start
from engine.speed.training import training_step
from engine.speed.turns import Timing, take_turns
from engine.weights import BUNDLED
from tests.sampling.tiny import CONFIGS, OURS, made

CPU = torch.device("cpu")


def nothing() -> None:
    pass


def test_ways_take_turns_and_the_first_round_does_not_count():
    order, waited = [], []
    timings = take_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2, lambda: waited.append(1))
    assert order == ["a", "b"] * 3 and len(waited) == 12
    assert [timing.name for timing in timings] == ["a", "b"]
    assert all(len(timing.seconds) == len(timing.cpu_seconds) == 2 for timing in timings)


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("batch", [1, 3])
def test_the_exact_way_agrees_with_the_plain_one(name, batch):
    sampling = SamplingConfig(steps=3)
    task = Task(CONFIGS[name], made(CONFIGS[name]), sampling, tokens=9, words=4, batch=batch, device=CPU)
    timings = {timing.name: timing for timing in time_sampling(task, 1, nothing, reference=lambda: None)}
    assert set(timings) == {"plain", "published code", *modes(CPU)}
    assert timings["plain"].agreement == timings["exact"].agreement == 1.0
    assert timings["published code"].agreement is None


@pytest.mark.parametrize("name", CONFIGS)
def test_a_device_that_does_as_it_should_passes_its_check(name):
    sampling = SamplingConfig(steps=3)
    checks = check_device(Task(CONFIGS[name], made(CONFIGS[name]), sampling, 9, 4, 2, CPU), name)
    assert [check.passed for check in checks] == [True, True]
    assert all(check.same == 1.0 and not check.recorded for check in checks)
    assert not Check("toy", 0.98, True, True).passed and not Check("toy", 1.0, False, True).passed


def test_a_training_step_trains():
    step = training_step(OURS, 4, 9, 4, CPU)
    torch.manual_seed(1)
    step()
    optimised = step.__closure__
    assert optimised is not None
    model = next(cell.cell_contents for cell in optimised if isinstance(cell.cell_contents, torch.nn.Module))
    before = [parameter.detach().clone() for parameter in model.parameters()]
    step()
    assert any(not torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))


def test_a_checkout_says_how_it_is_called(tmp_path):
    with pytest.raises(InputError, match=FILE_NAME):
        prepare_reference(tmp_path, 1, 196, 10, "cpu")
    (tmp_path / "their_model.py").write_text("def sample(*given): return given\n")
    (tmp_path / FILE_NAME).write_text(
        "import their_model\ndef prepare(*given):\n    return lambda: their_model.sample(*given)\n"
    )
    assert prepare_reference(tmp_path, 2, 196, 10, "cpu")() == (2, 196, 10, "cpu")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("raise RuntimeError('no weights')", "RuntimeError: no weights"),
        ("x = 1", "AttributeError"),
        ("def prepare(*given): return 3", "has to return a function"),
    ],
)
def test_a_checkout_that_fails_is_one_line(tmp_path, text, told):
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(InputError, match=re.escape(told)):
        prepare_reference(tmp_path, 1, 196, 10, "cpu")


def test_tables_tell_ratios_of_medians_for_one_motion():
    timings = [Timing("plain", [4.0, 8.0, 5.0], [4.0, 4.0, 4.0], 1.0), Timing("exact", [1.0], [2.0])]
    results = Results("a machine", "mmm bench", "2026-11-28", [Table("Title", 2, timings)])
    results.starts["fp32"] = Start(0.5, 1.0, 1.5, 1.75, 400_000_000)
    text = markdown(results)
    assert "| plain | 2.5000 s | 2.0000 s | 1.0 x | 100.0% |" in text
    assert "| exact | 0.5000 s | 1.0000 s | 2.0 x |  |" in text
    assert "| fp32 | 0.50 s | 1.00 s | 1.50 s | 1.75 s | 400 MB |" in text


def test_a_start_that_fails_is_one_line():
    with pytest.raises(InputError, match="a cold start failed: .*no weights"):
        time_start("no-such-model", "cpu", "fp32", 1)


def test_a_start_is_told_from_nothing_on():
    if not (BUNDLED / "mmm-open" / "config.json").is_file():
        pytest.skip("weights/mmm-open has not been made")
    start = time_start("mmm-open", "cpu", "fp32", 1)
    assert 0 < start.imported < start.loaded < start.first
    assert start.clock > 0
    assert start.peak is None or 100e6 < start.peak < 2e9


def test_the_command_writes_what_it_measured(tmp_path, capsys):
    if not (BUNDLED / "mmm-open" / "config.json").is_file():
        pytest.skip("weights/mmm-open has not been made")
    where = ["--json", str(tmp_path / "bench.json"), "--markdown", str(tmp_path / "bench.md")]
    few = ["--sizes", "bundled", "--batches", "2", "--runs", "1", "--threads", "1", "--parts", "sample"]
    assert main(["bench", *few, *where]) == 0
    text = (tmp_path / "bench.md").read_text()
    assert text.strip() == capsys.readouterr().out.strip()
    assert "| exact |" in text and "2 at once" in text
    content = json.loads((tmp_path / "bench.json").read_text())
    assert len(content["tables"]) == 1 and content["starts"] == {}


@pytest.mark.parametrize("wrong", [["--runs", "0"], ["--batches", "0"], ["--threads", "0"]])
def test_the_command_refuses_nothing_to_measure(wrong, capsys):
    assert main(["bench", *wrong]) == 2
    assert "at least 1" in capsys.readouterr().err


def test_operations_that_only_rename_numbers_do_not_count():
    assert operations._count(lambda: torch.ones(4, 4).view(16)[2:].view(2, 7).t()) == 1
    assert operations._count(lambda: torch.ones(4, 4).exp() @ torch.zeros(4, 4)) == 4


def test_the_exact_way_takes_fewer_operations_than_the_plain_one():
    task = Task(OURS, made(OURS), SamplingConfig(steps=3), tokens=9, words=4, batch=1, device=CPU)
    found = operations.count_operations(task)
    assert found["plain"].passes == found["exact"].passes == 3 + 2 * 2
    assert 0 < found["exact"].total < found["plain"].total
    text = markdown(Results("a machine", "mmm bench", "2026-11-29", operations={"bundled": found}))
    assert f"| bundled | exact | {found['exact'].total} | 7 |" in text
