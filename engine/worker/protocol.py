"""The facts of the protocol: its version, names and codes. The contract is docs/protocol.md, tested against this."""

from __future__ import annotations

from enum import IntEnum

from engine.requests import EditRequest, GenerateRequest, InteractRequest, PathRequest, StoryRequest

VERSION = 1

PROGRESS = "$/progress"
CANCEL = "$/cancelRequest"
# What the work of a request consists of; a `Watch` is told of steps within these.
STAGES = ("engine", "model", "text", "decode", "motion", "convert")
# What may be wrong with a motion, and what is told of a prompt.
FAULTS = ("hovers", "sinks", "slides", "jerks", "airborne")
HINTS = ("unfamiliar", "negation", "count")

DEVICES = ("auto", "cpu", "cuda", "mps", "xpu")
PRECISIONS = ("fp32", "bf16", "fast")
MAX_SAMPLES = 8

# Of each method; those of an edit's kind come on top (`engine.requests.kinds`).
PARAMS: dict[str, tuple[str, ...]] = {
    "initialize": ("protocol", "weights", "device", "precision"),
    "models/list": (),
    "generate": (*GenerateRequest.PARAMS, "samples"),
    "edit": ("motion", "floor", *EditRequest.PARAMS, "samples"),
    "story": (*StoryRequest.PARAMS, "samples"),
    "path": (*PathRequest.PARAMS, "samples"),
    "interact": (*InteractRequest.PARAMS, "samples"),
    "weights/convert": ("vq", "transformer", "out", "mean", "std", "heads"),
    "shutdown": (),
}
# Of each answer.
RESULTS: dict[str, tuple[str, ...]] = {
    "initialize": ("protocol", "engine", "model", "device", "torch"),
    "models/list": ("models",),
    "generate": ("motions", "hint"),
    "edit": ("motions", "hint"),
    "story": ("motions", "hint"),
    "path": ("motions", "hint"),
    "interact": ("motions", "hint"),
    "weights/convert": ("model", "parameters", "same_tokenizer", "upper_body", "missing"),
    "shutdown": (),
}


class Code(IntEnum):
    """Errors of the answers."""

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
