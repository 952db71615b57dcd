"""Running pip and reading what it says: downloads byte by byte, and errors as one line for people."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..client.engine_process import NO_WINDOW, clean_environment
from ..translation import n_, rpt_
from .verification import Cancelled

_RAW = re.compile(r"^Progress (\d+) of (\d+)")
_DOWNLOADING = re.compile(r"^\s*Downloading (?:https?://\S*/)?(\S+)")
# Who logs in, in front of a host ("https://name:password@host/"; a proxy may lack the scheme), and keys in addresses.
_LOGIN = re.compile(r"(://|--proxy[ =])[^\s/@'\"]*(?:@[^\s/@'\"]*)*@")
_SECRET = re.compile(r"([?&][\w-]*(?:token|key|secret|password|sig|signature|auth)[\w-]*)=[^&\s'\"]+", re.IGNORECASE)
# Words in pip's output, and what they mean for the artist; the first that fits is told.
_REASONS = (
    (
        ("DO NOT MATCH THE HASHES", "Hashes are required"),
        n_("A package is not the one this version was made with: press Install again, or ask whoever keeps your index"),
    ),
    (("No space left", "Errno 28", "not enough space"), n_("The disk is full: make room and press Install again")),
    (("long path", "LongPathsEnabled"), n_("Windows refuses such long paths: switch on long path support in Windows")),
    (("CERTIFICATE_VERIFY_FAILED",), n_("The server's certificate was refused: ask for your studio's pip settings")),
    (("ProxyError", "407 Proxy"), n_("The proxy refused the connection: ask for your studio's pip settings")),
    (
        (
            "NameResolutionError",
            "NewConnectionError",
            "Failed to establish",
            "timed out",
            "ConnectionReset",
            "IncompleteRead",
            "Connection aborted",
        ),
        n_("The download server was not reached: check the network and press Install again; what is there is kept"),
    ),
    (("HTTP error 4", "HTTP error 5"), n_("The download server refused: try again later")),
    (
        ("No matching distribution", "Could not find a version", "not a supported wheel"),
        n_("There is no such build for this Python: choose another backend"),
    ),
    (("Permission denied", "Errno 13", "WinError 5"), n_("No permission to write in the engine's folder: allow it")),
)


@dataclass(frozen=True)
class Outcome:
    """How a program ended, with all it said."""

    code: int
    output: str


def run_program(
    argv: Sequence[str | Path],
    log: Path,
    cancelled: Callable[[], bool],
    on_line: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Run a program, each line of it to ``on_line`` and, but for raw progress, to the log file.

    Raises Cancelled, the program killed, and OSError if it cannot be started or the log not be written.
    """
    with log.open("a", encoding="utf-8", errors="replace") as file:
        file.write(without_passwords("$ " + " ".join(str(part) for part in argv)) + "\n")
        file.flush()
        process = subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**clean_environment(), "PYTHONUNBUFFERED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            creationflags=NO_WINDOW,
        )
        ended = threading.Event()
        threading.Thread(target=_kill_when, args=(process, cancelled, ended), daemon=True).start()
        lines: list[str] = []
        try:
            assert process.stdout is not None
            for said in process.stdout:
                line = without_passwords(said)
                on_line(line.rstrip())
                if not _RAW.match(line):
                    file.write(line)
                    file.flush()
                    lines.append(line)
            code = process.wait()
        finally:
            ended.set()
            if process.poll() is None:
                process.kill()
                process.wait()
    if cancelled():
        raise Cancelled
    return Outcome(code, "".join(lines))


def _kill_when(process: subprocess.Popen[str], cancelled: Callable[[], bool], ended: threading.Event) -> None:
    while not ended.wait(0.2):
        if cancelled():
            process.kill()
            return


class DownloadMeter:
    """Adds up pip's raw progress over all files of one run."""

    def __init__(self) -> None:
        self.name = ""
        self.file_bytes = 0
        self.file_total = 0
        self._done_bytes = 0

    @property
    def bytes(self) -> int:
        """Bytes downloaded so far."""
        return self._done_bytes + self.file_bytes

    @property
    def text(self) -> str:
        """For people: "torch-2.13.0: 120 of 190 MB"."""
        if not self.name:
            return ""
        if self.file_total <= 1e6:
            return self.name
        message = rpt_("{name}: {done:.0f} of {total:.0f} MB")
        return message.format(name=self.name, done=self.file_bytes / 1e6, total=self.file_total / 1e6)

    def feed(self, line: str) -> bool:
        """Take in one line of pip's; True if it told of a download."""
        if match := _DOWNLOADING.match(line):
            self._done_bytes += self.file_bytes
            self.file_bytes = self.file_total = 0
            self.name = "-".join(match[1].split("-")[:2]).removesuffix(".metadata").replace("%2B", "+")
            return True
        if match := _RAW.match(line):
            self.file_bytes, self.file_total = int(match[1]), int(match[2])
            return True
        return False


def without_passwords(text: str) -> str:
    """Text in which addresses and options of pip hold no names, passwords or tokens any more."""
    return _SECRET.sub(r"\1=***", _LOGIN.sub(r"\1***@", text))


def explain_output(output: str) -> str:
    """One line for the artist on why pip failed."""
    for words, reason in _REASONS:
        if any(word.lower() in output.lower() for word in words):
            return rpt_(reason)
    errors = [line.strip() for line in output.splitlines() if line.strip().lower().startswith("error")]
    last = (errors or [line for line in output.splitlines() if line.strip()] or [rpt_("no message")])[-1]
    return rpt_("pip failed ({error}): the log has more").format(error=last.removeprefix("ERROR: ")[:200])
