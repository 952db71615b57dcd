"""Content-Length framing of a byte stream, as language servers do it. Bytes in, bodies out; no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Bytes; beyond them a sender is not speaking the protocol.
MAX_BODY = 64 * 2**20
MAX_HEADER = 4096

_END = b"\r\n\r\n"
# Only one way to match a line: with two, lines before garbage would be tried in all combinations.
_LINES = rb"(?:[\w-]+:[^\r\n]*\r\n)*"
_LENGTH = re.compile(rb"Content-Length: *(\d{1,18})\r\n" + _LINES + rb"\Z", re.I)
_BEFORE = re.compile(_LINES)


@dataclass(frozen=True)
class Lost:
    """Bytes that were no frame and were skipped: why."""

    reason: str


class FrameParser:
    """Cuts a byte stream into bodies, however it is split, and goes on after bytes that are no frame.

    A run of bytes without a frame, whether garbage or the body of an oversized frame, comes out as one
    `Lost`, and parsing goes on at the next header. Never holds more than one body of MAX_BODY bytes.
    """

    def __init__(self, max_body: int = MAX_BODY) -> None:
        self._max_body = max_body
        self._buffer = bytearray()
        self._length: int | None = None
        self._is_lost = False

    def feed(self, data: bytes) -> list[bytes | Lost]:
        """What the bytes so far complete, in order."""
        self._buffer += data
        found: list[bytes | Lost] = []
        while self._length is None and self._read_header(found) or self._read_body(found):
            pass
        return found

    def _read_header(self, found: list[bytes | Lost]) -> bool:
        """Take one header block off the buffer; False if there is no whole one."""
        end = self._buffer.find(_END)
        if end < 0:
            # A header that starts further back is too long to be one.
            excess = len(self._buffer) - MAX_HEADER - len(_END)
            if excess > 0:
                del self._buffer[:excess]
                self._lose(found, "bytes that are no message")
            return False
        block = bytes(self._buffer[max(0, end - MAX_HEADER) : end + 2])
        cut = end > MAX_HEADER
        del self._buffer[: end + len(_END)]
        # Searched, not matched: a header stands behind garbage too.
        header = _LENGTH.search(block)
        if header is None or cut or not _BEFORE.fullmatch(block, 0, header.start()):
            self._lose(found, "bytes that are no message")
        if header is None:
            return True
        length = int(header[1])
        if length > self._max_body:
            self._lose(found, f"a message of {length:,} bytes, the limit is {self._max_body:,}")
            return True
        self._length = length
        return True

    def _read_body(self, found: list[bytes | Lost]) -> bool:
        """Take one body off the buffer; False if there is no whole one."""
        if self._length is None or len(self._buffer) < self._length:
            return False
        found.append(bytes(self._buffer[: self._length]))
        del self._buffer[: self._length]
        self._length = None
        self._is_lost = False
        return True

    def _lose(self, found: list[bytes | Lost], reason: str) -> None:
        if not self._is_lost:
            found.append(Lost(reason))
        self._is_lost = True


def frame(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
