"""The engine's installation: what pip says made plain, and a real one from beginning to end."""

from __future__ import annotations

import functools
import http.server
import json
import os
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmm_blender.engine_install.environment import EngineEnvironment, State, blender_python
from mmm_blender.engine_install.installer import Plan, install_job, remove_job
from mmm_blender.engine_install.job import Finished, Job, JobError
from mmm_blender.engine_install.packages import read_packages
from mmm_blender.engine_install.pip_process import DownloadMeter, explain_output, run_program
from mmm_blender.engine_install.verification import Cancelled, CheckError, check_python
from tests.client.conversation import ROOT

# Without retries: where PyTorch's index cannot be reached but pip's settings name a folder with the wheel, it goes on.
# Of thousands of modules the check imports some hundreds: pip need not compile them all.
QUICKLY = "--retries 0 --timeout 30 --no-compile"


def plan_in(folder: Path, **changes: object) -> Plan:
    values: dict[str, object] = {
        "environment": EngineEnvironment(folder / "engine"),
        "root": ROOT,
        "weights": ROOT / "weights/mmm-open",
        "log": folder / "logs/install.log",
        "engine_log": folder / "logs/engine.log",
        "backend": "cpu",
        "pip_arguments": QUICKLY,
        "base_python": Path(sys.executable),
    }
    return Plan(**(values | changes))  # type: ignore[arg-type]


def finish(job: Job, seconds: float = 1500.0) -> tuple[Finished, list[tuple[str, float]]]:
    """Run a job to its end, polled as Blender's timer does."""
    job.start()
    updates = []
    end = time.monotonic() + seconds
    while job.finished is None:
        assert time.monotonic() < end
        if job.poll():
            updates.append(tuple(job.update))
        time.sleep(0.05)
    return job.finished, updates


@pytest.mark.posix
def test_states_by_the_files(tmp_path: Path) -> None:
    environment = EngineEnvironment(tmp_path / "engine")
    assert environment.state() is State.MISSING
    environment.python.parent.mkdir(parents=True)
    assert environment.state() is State.INCOMPLETE
    environment.write_marker("cpu", {"torch": "2"})
    assert environment.state() is State.BROKEN
    environment.python.symlink_to(tmp_path / "a-blender-that-was-removed")
    assert environment.state() is State.BROKEN
    environment.python.unlink()
    environment.python.symlink_to(sys.executable)
    assert environment.state() is State.READY
    marker = environment.read_marker() or {}
    environment.marker.write_text(json.dumps({**marker, "pins": ["torch==1.0"]}))
    assert environment.state() is State.OUTDATED
    environment.marker.write_text("{ half")
    assert environment.state() is State.INCOMPLETE
    environment.remove()
    assert environment.state() is State.MISSING


def test_blenders_python_is_a_python() -> None:
    said = subprocess.run([blender_python(), "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("Python 3.")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Could not find a version that satisfies the requirement torch==2.13.0", "no such build"),
        ("NameResolutionError ... \nERROR: No matching distribution found for torch", "check the network"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: 'x'", "No permission"),
        ("some\nERROR: something new\n", "pip failed (something new)"),
        ("", "pip failed (no message)"),
    ],
)
def test_pip_errors_become_one_line(output: str, reason: str) -> None:
    assert reason in explain_output(output) and "\n" not in explain_output(output)


def test_the_meter_adds_up_the_files() -> None:
    meter = DownloadMeter()
    assert not meter.feed("Collecting torch==2.13.0")
    assert meter.feed("Downloading torch-2.13.0%2Bcpu-cp311-cp311-linux_x86_64.whl (190 MB)")
    for done in (10_000_000, 120_000_000, 190_000_000):
        assert meter.feed(f"Progress {done} of 190000000")
    assert meter.text == "torch-2.13.0+cpu: 190 of 190 MB"
    meter.feed("  Downloading https://example.org/a/sympy-1.14.0-py3-none-any.whl (6 MB)")
    meter.feed("Progress 1000000 of 6000000")
    assert meter.bytes == 191_000_000 and meter.text == "sympy-1.14.0: 1 of 6 MB"


@pytest.fixture
def wheel_server(tmp_path: Path) -> Iterator[str]:
    """An index of one wheel (pip is silent about small ones) over HTTP; yields its address."""
    folder = tmp_path / "index" / "numpy"
    folder.mkdir(parents=True)
    pin = next(pin for pin in read_packages().packages if pin.startswith("numpy"))
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", folder, pin], check=True, timeout=300
    )
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "index"))
    handler.log_message = lambda *arguments: None  # type: ignore[attr-defined]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def plain_pip(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it to have pip know nothing but its arguments."""

    def forget() -> None:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
            monkeypatch.delenv(name, raising=False)

    return forget


@pytest.mark.slow
def test_pip_tells_its_progress_in_bytes(wheel_server: str, tmp_path: Path, plain_pip: Callable[[], None]) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = EngineEnvironment(tmp_path / "env").python
    log = tmp_path / "log"
    pip = [python, "-I", "-m", "pip", "--no-cache-dir", "install"]
    assert run_program([*pip, f"pip=={read_packages().pip}"], log, lambda: False).code == 0
    plain_pip()
    meter, seen = DownloadMeter(), []
    arguments = ["--progress-bar", "raw", "--no-deps", "--index-url", wheel_server, "--trusted-host", "127.0.0.1"]
    outcome = run_program(
        [*pip, *arguments, "numpy"], log, lambda: False, lambda line: seen.append(line) if meter.feed(line) else None
    )
    assert outcome.code == 0 and seen, outcome.output
    assert meter.name.startswith("numpy-") and meter.file_bytes == meter.file_total > 1e6
    assert "Progress" not in log.read_text()


