"""A worker before any model is loaded: it answers at once, survives nonsense and leaves when asked."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from engine.worker.protocol import RESULTS, Code
from tests.conversion.published_layout import TINY, published_checkpoints

REPO = Path(__file__).resolve().parents[2]


def test_the_first_answer_needs_no_heavy_library(start):
    script = (
        "import sys\n"
        "from engine.worker.__main__ import main\n"
        "from engine.worker.methods import METHODS\n"
        "METHODS['modules'] = lambda engine, values, watch: sorted(sys.modules)\n"
        "main()\n"
    )
    modules = start("-c", script).ask("modules")
    assert "json" in modules
    assert not {"torch", "numpy", "scipy", "transformers", "safetensors", "asyncio"} & set(modules)


def test_before_initialize(start):
    worker = start()
    assert worker.refuse("generate", prompt="walk")["code"] == Code.NOT_INITIALISED
    assert worker.refuse("models/list")["code"] == Code.NOT_INITIALISED
    unknown = worker.refuse("fly")
    assert unknown["code"] == Code.UNKNOWN_METHOD
    assert "'fly'" in unknown["message"]
    version = worker.refuse("initialize", protocol=2, novelty=True)
    assert version["code"] == Code.UNKNOWN_PROTOCOL
    assert "update" in version["message"]
    for params, name in [
        ({}, "protocol"),
        ({"protocol": "1"}, "protocol"),
        ({"protocol": 1, "weights": 5}, "weights"),
        ({"protocol": 1, "device": "tpu"}, "device"),
        ({"protocol": 1, "precision": "int4"}, "precision"),
        ({"protocol": 1, "speed": 9}, "speed"),
    ]:
        error = worker.refuse("initialize", **params)
        assert error["code"] == Code.WRONG_PARAMS
        assert name in error["message"]


@pytest.mark.parametrize(
    ("garbage", "code"),
    [
        (b"hello\n" * 10, Code.NOT_JSON),
        (b"\x00\xff\xfe" * 50_000, Code.NOT_JSON),
        (b"Content-Length: 99999999999\r\n\r\n", Code.NOT_JSON),
        (b"Content-Length: 4\r\n\r\nnope", Code.NOT_JSON),
        (b"Content-Length: 2\r\n\r\n[]", Code.NOT_A_REQUEST),
    ],
)
def test_garbage_is_one_error_and_the_next_request_works(start, garbage, code):
    worker = start()
    worker.write(garbage)
    worker.send("fly", 7)
    answer, _ = worker.receive_answer(None)
    assert answer["error"]["code"] == code
    answer, _ = worker.receive_answer(7)
    assert answer["error"]["code"] == Code.UNKNOWN_METHOD


def test_notifications_are_never_answered(start):
    worker = start()
    worker.send("$/cancelRequest", id=None)
    worker.send("$/cancelRequest")
    worker.send("generate", prompt="walk")
    worker.write(b'Content-Length: 67\r\n\r\n{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":[[1]]}} ')
    assert worker.refuse("fly")["code"] == Code.UNKNOWN_METHOD


def test_shutdown_answers_and_leaves(start):
    worker = start()
    worker.send("shutdown", "bye")
    assert worker.receive_answer("bye")[0]["result"] is None
    assert worker.receive() is None
    assert worker.wait() == 0
    assert b"shut down" in worker.log


def test_the_end_of_stdin_is_the_end(start):
    worker = start()
    worker.close_stdin()
    assert worker.receive() is None
    assert worker.wait() == 0
    assert b"stdin was closed" in worker.log


def test_nobody_listening_is_the_end():
    command = [sys.executable, "-m", "engine.worker"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=REPO, **pipes) as process:
        process.stdout.close()
        process.stdin.write(b"Content-Length: 2\r\n\r\n{}")
        process.stdin.flush()
        assert b"stdout broke" in process.stderr.read()
        assert process.wait() == 0


@pytest.mark.posix
def test_ctrl_c_in_blenders_terminal_is_not_for_the_worker(start):
    worker = start()
    assert worker.refuse("fly")
    worker.process.send_signal(signal.SIGINT)
    assert worker.refuse("fly")["code"] == Code.UNKNOWN_METHOD


def test_prints_of_libraries_go_to_the_log(start):
    script = (
        "import os, sys\n"
        "from engine.worker.__main__ import main\n"
        "from engine.worker.methods import METHODS\n"
        "def noise(engine, values, watch):\n"
        "    print('printed', flush=True)\n"
        "    os.write(1, b'written')\n"
        "    os.system('echo echoed')\n"
        "    return os.read(0, 10).decode()\n"
        "METHODS['noise'] = noise\n"
        "main()\n"
    )
    worker = start("-c", script)
    worker.send("noise", 1)
    worker.send("shutdown", 2)
    assert worker.receive_answer(1)[0]["result"] == ""
    assert worker.receive_answer(2)[0]["result"] is None
    worker.wait()
    for word in (b"printed", b"written", b"echoed"):
        assert word in worker.log


def test_a_fault_is_an_answer_and_a_traceback_in_the_log(start):
    script = (
        "from engine.worker.__main__ import main\n"
        "from engine.worker.methods import METHODS\n"
        "METHODS['divide'] = lambda engine, values, watch: 1 / 0\n"
        "METHODS['nan'] = lambda engine, values, watch: float('nan')\n"
        "main()\n"
    )
    worker = start("-c", script)
    error = worker.refuse("divide")
    assert error["code"] == Code.FAULT
    assert "ZeroDivisionError" in error["message"]
    assert worker.refuse("nan")["code"] == Code.FAULT
    worker.ask("shutdown")
    worker.wait()
    assert b"Traceback" in worker.log


def test_missing_libraries_are_named(start):
    worker = start("-S", "-m", "engine.worker")
    error = worker.refuse("initialize", protocol=1)
    assert error["code"] == Code.BAD_INPUT
    assert "No module named 'torch'" in error["message"]
    assert "reinstall the engine" in error["message"]


def test_a_published_checkpoint_is_converted_before_anything_is_loaded(start, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "nothing"))
    wide = dataclasses.replace(TINY, width=1024)  # the only width whose number of heads is known
    vq, transformer, out = tmp_path / "vq.pth", tmp_path / "transformer.pth", tmp_path / "models" / "mine"
    for path, content in zip((vq, transformer), published_checkpoints(wide), strict=True):
        torch.save(content, path)
    worker = start()
    files = {"vq": str(vq), "transformer": str(transformer), "out": str(out)}
    worker.send("weights/convert", 1, **files)
    answer, progress = worker.receive_answer(1)
    result = answer["result"]
    assert tuple(result) == RESULTS["weights/convert"]
    assert result["model"]["name"] == "mine" and "non-commercial" in result["model"]["licence"]
    assert result["same_tokenizer"] and not result["upper_body"]
    assert "clip-vit-base-patch32" in result["missing"]
    assert [p["step"] for p in progress if p["stage"] == "convert"] == [0, 1, 2, 3, 4]
    assert sorted(path.name for path in out.parent.iterdir()) == ["mine"]
    again = worker.refuse("weights/convert", **files)
    assert again["code"] == Code.BAD_INPUT and "holds a model already" in again["message"]
    for change, code, message in [
        ({"vq": str(transformer)}, Code.BAD_INPUT, "it is a transformer's"),
        ({"vq": "vq.pth"}, Code.WRONG_PARAMS, "absolute"),
        ({"heads": 0}, Code.BAD_INPUT, "heads"),
        ({"licence": "mine"}, Code.WRONG_PARAMS, "licence"),
    ]:
        error = worker.refuse("weights/convert", **{**files, "out": str(tmp_path / "other"), **change})
        assert error["code"] == code and message in error["message"]
    assert not (tmp_path / "other").exists()
