"""The worker as Blender runs it: a real child process, spoken to over its real pipes."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parents[2]
# Far beyond what anything here takes on a slow machine: only a hanging worker meets it.
PATIENCE = 600


class Worker:
    """A worker process and the messages it has sent; reads them in a thread, as Blender's side does."""

    def __init__(self, *arguments: str, stderr: int = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *(arguments or ("-m", "engine.worker"))],
            cwd=REPO,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
        self.log = b""
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._threads = [threading.Thread(target=target) for target in (self._read, self._read_log)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        """Frames only, strictly: any other byte on stdout fails here."""
        pipe = self.process.stdout
        assert pipe is not None
        while header := pipe.readline():
            name, _, length = header.partition(b": ")
            assert (name, pipe.readline()) == (b"Content-Length", b"\r\n"), header
            self._messages.put(json.loads(pipe.read(int(length))))
        self._messages.put(None)

    def _read_log(self) -> None:
        for line in self.process.stderr or ():
            self.log += line

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, method: str, id: int | str | None = None, **params: Any) -> None:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if id is not None:
            message["id"] = id
        body = json.dumps(message).encode()
        self.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def receive(self) -> dict[str, Any] | None:
        """The next message; None when the worker has closed its stdout."""
        return self._messages.get(timeout=PATIENCE)

    def receive_answer(self, id: int | str | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The next answer, which must be that of `id`, and the params of the progress before it."""
        progress = []
        while (message := self.receive()) is not None:
            if "method" not in message:
                assert message["id"] == id, message
                return message, progress
            assert message["method"] == "$/progress"
            progress.append(message["params"])
        raise AssertionError(f"the worker left: {self.log.decode()}")

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a request."""
        self.send(method, 1, **params)
        answer, _ = self.receive_answer(1)
        assert "error" not in answer, answer
        return answer["result"]

    def refuse(self, method: str, **params: Any) -> dict[str, Any]:
        """The error of a request."""
        self.send(method, 1, **params)
        answer, _ = self.receive_answer(1)
        assert "\n" not in answer["error"]["message"]
        return answer["error"]

    def wait_for_decoding(self, id: int) -> None:
        while (message := self.receive()) is not None:
            if message.get("params", {}).get("stage") == "decode" and message["params"]["id"] == id:
                return
        raise AssertionError(f"the worker left: {self.log.decode()}")

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def wait(self) -> int:
        """The exit code of a worker that leaves by itself; its log is whole then."""
        code = self.process.wait(timeout=PATIENCE)
        self._join()
        return code

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()


@pytest.fixture
def start() -> Iterator[Callable[..., Worker]]:
    """Starts workers that do not outlive the test."""
    workers = []

    def start_one(*arguments: str) -> Worker:
        workers.append(Worker(*arguments))
        return workers[-1]

    yield start_one
    for worker in workers:
        worker.end()


@pytest.fixture(scope="module")
def loaded() -> Iterator[Worker]:
    """One worker with the bundled model for all tests of a module; each must leave it working."""
    worker = Worker()
    worker.ask("initialize", protocol=1, weights="mmm-open", device="cpu", precision="fp32")
    yield worker
    worker.end()
