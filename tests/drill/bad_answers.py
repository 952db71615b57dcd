"""What an engine should never send: noise, broken frames, answers that are none, motions that are none."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np

from mmm_blender import protocol

Rng = random.Random


def noise(rng: Rng) -> bytes:
    """Bytes that are not the protocol."""
    return rng.choice(
        (
            lambda: rng.randbytes(rng.choice((1, 7, 300, 4000))),
            lambda: b"UserWarning: something is deprecated\n",
            lambda: b"Content-Length: 99999999999\r\n\r\n{}",
            lambda: b"Content-Length: -5\r\n\r\n",
            lambda: b"Content-Length: 40\r\n\r\n{",
            lambda: b"Content-Length: abc\r\n\r\n{}",
            lambda: b"Content-Length: 2\r\n\r\n[]",
            lambda: _frame(b"{" * 3000),
            lambda: _frame(b'{"id": ' + b"[" * 100_000),
            lambda: _frame(b'{"id": 1, "result": ' + b"9" * 6000 + b"}"),
            lambda: _frame(b"\xff\xfe\x00"),
            lambda: b"a: b\r\n" * rng.choice((3, 2000)),
            lambda: b"\r\n\r\n",
        )
    )()


def bad_answer(rng: Rng, id: int) -> bytes:
    """A message in a whole frame that is wrong."""
    return _frame(
        json.dumps(rng.choice((_wrong_message, _wrong_error, _wrong_progress, _wrong_motion))(rng, id)).encode()
    )


def odd_joints(rng: Rng) -> np.ndarray:
    """Joints of a body that nobody has, (T, 22 or 27, 3): finite, within bounds."""
    made = np.random.default_rng(rng.randrange(1 << 30))
    count, rows = rng.choice((22, 27)), rng.choice((2, 3, 20, 90))
    joints = made.normal(size=(rows, count, 3))
    return rng.choice(
        (
            lambda: joints,
            lambda: joints * 300.0 / np.abs(joints).max(),
            lambda: np.repeat(joints[:1], rows, axis=0),
            lambda: joints * (0.0, 1.0, 0.0),
            lambda: joints * 1e-3 + 0.1 * np.arange(count)[:, None],
            lambda: np.where(np.arange(count)[:, None] == 5, 1.0, 0.0) * np.ones((rows, 1, 3)),
            lambda: joints + (0.0, -500.0, 0.0),
        )
    )().astype(np.float32)


def _frame(content: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


def _wrong_message(rng: Rng, id: int) -> Any:
    return rng.choice(
        (
            {"id": id},
            {"id": str(id), "result": {}},
            {"id": id + 1000, "result": {}},
            {"id": id, "result": None},
            {"id": id, "result": []},
            {"id": id, "result": {"motions": []}},
            {"id": id, "result": {"motions": {}}},
            {"id": id, "result": {"motions": [None]}},
            {"id": id, "result": {"motions": 7}},
            {"id": None, "result": 1},
            {"id": True, "result": {}},
            {"method": "$/unknown", "params": None},
            {"jsonrpc": "3.0"},
            [],
        )
    )


def _wrong_error(rng: Rng, id: int) -> Any:
    code = rng.choice([*map(int, protocol.Code), 0, None, "x", 1e99, [1]])
    message = rng.choice(("no", "", None, "line\nline\nTraceback", "x" * 5000, {"a": 1}))
    return {"id": id, "error": rng.choice(({"code": code, "message": message}, {}, [], "bad", {"code": code}))}


def _wrong_progress(rng: Rng, id: int) -> Any:
    good = {"id": id, "stage": "decode", "step": 1, "of": 8}
    name = rng.choice(list(good))
    params = {**good, name: rng.choice((None, -1, "x", 1e300, [], 10**30))}
    return {"method": "$/progress", "params": rng.choice((params, None, [], {}, params))}


def _wrong_motion(rng: Rng, id: int) -> Any:
    motion: dict[str, Any] = {
        "joints": protocol.encode_array(odd_joints(rng)),
        "fps": 20.0,
        "request": {"method": "generate", "prompt": "walk", "seed": 1, "model": "mmm-open"},
    }
    joints = odd_joints(rng)
    wrong: dict[str, Any] = {
        "joints": rng.choice(
            (
                None,
                "x",
                [[1.0]],
                protocol.encode_array(np.full_like(joints, np.nan)),
                protocol.encode_array(joints * np.float32(1e30)),
                protocol.encode_array(joints[:, :21]),
                protocol.encode_array(joints[:1]),
                protocol.encode_array(np.zeros_like(joints)),
                {"dtype": "float32", "shape": [10**9, 22, 3], "data": ""},
                {"dtype": "float64", "shape": [2, 22, 3], "data": "AAAA"},
                {"dtype": "float32", "shape": [2, 22, 3], "data": "*"},
            )
        ),
        "fps": rng.choice((None, 0, -1, 1e9, "20", [], float("nan"))),
        "request": rng.choice(
            (
                None,
                [],
                {"prompt": 7},
                {"seed": "x"},
                {"seed": -1},
                {"method": "story", "strips": [{"start": -5, "stop": 10**12, "prompt": 3}]},
                {"method": "story", "strips": "x"},
                {"mask": [{"start": 1}]},
                {"path": {"points": "x"}},
                {"prompt": "x" * 100_000},
            )
        ),
    }
    name = rng.choice(("joints", "fps", "request", "faults", "note", "whole"))
    if name in wrong:
        motion[name] = wrong[name]
    elif name != "whole":
        motion[name] = rng.choice((7, None, "x", {"a": 1}, [["x"]]))
    return {"id": id, "result": {"motions": [motion], "hint": rng.choice((None, 7, {"kind": "?"}, "x"))}}