def test_programs_are_killed_on_cancel(tmp_path: Path) -> None:
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        run_program(
            [sys.executable, "-c", "import time; time.sleep(99)"],
            tmp_path / "log",
            cancelled=lambda: time.monotonic() > begin + 1,
        )
    assert time.monotonic() - begin < 60


def test_existing_pythons_are_checked_by_running_them(tmp_path: Path) -> None:
    assert check_python(Path(sys.executable)).packages["torch"].startswith("2.")
    with pytest.raises(CheckError, match="no file"):
        check_python(tmp_path / "python")
    with pytest.raises(CheckError, match="choose a Python program"):
        check_python(Path("/bin/true"))
    with pytest.raises(CheckError, match="choose a Python program"):
        check_python(ROOT / "README.md")
    venv.create(tmp_path / "bare", with_pip=False)
    with pytest.raises(CheckError, match="lacks torch, numpy, scipy, transformers, tokenizers, safetensors: install"):
        check_python(EngineEnvironment(tmp_path / "bare").python)


def test_too_old_packages_are_named(tmp_path: Path) -> None:
    venv.create(tmp_path / "old", with_pip=False)
    environment = EngineEnvironment(tmp_path / "old")
    site = next((tmp_path / "old").glob("lib/python3*/site-packages"))
    for name in read_packages().minimum:
        (site / f"{name}.py").write_text("__version__ = '99.0'")
    (site / "torch.py").write_text("__version__ = '1.13.1+cu117'")
    with pytest.raises(CheckError, match=r"torch 1\.13\.1\+cu117 is too old there, 2\.6 is needed"):
        check_python(environment.python)
    (site / "torch.py").write_text("raise OSError('[WinError 126] Error loading \"c10.dll\"')")
    with pytest.raises(CheckError, match="Visual C"):
        check_python(environment.python)


def test_no_permission_to_write_is_one_line(tmp_path: Path) -> None:
    barrier = tmp_path / "barrier"
    barrier.write_text("")
    finished, _ = finish(install_job(plan_in(barrier)))
    assert not finished.ok and finished.message.startswith("No permission to write in")


def test_pip_arguments_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="extra pip arguments"):
        install_job(plan_in(tmp_path, pip_arguments="--index-url 'open"))


@pytest.mark.posix
def test_a_second_blender_is_told_to_wait(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, pip_arguments="--no-index", backend="cpu")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys, time\nfile = open(sys.argv[1], 'a')\n"
            "fcntl.flock(file, fcntl.LOCK_EX)\nprint('held', flush=True)\ntime.sleep(999)",
            tmp_path / "engine.lock",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        finished, _ = finish(install_job(plan))
        assert finished == Finished(False, "Another Blender is installing the engine: wait until it is done")
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.slow
def test_an_index_without_the_packages_leaves_an_engine_to_resume(
    tmp_path: Path, plain_pip: Callable[[], None]
) -> None:
    plain_pip()
    plan = plan_in(tmp_path, pip_arguments=f"--no-index --find-links {tmp_path}")
    finished, updates = finish(install_job(plan))
    assert not finished.ok and "no such build" in finished.message
    assert plan.environment.state() is State.INCOMPLETE
    assert plan.environment.python.exists(), "kept for the next time"
    assert any("packages" in message for message, _ in updates)


@pytest.mark.slow
def test_install_cancel_resume_break_repair_remove(tmp_path: Path) -> None:
    """The whole life of an engine. Takes a while: PyTorch is unpacked twice."""
    plan = plan_in(tmp_path)
    environment = plan.environment

    job = install_job(plan)
    job.start()
    while "PyTorch" not in job.update.message:
        assert job.finished is None, job.finished
        job.poll()
        time.sleep(0.05)
    job.cancel()
    job.join(120)
    job.poll()
    assert job.finished == Finished(False, "Installing the engine: cancelled")
    assert environment.state() is State.INCOMPLETE

    finished, updates = finish(install_job(plan))
    assert finished.ok, plan.log.read_text()[-2000:]
    assert "PyTorch " + read_packages().torch in finished.message
    said = plan.log.read_text()
    assert said.count("$ ") and all("--require-hashes" in line for line in said.splitlines() if " pip install " in line)
    assert environment.state() is State.READY
    fractions = [fraction for _, fraction in updates]
    assert fractions == sorted(fractions)
    check_python(environment.python)

    # A package lost a file: the check finds it, and the run makes the environment anew.
    lost = next(environment.folder.glob("lib/python3*/site-packages/torch/nn/functional.py"))
    lost.unlink()
    finished, _ = finish(install_job(plan))
    assert finished.ok and lost.is_file()
    assert "starting anew" in plan.log.read_text()

    finished, _ = finish(remove_job(environment))
    assert finished.ok and environment.state() is State.MISSING
