"""Talks to the engine: starts it, sends requests, collects answers, and never makes Blender wait.

Threads read and write the pipes and touch nothing of Blender; ``poll``, called from a timer, hands over
what they found. Whatever goes wrong with the engine itself (it ends, hangs, or talks nonsense) becomes one
``Failure`` with ``id`` None; requests under way end with it. A new client then starts afresh.
"""

from __future__ import annotations

import atexit
import itertools
import os
import queue
import subprocess
import threading
import time
import weakref
from pathlib import Path
from typing import Any, NamedTuple

from .. import protocol
from ..protocol import Code, ProtocolError
from ..translation import n_, rpt_
from .engine_process import NO_WINDOW, EngineCommand, clean_environment, explain_exit, explain_start

__all__ = ["EngineClient", "EngineCommand", "Failure", "Progress", "Result"]

# Seconds of silence while a request runs until the engine counts as hung. Loading is silent for longer:
# the first import of torch from a slow disk takes minutes, and so does writing a gigabyte.
HANG_SECONDS = 30.0
START_SECONDS = 300.0
SLOW_METHODS = frozenset({"initialize", "weights/convert"})
# Seconds that an engine which was asked to leave may take before it is killed.
GRACE_SECONDS = 3.0
MAX_EVENTS = 64  # reports kept until the next tick
MAX_LOG = 1_000_000  # bytes
_TAIL = 8192  # bytes of the log's end that are looked at
# Seconds of silence that a tick counts for at most: a Blender that renders or a laptop that slept is no hang.
_LONGEST_TICK = 1.0

NOT_RUNNING = n_("The engine is not running: press Restart Engine")


class Progress(NamedTuple):
    """Step ``step`` of ``of`` of a request's ``stage`` (docs/protocol.md) is done."""

    id: int
    stage: str
    step: int
    of: int


class Result(NamedTuple):
    """The answer to a request, its arrays as numpy."""

    id: int
    value: Any


class Failure(NamedTuple):
    """One line for the artist. ``id`` None: the engine itself; ``restart``: only a new engine helps."""

    id: int | None
    message: str
    restart: bool


Event = Progress | Result | Failure


