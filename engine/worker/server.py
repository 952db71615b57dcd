"""The worker's three threads, which share two queues and the table of requests under way.

The reader takes frames off stdin, queues requests and obeys cancels at once; the main thread does the
requests in the order they came; the writer alone writes to stdout. The reader never waits for the other
two, so that it sees the end of stdin whatever they are doing, and the process leaves with its parent.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass, field
from io import FileIO
from queue import SimpleQueue
from typing import NoReturn

from engine.errors import InputError
from engine.requests.params import ParamError
from engine.watch import Cancelled, Watch
from engine.worker.framing import FrameParser, Lost, frame
from engine.worker.memory import explain_out_of_memory, is_out_of_memory
from engine.worker.messages import (
    Call,
    Id,
    RpcError,
    describe_exception,
    encode_error,
    encode_progress,
    encode_result,
    parse_call,
)
from engine.worker.methods import METHODS
from engine.worker.protocol import CANCEL, Code
from engine.worker.state import Engine

CHUNK = 65536  # bytes read at once

log = logging.getLogger(__name__)


@dataclass
class Job:
    """A request that waits or runs."""

    id: Id
    call: Call
    cancelled: threading.Event = field(default_factory=threading.Event)
    is_running: bool = False


class Server:
    """Serves one client until it closes `source`, breaks `sink` or asks for `shutdown`."""

    def __init__(self, source: FileIO, sink: FileIO) -> None:
        self._source = source
        self._sink = sink
        self._engine = Engine()
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._jobs: dict[Id, Job] = {}  # guarded by the lock

    def run(self) -> NoReturn:
        """Never returns: the process ends with the conversation."""
        writer = threading.Thread(target=self._write, name="writer", daemon=True)
        writer.start()
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        while True:
            job = self._queue.get()
            if not self._begin(job):
                continue
            answer = self._answer(job)
            # Forgotten before it is answered: the client may use the id again at once.
            self._forget(job)
            self._outbox.put(answer)
            if job.call.method == "shutdown":
                self._outbox.put(None)
                writer.join()
                leave("shut down")

    # Main thread

    def _begin(self, job: Job) -> bool:
        """False for a job that was cancelled while it waited, which is answered already."""
        with self._lock:
            job.is_running = not job.cancelled.is_set()
        return job.is_running

    def _forget(self, job: Job) -> None:
        with self._lock:
            del self._jobs[job.id]

    def _answer(self, job: Job) -> bytes:
        """Do a request: its result, or whatever went wrong, as one message."""
        call = job.call
        try:
            result = METHODS[call.method](self._engine, call.params, self._watch(job))
            return encode_result(job.id, result)
        except RpcError as error:
            failure = error
        except Cancelled:
            failure = RpcError(Code.CANCELLED, "cancelled")
        except ParamError as error:
            failure = RpcError(Code.WRONG_PARAMS, str(error))
        except InputError as error:
            short = is_out_of_memory(error)
            failure = self._explain(call, error) if short else RpcError(Code.BAD_INPUT, str(error))
        except Exception as error:
            failure = self._explain(call, error)
        failure.id = job.id
        return encode_error(failure)

    def _explain(self, call: Call, error: Exception) -> RpcError:
        """The answer for an exception that no method foresees; the log has the rest."""
        log.error("%s failed", call.method, exc_info=error)
        if is_out_of_memory(error):
            return RpcError(Code.OUT_OF_MEMORY, explain_out_of_memory(call.method, call.params))
        if isinstance(error, ImportError):
            return RpcError(Code.BAD_INPUT, f"the engine is incomplete ({error}): reinstall the engine")
        if isinstance(error, OSError) and error.filename is not None:
            return RpcError(Code.BAD_INPUT, f"{error.filename}: {error.strerror or error}")
        return RpcError(Code.FAULT, f"a fault in the engine ({describe_exception(error)}), see its log")

    def _watch(self, job: Job) -> Watch:
        def report(stage: str, step: int, of: int) -> None:
            self._outbox.put(encode_progress(job.id, stage, step, of))

        return Watch(report, job.cancelled.is_set)

    # Reader

    def _read(self) -> None:
        try:
            parser = FrameParser()
            while data := self._source.read(CHUNK):
                for found in parser.feed(data):
                    self._take(found)
        except OSError as error:
            leave(f"stdin broke: {error}")
        except BaseException:
            log.exception("the reader failed")
            os._exit(1)
        leave("stdin was closed")

    def _take(self, found: bytes | Lost) -> None:
        try:
            if isinstance(found, Lost):
                raise RpcError(Code.NOT_JSON, f"skipped {found.reason}")
            call = parse_call(found)
            if call.id is not None:
                self._accept(call, call.id)
            elif call.method == CANCEL:
                self._cancel(call.params.get("id"))
            else:
                log.warning("ignored the notification %r", call.method)
        except RpcError as error:
            log.warning("%s", error.message)
            self._outbox.put(encode_error(error))

    def _accept(self, call: Call, id: Id) -> None:
        if call.method not in METHODS:
            raise RpcError(Code.UNKNOWN_METHOD, f"unknown method {call.method[:80]!r}", id)
        job = Job(id, call)
        with self._lock:
            if id in self._jobs:
                raise RpcError(Code.NOT_A_REQUEST, f"a request with the id {id!r} is under way", id)
            self._jobs[id] = job
        self._queue.put(job)

    def _cancel(self, id: object) -> None:
        """Stop a job at its next step if it runs, answer it now if it waits, ignore it if it is none."""
        if not isinstance(id, str | int):
            return
        with self._lock:
            job = self._jobs.get(id)
            if job is None:
                return
            job.cancelled.set()
            if job.is_running:
                return
            del self._jobs[job.id]
        self._outbox.put(encode_error(RpcError(Code.CANCELLED, "cancelled", job.id)))

    # Writer

    def _write(self) -> None:
        try:
            while (body := self._outbox.get()) is not None:
                rest = memoryview(frame(body))
                while rest:
                    rest = rest[self._sink.write(rest) :]
        except OSError as error:
            leave(f"stdout broke: {error}")
        except BaseException:
            log.exception("the writer failed")
            os._exit(1)


def leave(reason: str) -> NoReturn:
    """End the process from any thread, at once: decoding and library clean-up are not waited for."""
    log.info("leaving: %s", reason)
    os._exit(0)
