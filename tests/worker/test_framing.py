"""Frames come out of a byte stream the same however it is split, and after whatever garbage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.worker.framing import MAX_HEADER, FrameParser, Lost, frame

GARBAGE = "bytes that are no message"
# Pieces of real streams, so that hypothesis meets half headers and headers within garbage.
pieces = st.one_of(
    st.binary(max_size=40).map(frame),
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"Content-Length: ",
            b"Content-Length: 3\r\n",
            b"\r\n",
            b"\r\n\r\n",
            b"content-length:2\r\n\r\n",
            b"Content-Type: text\r\n",
            b"Content-Length: 999999\r\n\r\n",
            b"x" * MAX_HEADER,
            b"a: b\r\n" * 20,
        ]
    ),
)


def parse(chunks: list[bytes]) -> list[bytes | Lost]:
    parser = FrameParser(max_body=1000)
    return [found for chunk in chunks for found in parser.feed(chunk)]


@settings(deadline=None, max_examples=300)
@given(st.lists(pieces, max_size=8).map(b"".join), st.data())
def test_any_split_gives_the_same_messages(stream, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    chunks = [stream[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert parse(chunks) == parse([stream])


@settings(deadline=None, max_examples=30)
@given(st.lists(pieces, max_size=3).map(b"".join))
def test_byte_by_byte_too(stream):
    assert parse([bytes([byte]) for byte in stream]) == parse([stream])


def test_many_lines_before_garbage_are_read_at_once():
    stream = b"a: b\r\n" * 60 + b"!" + frame(b"{}")
    assert parse([stream]) == [Lost(GARBAGE), b"{}"]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=999)))
def test_what_is_framed_comes_back(bodies):
    assert parse([b"".join(map(frame, bodies))]) == bodies


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 2\r\n\r\n",
        b"content-length:2\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nContent-Type: x\r\n\r\n",
    ],
)
def test_headers_that_are_read(header):
    assert parse([header + b"{}"]) == [b"{}"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello\n",
        b"\r\n\r\n",
        b"\x00\xff" * 300,
        b"x" * 100_000,
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: two\r\n\r\n{}",
        b"Content-Length: 9\n\n{}",
        b"{}" * 50,
        b"a: b\r\n" * 5000,
    ],
)
def test_the_message_after_garbage_is_found(garbage):
    assert parse([frame(b"1") + garbage + frame(b"2") + frame(b"3")]) == [b"1", Lost(GARBAGE), b"2", b"3"]


def test_an_oversized_message_is_told_and_skipped():
    found = parse([frame(b"1"), frame(b"x" * 1001), frame(b"2")])
    assert found == [b"1", Lost("a message of 1,001 bytes, the limit is 1,000"), b"2"]
    assert parse([b"Content-Length: 99999999999999999\r\n\r\n", frame(b"2")])[1:] == [b"2"]


def test_garbage_without_an_end_is_told_and_not_kept():
    parser = FrameParser()
    assert parser.feed(b"x" * 1_000_000) == [Lost(GARBAGE)]
    assert len(parser._buffer) <= MAX_HEADER + 4
    assert parser.feed(b"x" * 1_000_000) == []
