"""Long work beside Blender: a thread that reports through a queue and can be cancelled."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import NamedTuple

from ..translation import rpt_
from .verification import Cancelled, CheckError


class JobError(Exception):
    """The job cannot go on; the message says in one line why and what to do."""


class Update(NamedTuple):
    """What the job does now; ``fraction`` of the whole, 0 to 1."""

    message: str
    fraction: float


class Finished(NamedTuple):
    """The end of a job; ``ok`` False: it failed or was cancelled."""

    ok: bool
    message: str


class Job:
    """Runs ``work`` in a thread. ``work`` calls back with updates and asks whether it is cancelled.

    Attributes:
        title: what the job is, for the progress bar.
        update: what it did last; set by ``poll``.
        finished: how it ended; set by ``poll``.
    """

    def __init__(self, title: str, work: Callable[[Job], str]) -> None:
        self.title = title
        self.update = Update(title, 0.0)
        self.finished: Finished | None = None
        self._work = work
        self._cancel = threading.Event()
        self._queue: queue.SimpleQueue[Update | Finished] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="mmm-engine-job", daemon=True)

    def start(self) -> None:
        """Start; returns at once."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the job to end; it does so within a second."""
        self._cancel.set()

    def poll(self) -> bool:
        """Take in what was reported; True if there was something. Never blocks."""
        news = False
        while not self._queue.empty():
            item = self._queue.get_nowait()
            news = True
            if isinstance(item, Finished):
                self.finished = item
            else:
                self.update = item
        return news

    def join(self, seconds: float) -> None:
        """Wait up to so many seconds for the thread's end."""
        self._thread.join(seconds)

    # For the work

    def cancelled(self) -> bool:
        """The artist wants it to end."""
        return self._cancel.is_set()

    def check_cancelled(self) -> None:
        """Raises Cancelled once the artist wants it to end."""
        if self.cancelled():
            raise Cancelled

    def report(self, message: str, fraction: float) -> None:
        """Say what is being done."""
        self._queue.put(Update(message, min(max(fraction, 0.0), 1.0)))

    def _run(self) -> None:
        try:
            finished = Finished(True, self._work(self))
        except Cancelled:
            finished = Finished(False, rpt_("{title}: cancelled").format(title=self.title))
        except (JobError, CheckError) as error:
            finished = Finished(False, str(error))
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            finished = Finished(
                False,
                f"{self.title}: {error.strerror or error}{place}",
            )
        except Exception as error:
            finished = Finished(False, rpt_("{title}: failed ({error!r})").format(title=self.title, error=error))
        self._queue.put(finished)
