"""JSON-RPC messages: bodies to calls, answers to bodies, and what an error is called on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine.worker.protocol import PROGRESS, Code

Id = str | int


MOST_TOLD = 600  # characters of a message


class RpcError(Exception):
    """An error to answer with; `id` is that of the request, as far as it could be read."""

    def __init__(self, code: Code, message: str, id: Id | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = one_line(message)
        self.id = id


@dataclass(frozen=True)
class Call:
    """A request, or a notification if it has no id."""

    id: Id | None
    method: str
    params: dict[str, Any]


def parse_call(body: bytes) -> Call:
    """The call in a frame's body. Raises RpcError NOT_JSON, NOT_A_REQUEST or WRONG_PARAMS."""
    try:
        content = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RpcError(Code.NOT_JSON, f"the message is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise RpcError(Code.NOT_A_REQUEST, "a message must be one JSON object")
    id = content.get("id")
    # A bool is an int to Python, and would be the same key as 0 or 1.
    if type(id) not in (str, int, type(None)):
        raise RpcError(Code.NOT_A_REQUEST, "an id must be a string or a whole number")
    if "id" in content and id is None:
        raise RpcError(Code.NOT_A_REQUEST, "the id of a request must not be null")
    method = content.get("method")
    if content.get("jsonrpc") != "2.0" or not isinstance(method, str):
        raise RpcError(Code.NOT_A_REQUEST, "the message is no JSON-RPC 2.0 request", id)
    params = content.get("params", {})
    if not isinstance(params, dict):
        raise RpcError(Code.WRONG_PARAMS, "params must be an object", id)
    return Call(id, method, params)


def encode_result(id: Id, result: Any) -> bytes:
    return _encode({"id": id, "result": result})


def encode_error(error: RpcError) -> bytes:
    return _encode({"id": error.id, "error": {"code": int(error.code), "message": error.message}})


def encode_progress(id: Id, stage: str, step: int, of: int) -> bytes:
    params = {"id": id, "stage": stage, "step": step, "of": of}
    return _encode({"method": PROGRESS, "params": params})


def _encode(content: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **content}, allow_nan=False, separators=(",", ":")).encode()


def one_line(text: str) -> str:
    """A message's words on one line that can be shown; what others sent may be of any length."""
    line = " ".join(line.strip() for line in text.splitlines() if line.strip())
    return line if len(line) <= MOST_TOLD else line[: MOST_TOLD - 1] + "…"


def describe_exception(error: BaseException) -> str:
    """Kind and text of an exception in one line."""
    text = one_line(str(error))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
