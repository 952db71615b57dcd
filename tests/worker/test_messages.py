"""Messages, params and errors on the wire, without a process."""

from __future__ import annotations

import contextlib
import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.errors import ModelError
from engine.worker.memory import explain_out_of_memory, is_out_of_memory
from engine.worker.messages import Call, RpcError, encode_error, encode_progress, encode_result, parse_call
from engine.worker.protocol import Code


def test_a_request_and_a_notification():
    body = b'{"jsonrpc":"2.0","id":"a","method":"generate","params":{"prompt":"l\xc3\xa4uft"}}'
    assert parse_call(body) == Call("a", "generate", {"prompt": "läuft"})
    assert parse_call(b'{"jsonrpc":"2.0","method":"x"}') == Call(None, "x", {})


@pytest.mark.parametrize(
    ("body", "code", "id"),
    [
        (b"", Code.NOT_JSON, None),
        (b"{", Code.NOT_JSON, None),
        (b"\xff\xfe", Code.NOT_JSON, None),
        (b"[" * 100_000, Code.NOT_JSON, None),
        (b'{"id":' + b"9" * 5000 + b"}", Code.NOT_JSON, None),
        (b"[]", Code.NOT_A_REQUEST, None),
        (b'[{"jsonrpc":"2.0","id":1,"method":"x"}]', Code.NOT_A_REQUEST, None),
        (b"{}", Code.NOT_A_REQUEST, None),
        (b'{"id":1,"method":"x"}', Code.NOT_A_REQUEST, 1),
        (b'{"jsonrpc":"2.0","id":1,"method":2}', Code.NOT_A_REQUEST, 1),
        (b'{"jsonrpc":"2.0","id":[1],"method":"x"}', Code.NOT_A_REQUEST, None),
        (b'{"jsonrpc":"2.0","id":true,"method":"x"}', Code.NOT_A_REQUEST, None),
        (b'{"jsonrpc":"2.0","id":NaN,"method":"x"}', Code.NOT_A_REQUEST, None),
        (b'{"jsonrpc":"2.0","id":null,"method":"x"}', Code.NOT_A_REQUEST, None),
        (b'{"jsonrpc":"2.0","id":3,"method":"x","params":[1]}', Code.WRONG_PARAMS, 3),
    ],
)
def test_what_is_no_request(body, code, id):
    with pytest.raises(RpcError) as caught:
        parse_call(body)
    assert (caught.value.code, caught.value.id) == (code, id)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_body_is_a_call_or_an_error(body):
    with contextlib.suppress(RpcError):
        assert isinstance(parse_call(body), Call)


def test_answers():
    assert json.loads(encode_result(4, {"a": "ß"})) == {"jsonrpc": "2.0", "id": 4, "result": {"a": "ß"}}
    error = json.loads(encode_error(RpcError(Code.BAD_INPUT, "two\n  lines\n", "x")))
    assert error == {"jsonrpc": "2.0", "id": "x", "error": {"code": -32002, "message": "two lines"}}
    progress = json.loads(encode_progress(4, "decode", 3, 14))
    assert progress["method"] == "$/progress"
    assert progress["params"] == {"id": 4, "stage": "decode", "step": 3, "of": 14}


def test_memory_is_told_from_other_faults():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**55, dtype=torch.float32)
    assert is_out_of_memory(caught.value)
    with pytest.raises(RuntimeError) as caught:
        torch.ones(2) @ torch.ones(3)
    assert not is_out_of_memory(caught.value)
    assert is_out_of_memory(MemoryError())
    import_error = ImportError("Error importing numpy")
    assert not is_out_of_memory(import_error)
    import_error.__cause__ = ImportError("libopenblas.so: failed to map segment from shared object")
    assert is_out_of_memory(import_error)
    assert is_out_of_memory(torch.cuda.OutOfMemoryError("CUDA out of memory"))
    assert is_out_of_memory(OSError(12, "Cannot allocate memory"))
    assert not is_out_of_memory(OSError(2, "No such file"))
    model_error = ModelError("cannot load the text encoder: Cannot allocate memory (os error 12)")
    assert not is_out_of_memory(model_error)
    model_error.__cause__ = MemoryError("Cannot allocate memory (os error 12)")
    assert is_out_of_memory(model_error)
    assert "8 variations" in explain_out_of_memory("generate", {"samples": 8})
    assert "shorter" in explain_out_of_memory("generate", {})
    assert "device cpu" in explain_out_of_memory("initialize", {})
