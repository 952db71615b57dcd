"""A worker with the real model: motions, cancels, bad requests, and what happens when it is let down."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from engine.weights import BUNDLED
from engine.worker.protocol import Code

MODEL = BUNDLED / "mmm-open"
PROMPT = "a person walks forward"
# Thousands of steps: never done before a test has had its say.
ENDLESS = {"prompt": PROMPT, "seconds": 60, "samples": 8, "steps": 200}


def joints_of(motion) -> np.ndarray:
    array = motion["joints"]
    assert array["dtype"] == "float32"
    return np.frombuffer(base64.b64decode(array["data"]), "<f4").reshape(array["shape"])


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(MODEL, copy)
    path = copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": "a-copy"}))
    return copy


def test_initialize_tells_what_is_loaded_and_how_far_it_is(loaded):
    loaded.send("initialize", 1, protocol=1, weights="mmm-open", device="cpu", precision="fp32")
    answer, progress = loaded.receive_answer(1)
    result = answer["result"]
    assert result["protocol"] == 1
    assert result["model"]["name"] == "mmm-open"
    assert result["model"]["fps"] == 20.0
    assert result["device"] == "cpu"
    assert result["torch"][0].isdigit()
    stages = [(entry["stage"], entry["step"], entry["of"]) for entry in progress]
    assert stages == [("engine", 0, 2), ("engine", 1, 2), ("engine", 2, 2), ("model", 0, 1), ("model", 1, 1)]


def test_the_bundled_models_are_listed(loaded):
    models = {model["name"]: model for model in loaded.ask("models/list")["models"]}
    assert Path(models["mmm-open"]["path"]) == MODEL
    assert models["mmm-open"]["licence"]


def test_the_same_request_gives_the_same_motion(loaded):
    first, second = loaded.ask("generate", prompt=PROMPT, seconds=None, seed=3, samples=2)["motions"]
    assert joints_of(first).shape[1:] in ((22, 3), (27, 3))
    assert first["fps"] == 20.0
    assert [motion["request"]["seed"] for motion in (first, second)] == [3, 4]
    assert not np.array_equal(joints_of(first), joints_of(second))
    asked = {"method": "generate", "prompt": PROMPT, "seconds": None, "seed": 3, "model": "mmm-open"}
    assert asked.items() <= first["request"].items()
    params = {name: value for name, value in first["request"].items() if name not in ("method", "model")}
    (alone,), (again,) = (loaded.ask("generate", **params)["motions"] for _ in range(2))
    assert alone["request"] == first["request"]
    assert alone == again


def test_progress_comes_in_order_and_every_step_once(loaded):
    loaded.send("generate", 5, prompt=PROMPT, seconds=2, steps=6)
    _, progress = loaded.receive_answer(5)
    assert {entry["id"] for entry in progress} == {5}
    stages = [(entry["stage"], entry["step"], entry["of"]) for entry in progress]
    decoding = [entry for entry in stages if entry[0] == "decode"]
    of = decoding[0][2]
    assert of >= 6
    assert decoding == [("decode", step, of) for step in range(1, of + 1)]
    assert stages == [("text", 0, 1), *decoding, ("motion", 0, 1), ("motion", 1, 1)]


def test_cancels_of_running_and_waiting_requests(loaded):
    loaded.send("generate", 1, **ENDLESS)
    loaded.send("generate", 2, **ENDLESS)
    loaded.send("generate", 3, prompt=PROMPT, seconds=1)
    loaded.wait_for_decoding(1)
    loaded.send("$/cancelRequest", id=None)
    loaded.write(cancel(99))
    loaded.write(cancel(2))
    # The one that waits is answered while the other one still runs.
    assert loaded.receive_answer(2)[0]["error"]["code"] == Code.CANCELLED
    loaded.wait_for_decoding(1)
    loaded.write(cancel(1))
    answer, progress = loaded.receive_answer(1)
    assert answer["error"]["code"] == Code.CANCELLED
    assert all(entry["step"] < entry["of"] for entry in progress)
    assert loaded.receive_answer(3)[0]["result"]["motions"]


def test_an_id_under_way_is_refused(loaded):
    loaded.send("generate", 1, **ENDLESS)
    loaded.wait_for_decoding(1)
    loaded.send("generate", 1, prompt=PROMPT)
    assert loaded.receive_answer(1)[0]["error"]["code"] == Code.NOT_A_REQUEST
    loaded.write(cancel(1))
    assert loaded.receive_answer(1)[0]["error"]["code"] == Code.CANCELLED


def cancel(id: int) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id}}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    "prompt", ["waves \"hello\" 👋 'hi'", "läuft\nlos\r\n\tschnell", "a\x00b", "{}\r\n\r\nContent-Length: 3"]
)
def test_strange_prompts_are_taken_as_they_are(loaded, prompt):
    (motion,) = loaded.ask("generate", prompt=prompt, seconds=1, steps=2)["motions"]
    assert motion["request"]["prompt"] == prompt
    assert np.isfinite(joints_of(motion)).all()


@pytest.mark.parametrize(
    ("params", "code", "complaint"),
    [
        ({"prompt": "x" * 5000}, Code.BAD_INPUT, "5,000 characters"),
        ({"prompt": " "}, Code.BAD_INPUT, "empty"),
        ({"prompt": PROMPT, "seconds": 61}, Code.BAD_INPUT, "61 s"),
        ({"prompt": PROMPT, "seed": 2**31 - 1, "samples": 2}, Code.BAD_INPUT, "out of range"),
        ({}, Code.WRONG_PARAMS, "prompt is missing"),
        ({"prompt": 5}, Code.WRONG_PARAMS, "prompt"),
        ({"prompt": "\ud83d"}, Code.WRONG_PARAMS, "prompt"),
        ({"prompt": PROMPT, "seconds": float("nan")}, Code.WRONG_PARAMS, "seconds"),
        ({"prompt": PROMPT, "seconds": "auto"}, Code.WRONG_PARAMS, "seconds"),
        ({"prompt": PROMPT, "guidance": float("inf")}, Code.WRONG_PARAMS, "guidance"),
        ({"prompt": PROMPT, "temperature": -1}, Code.BAD_INPUT, "temperature"),
        ({"prompt": PROMPT, "steps": 0}, Code.BAD_INPUT, "steps"),
        ({"prompt": PROMPT, "steps": 10**9}, Code.BAD_INPUT, "steps"),
        ({"prompt": PROMPT, "samples": 9}, Code.BAD_INPUT, "samples"),
        ({"prompt": PROMPT, "steps": 3.5}, Code.WRONG_PARAMS, "steps"),
        ({"prompt": PROMPT, "seed": 1.5}, Code.WRONG_PARAMS, "seed"),
        ({"prompt": PROMPT, "sead": 1}, Code.WRONG_PARAMS, "sead"),
    ],
)
def test_bad_requests_say_what_is_wrong(loaded, params, code, complaint):
    error = loaded.refuse("generate", **params)
    assert error["code"] == code
    assert complaint in error["message"]


def test_another_model_and_precision_take_over_and_a_broken_one_does_not(loaded, model_copy):
    # Long enough for codes that were a close call, which bf16 changes; short, as processors without it take long.
    params = {"prompt": PROMPT, "seconds": 6, "seed": 1, "steps": 8}
    (before,) = loaded.ask("generate", **params)["motions"]
    result = loaded.ask("initialize", protocol=1, weights=str(model_copy), device="cpu", precision="bf16")
    assert result["model"]["name"] == "a-copy"
    (halved,) = loaded.ask("generate", **params)["motions"]
    assert halved["request"]["model"] == "a-copy"
    assert np.isfinite(joints_of(halved)).all()
    is_same = np.array_equal(joints_of(before), joints_of(halved))
    assert not is_same
    for name in ("transformer.safetensors", "tokenizer.safetensors"):
        broken = model_copy / name
        whole = broken.read_bytes()
        broken.write_bytes(whole[: len(whole) // 2])
        error = loaded.refuse("initialize", protocol=1, weights=str(model_copy), device="cpu")
        assert error["code"] == Code.BAD_INPUT
        assert name in error["message"]
        broken.write_bytes(whole)
    nowhere = loaded.refuse("initialize", protocol=1, weights="nowhere")
    assert nowhere["code"] == Code.BAD_INPUT
    assert "mmm-open" in nowhere["message"]
    endless_name = loaded.refuse("initialize", protocol=1, weights="x" * 5000)
    assert endless_name["code"] == Code.BAD_INPUT
    assert loaded.ask("generate", prompt=PROMPT, seconds=1, steps=2)["motions"][0]["request"]["model"] == "a-copy"
    loaded.ask("initialize", protocol=1, weights="mmm-open", device="cpu", precision="fp32")
    assert loaded.ask("generate", **params)["motions"] == [before]


@pytest.mark.linux
def test_memory_that_runs_out_is_an_answer_and_the_next_request_works(start):
    import resource

    # A fresh one, which has no memory of earlier long motions to use again.
    worker = start()
    worker.ask("initialize", protocol=1, device="cpu")
    worker.ask("generate", prompt=PROMPT, seconds=2)
    pid = worker.process.pid
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    no_limit = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE"), no_limit[1]))
    error = worker.refuse("generate", prompt=PROMPT, seconds=60, samples=8)
    resource.prlimit(pid, resource.RLIMIT_AS, no_limit)
    assert error["code"] == Code.OUT_OF_MEMORY, error["message"]
    assert "8 variations" in error["message"]
    assert worker.ask("generate", prompt=PROMPT, seconds=2)["motions"]


def test_stdin_closed_while_decoding_ends_the_process(start):
    worker = start()
    worker.ask("initialize", protocol=1, device="cpu")
    worker.send("generate", 2, **ENDLESS)
    worker.wait_for_decoding(2)
    worker.close_stdin()
    assert worker.wait() == 0
    while (message := worker.receive()) is not None:
        assert message["method"] == "$/progress"
        assert message["params"]["step"] < message["params"]["of"]


def test_stdin_closed_while_loading_ends_the_process(start):
    worker = start()
    worker.send("initialize", 1, protocol=1, device="cpu")
    assert worker.receive()["params"]["stage"] == "engine"
    worker.close_stdin()
    assert worker.wait() == 0


@pytest.mark.posix
def test_a_killed_parent_leaves_no_worker_behind():
    # Both hold the write end of `alive`, so it ends when both are gone.
    alive, held = os.pipe()
    script = textwrap.dedent(
        """
        import importlib.util, sys, time
        spec = importlib.util.spec_from_file_location("parent", sys.argv[1])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        worker = module.Worker(stderr=None)
        worker.ask("initialize", protocol=1, device="cpu")
        worker.send("generate", 2, prompt="walk", seconds=60, samples=8, steps=200)
        worker.wait_for_decoding(2)
        print("decoding", flush=True)
        time.sleep(600)
        """
    )
    helper = Path(__file__).with_name("conftest.py")
    parent = subprocess.Popen([sys.executable, "-c", script, str(helper)], stdout=subprocess.PIPE, stderr=held)
    os.close(held)
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"decoding\n"
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    ended = threading.Event()

    def drain() -> None:
        while os.read(alive, 4096):
            pass
        os.close(alive)
        ended.set()

    threading.Thread(target=drain, daemon=True).start()
    assert ended.wait(60)
