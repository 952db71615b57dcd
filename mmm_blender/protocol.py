"""The worker protocol, Blender's side: its version, codes and stages, framing, JSON-RPC and arrays.

The contract is docs/protocol.md; ``tests/worker/test_protocol.py`` holds that page, the worker and this file together.
Pure: bytes in, messages out; no process, no thread, no Blender.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

VERSION = 1
# Bytes; beyond these a sender is not speaking the protocol. A 60 s motion of 8 variations has 5 MB.
MAX_HEADER = 4096
MAX_CONTENT = 256 * 1024 * 1024

# What a worker reports of its progress, in this order; ``convert`` stands alone.
STAGES = ("engine", "model", "text", "decode", "motion", "convert")
# What it may say is wrong with a motion, and of a prompt.
FAULTS = ("hovers", "sinks", "slides", "jerks", "airborne")
HINTS = ("unfamiliar", "negation", "count")
# How somebody may do what a prompt says, each model some of it, and how much of it at most.
MOODS = ("sad", "happy", "angry", "tired", "proud", "timid", "old", "drunk", "sneaky")
MAX_INTENSITY = 1.5


class Code(IntEnum):
    """What an error answer is about."""

    NOT_JSON = -32700
    NOT_A_REQUEST = -32600
    UNKNOWN_METHOD = -32601
    WRONG_PARAMS = -32602
    FAULT = -32603
    CANCELLED = -32800
    UNKNOWN_PROTOCOL = -32001
    BAD_INPUT = -32002
    OUT_OF_MEMORY = -32003
    NOT_INITIALISED = -32004


_HEADER_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class ProtocolError(ValueError):
    """What came over the pipe is not the protocol."""


def encode_request(id: int, method: str, params: dict[str, Any]) -> bytes:
    """A request, framed."""
    return encode_message({"jsonrpc": "2.0", "id": id, "method": method, "params": params})


def encode_notification(method: str, params: dict[str, Any]) -> bytes:
    """A notification, framed."""
    return encode_message({"jsonrpc": "2.0", "method": method, "params": params})


def encode_message(message: dict[str, Any]) -> bytes:
    """``Content-Length`` header and UTF-8 JSON. Raises ValueError for NaN, which JSON does not have."""
    content = json.dumps(message, ensure_ascii=True, allow_nan=False).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


class MessageReader:
    """Cuts a byte stream into messages, however the bytes are split."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Messages completed by ``data``. Raises ProtocolError; the stream is lost then."""
        self._buffer += data
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> dict[str, Any] | None:
        if self._length is None:
            self._length = self._read_header()
        if self._length is None or len(self._buffer) < self._length:
            return None
        content = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        self._length = None
        return _parse(content)

    def _read_header(self) -> int | None:
        """The announced length; None until the whole header is there."""
        start = bytes(self._buffer[: len(_LENGTH)]).lower()
        if not _LENGTH.startswith(start):
            raise ProtocolError(f"not a message: {bytes(self._buffer[:60])!r}")
        end = self._buffer.find(_HEADER_END, 0, MAX_HEADER)
        if end < 0:
            if len(self._buffer) >= MAX_HEADER:
                raise ProtocolError("a header without an end")
            return None
        value = bytes(self._buffer[len(_LENGTH) : end]).split(b"\r\n")[0].strip()
        del self._buffer[: end + len(_HEADER_END)]
        if not value.isdigit() or int(value) > MAX_CONTENT:
            raise ProtocolError(f"a message of {value[:40]!r} bytes")
        return int(value)


def _parse(content: bytes) -> dict[str, Any]:
    try:
        message = json.loads(content)
    except ValueError as error:
        raise ProtocolError(f"a message that is not JSON: {error}") from error
    if not isinstance(message, dict):
        raise ProtocolError("a message that is not an object")
    return message


def encode_array(array: NDArray[Any]) -> dict[str, Any]:
    """An array as the protocol carries it: base64 of little-endian float32 in C order, with its shape."""
    data = np.ascontiguousarray(array, dtype="<f4")
    return {"dtype": "float32", "shape": list(data.shape), "data": base64.b64encode(data.tobytes()).decode()}


def decode_array(value: dict[str, Any]) -> NDArray[np.float32]:
    """The float32 array in ``value``. Raises ProtocolError if it is not one."""
    shape = value["shape"]
    if value["dtype"] != "float32":
        raise ProtocolError(f"an array of {value['dtype']!r}")
    if not isinstance(shape, list) or not all(type(size) is int and size >= 0 for size in shape):
        raise ProtocolError(f"an array of shape {shape!r}")
    try:
        data = base64.b64decode(value["data"], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise ProtocolError(f"an array that is not base64: {error}") from error
    if len(data) != 4 * math.prod(shape):
        raise ProtocolError(f"an array of shape {shape} with {len(data)} bytes")
    # A copy: the array is the caller's own, writable and in the machine's byte order.
    return np.frombuffer(data, dtype="<f4").reshape(shape).astype(np.float32)


def decode_arrays(value: Any) -> Any:
    """``value`` with every array in it, however deep, as numpy. Raises ProtocolError."""
    if isinstance(value, dict):
        if value.keys() == {"dtype", "shape", "data"}:
            return decode_array(value)
        return {key: decode_arrays(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode_arrays(item) for item in value]
    return value
