"""Framing and arrays, Blender's side."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_blender import protocol
from mmm_blender.protocol import MessageReader, ProtocolError, decode_array, decode_arrays, encode_array


@given(st.lists(st.dictionaries(st.text(), st.text()), max_size=4), st.integers(1, 40))
def test_messages_survive_any_cutting(messages: list[dict[str, str]], size: int) -> None:
    data = b"".join(protocol.encode_message(message) for message in messages)
    reader = MessageReader()
    found = [m for start in range(0, len(data), size) for m in reader.feed(data[start : start + size])]
    assert found == messages


def test_length_counts_bytes_and_further_headers_are_allowed() -> None:
    content = json.dumps({"text": "Zwölf 🕺"}, ensure_ascii=False).encode()
    header = f"content-length: {len(content)}\r\nContent-Type: application/json\r\n\r\n".encode()
    assert MessageReader().feed(header + content) == [{"text": "Zwölf 🕺"}]


@pytest.mark.parametrize(
    "data",
    [
        b"Loading weights...\n",
        b"Content-Lens",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"Content-Length: 3\r\n\r\n{x}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 2" + b" " * protocol.MAX_HEADER,
        b"Content-Length: 2\r\n\r\n\xff\xfe",
    ],
)
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        MessageReader().feed(data)


def test_nan_is_not_sent() -> None:
    with pytest.raises(ValueError):
        protocol.encode_request(1, "generate", {"seconds": float("nan")})


def test_arrays_round_trip_bit_for_bit() -> None:
    array = np.random.default_rng(3).normal(size=(5, 22, 3)).astype(np.float32)
    sent = json.loads(json.dumps({"motions": [{"joints": encode_array(array), "fps": 20.0}]}))
    back = decode_arrays(sent)["motions"][0]
    assert back["fps"] == 20.0
    assert back["joints"].dtype == np.float32 and back["joints"].flags.writeable
    assert (back["joints"] == array).all()
    assert decode_array(encode_array(np.zeros((0, 22, 3)))).shape == (0, 22, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"dtype": "float64"},
        {"shape": [3]},
        {"shape": [-2, -1]},
        {"shape": "2"},
        {"shape": [2.0]},
        {"data": "no base64!"},
        {"data": None},
        {"data": base64.b64encode(b"12345").decode()},
    ],
)
def test_broken_arrays_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        decode_array(encode_array(np.zeros(2)) | change)