class EngineClient:
    """One engine process. A cancelled request ends without an event; ``busy`` then turns False.

    Args:
        command: how to start the engine.
        log: file that takes the engine's stderr; its folder need not be writable.
    """

    def __init__(self, command: EngineCommand, log: Path) -> None:
        self._command = command
        self._log = log
        self._log_start = 0
        self._ids = itertools.count(1)
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Result | Failure] = queue.SimpleQueue()
        self._lock = threading.Lock()
        # Below: guarded by the lock.
        self._process: subprocess.Popen[bytes] | None = None
        self._pending: dict[int, str] = {}
        self._progress: dict[int, Progress] = {}
        self._running = False
        self._stopped = False
        self._untold = False  # it failed, and the next poll says why
        self._heard = 0
        # Main thread only.
        self._heard_before = 0
        self._silence = 0.0
        self._last_poll = 0.0
        self._exit = threading.Event()

    @property
    def alive(self) -> bool:
        """Started, and neither stopped nor failed."""
        return self._running

    @property
    def busy(self) -> bool:
        """A request waits for its answer."""
        return bool(self._pending)

    def start(self) -> None:
        """Start the engine; returns at once. Raises RuntimeError when called twice."""
        with self._lock:
            if self._running or self._stopped:
                raise RuntimeError("an EngineClient starts once: make a new one")
            self._running = True
        _clients.add(self)
        threading.Thread(target=self._run, name="mmm-engine-reader", daemon=True).start()

    def request(self, method: str, params: dict[str, Any]) -> int:
        """Queue a request and return its id. On an engine that is gone it fails at the next poll.

        Where that poll tells of the engine's own end, the request ends with it like those under way: two failures
        would hide the cause behind what follows from it.
        """
        id = next(self._ids)
        data = protocol.encode_request(id, method, params)
        with self._lock:
            if self._running:
                if not self._pending:
                    self._heard += 1  # The silence before it was not the request's.
                self._pending[id] = method
                self._outbox.put(data)
            elif not self._untold:
                self._events.put(Failure(id, rpt_(NOT_RUNNING), restart=True))
        return id

    def cancel(self, id: int) -> None:
        """Ask the engine to drop a request, running or waiting; one that is done already is no error."""
        with self._lock:
            if id in self._pending:
                self._outbox.put(protocol.encode_notification("$/cancelRequest", {"id": id}))

    def poll(self) -> list[Event]:
        """What happened since the last call: the newest progress of each request, then ends of requests."""
        self._check_silence()
        with self._lock:
            events: list[Event] = list(self._progress.values())
            self._progress.clear()
        while len(events) < MAX_EVENTS:
            try:
                event = self._events.get_nowait()
            except queue.Empty:
                break
            if event.id is None:
                self._untold = False
            events.append(event)
        return events

    def stop(self, wait: float = 0.0) -> None:
        """Close the engine: it leaves by itself or is killed after a grace period, in a thread.

        With ``wait`` this waits up to so many seconds for its end. Nothing is reported afterwards.
        """
        with self._lock:
            started = self._running or self._process is not None
            self._stopped = True
            self._untold = False
            self._close()
        while not self._events.empty():
            self._events.get_nowait()
        if started and wait > 0:
            self._exit.wait(wait)

    def kill(self) -> None:
        """End the engine now; for Blender's own exit."""
        with self._lock:
            self._stopped = True
            self._close()
            process = self._process
        if process is not None and process.poll() is None:
            process.kill()

    def log_tail(self, lines: int = 20) -> str:
        """The last lines this engine wrote to its log."""
        try:
            with self._log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(self._log_start, size - _TAIL))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    # Main thread

    def _check_silence(self) -> None:
        now = time.monotonic()
        elapsed = min(now - self._last_poll, _LONGEST_TICK)
        self._last_poll = now
        with self._lock:
            heard, methods = self._heard, set(self._pending.values())
        if heard != self._heard_before or not methods:
            self._heard_before, self._silence = heard, 0.0
            return
        self._silence += elapsed
        if self._silence < (START_SECONDS if methods & SLOW_METHODS else HANG_SECONDS):
            return
        self._fail(rpt_("The engine no longer answers: press Restart Engine"))

    # Any thread

    def _close(self) -> None:
        """Let the engine go; the caller holds the lock."""
        self._running = False
        self._pending.clear()
        self._progress.clear()
        self._outbox.put(None)

    def _fail(self, message: str) -> None:
        """End the engine with one Failure, unless it has ended already."""
        with self._lock:
            if not self._running:
                return
            self._close()
            self._untold = True
            self._events.put(Failure(None, message, restart=True))

    # Reader thread

    def _run(self) -> None:
        try:
            process = self._launch()
        except OSError as error:
            self._fail(explain_start(self._command, error))
            self._exit.set()
            return
        threading.Thread(target=self._write, args=(process,), name="mmm-engine-writer", daemon=True).start()
        watcher = threading.Thread(target=self._bury, args=(process,), name="mmm-engine-end", daemon=True)
        watcher.start()
        try:
            self._read(process)
        except ProtocolError as error:
            self._note(f"Blender: {error}")
            self._fail(rpt_("The engine sent something that is not an answer: press Restart Engine"))
        except Exception as error:
            self._note(f"Blender: {error!r}")
            self._fail(
                rpt_("The engine's answers could not be read ({error}): press Restart Engine").format(error=error)
            )
        else:
            try:
                code = process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                code = None
            self._fail(explain_exit(code, self.log_tail()))

    def _launch(self) -> subprocess.Popen[bytes]:
        command = self._command
        log: Any = subprocess.DEVNULL
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            if self._log.is_file() and self._log.stat().st_size > MAX_LOG:
                self._log.unlink()
            log = self._log.open("ab")
            self._log_start = log.seek(0, os.SEEK_END)
        except OSError:
            pass  # A folder without write permission costs the log, not the engine.
        try:
            process = subprocess.Popen(
                command.argv,
                cwd=command.cwd,
                env={**clean_environment(), **command.env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                creationflags=NO_WINDOW,
            )
        finally:
            if log is not subprocess.DEVNULL:
                log.close()
        with self._lock:
            self._process = process
        return process

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Hand on messages until the engine closes its end. Raises ProtocolError."""
        assert process.stdout is not None
        reader = protocol.MessageReader()
        with process.stdout as pipe:
            while data := os.read(pipe.fileno(), 65536):
                for message in reader.feed(data):
                    self._receive(message)
                    if not self._running:
                        return

    def _receive(self, message: dict[str, Any]) -> None:
        """File one message. Raises ProtocolError."""
        if message.get("method") == "$/progress":
            self._receive_progress(message.get("params"))
            return
        id = message.get("id")
        error = message.get("error")
        if id is None and "method" in message:
            return  # A notification of a later version.
        if type(id) is not int or (error is None and "result" not in message):
            raise ProtocolError(f"neither an answer nor a notification: {str(message)[:200]}")
        event: Result | Failure | None
        if error is None:
            event = Result(id, protocol.decode_arrays(message["result"]))
        elif isinstance(error, dict):
            event = _failure(id, error)
        else:
            raise ProtocolError(f"an error that is not an object: {str(error)[:200]}")
        with self._lock:
            self._heard += 1
            if self._running and self._pending.pop(id, None) is not None:
                self._progress.pop(id, None)
                if event is not None:
                    self._events.put(event)

    def _receive_progress(self, params: Any) -> None:
        try:
            progress = Progress(int(params["id"]), str(params["stage"]), int(params["step"]), int(params["of"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ProtocolError(f"a progress report without {error}") from error
        with self._lock:
            self._heard += 1
            if progress.id in self._pending:
                self._progress[progress.id] = progress

    def _note(self, line: str) -> None:
        """Add a line of our own to the log."""
        try:
            with self._log.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError:
            pass

    # Writer thread

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        """Send what is queued; closing stdin, at the end, tells the engine to leave."""
        assert process.stdin is not None
        try:
            with process.stdin as pipe:
                while (data := self._outbox.get()) is not None:
                    view = memoryview(data)
                    while view:
                        view = view[pipe.write(view) :]
        except (OSError, ValueError):
            pass  # The engine is gone; the reader finds out and tells.

    # Third thread

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the engine's end; once it is to leave, only for the grace period."""
        while process.poll() is None:
            if self._running:
                time.sleep(0.1)
                continue
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._outbox.put(None)
        self._exit.set()


def _failure(id: int, error: dict[str, Any]) -> Failure | None:
    """What the artist reads of an error answer; None for a cancelled request."""
    code = error.get("code")
    message = (str(error.get("message") or "").strip().splitlines() or [rpt_("no reason given")])[0]
    if code == Code.CANCELLED:
        return None
    if code in (Code.BAD_INPUT, Code.OUT_OF_MEMORY):
        return Failure(id, message, restart=False)
    if code == Code.UNKNOWN_PROTOCOL:
        return Failure(
            id,
            rpt_("The engine is of another version ({message}): install the extension again").format(message=message),
            restart=True,
        )
    return Failure(
        id, rpt_("The engine met a fault ({message}): press Restart Engine").format(message=message), restart=True
    )


_clients: weakref.WeakSet[EngineClient] = weakref.WeakSet()


@atexit.register
def _kill_all() -> None:
    for client in list(_clients):
        client.kill()
