"""Hostile text ends in one line that names the file; what is ours is read."""

from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.files.text import (
    parse_json,
    parse_toml,
    read_json,
    read_json_lines,
    read_table,
    read_text,
    read_toml,
    read_yaml,
    shown,
)

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "text",
    [DEEP, "[" * 80 + "]" * 80, "9" * 5000, "NaN", "[1e999]", '{"a": -Infinity}', "{", "", '"\\ud800', "\x00"],
    ids=["deep", "rather deep", "digits", "nan", "huge", "infinite", "cut", "empty", "surrogate cut", "nul"],
)
def test_hostile_json_is_one_line(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"a\.json") as told:
        read_json(path)
    assert "\n" not in str(told.value) and len(str(told.value)) < 600


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "a: !!python/object:os.system x",
        "? [" + "x" * 5 + ": ]",
        "a: 2020-13-45",
        "{",
        "a: " + "[" * 200 + "]" * 200,
        "a: .inf",
        "a: " + "7" * 5000,
        "a: !!int x",
        "1: 2: 3",
        "\x07",
    ],
)
def test_hostile_yaml_is_one_line(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"a\.yaml") as told:
        read_yaml(path)
    assert "\n" not in str(told.value) and len(str(told.value)) < 600


@pytest.mark.parametrize(
    "text", ["a" + ".a" * 50_000 + " = 1", "a = inf", "a = " + "1" * 5000, "a = ", "[[[", "a = 1\na = 2"]
)
def test_hostile_toml_is_one_line(tmp_path, text):
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"a\.toml") as told:
        read_toml(path)
    assert "\n" not in str(told.value)


def test_plain_content_is_read(tmp_path):
    assert parse_json('{"a": [1, 2.5, null]}', "x") == {"a": [1, 2.5, None]}
    assert parse_toml("a.b = [1, 2]", "x") == {"a": {"b": [1, 2]}}
    with pytest.raises(InputError, match="too long"):
        parse_toml(f"a = '{'x' * 1000}'", "x")
    (tmp_path / "a.yaml").write_text("seed: 3\nstory:\n  - a person walks\n")
    assert read_yaml(tmp_path / "a.yaml") == {"seed": 3, "story": ["a person walks"]}


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "a.csv").write_bytes("﻿file,caption\r\na.bvh,walk\r\n".encode())
    columns, rows = read_table(tmp_path / "a.csv")
    assert columns == ["file", "caption"] and list(rows) == [(2, {"file": "a.bvh", "caption": "walk"})]


def test_endless_fields_of_a_table_are_told_by_line(tmp_path):
    (tmp_path / "a.csv").write_text("file,caption\na,b\nc," + "x" * 200_000 + "\n")
    _, rows = read_table(tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"a\.csv, line \d"):
        list(rows)


def test_files_too_large_are_not_read(tmp_path):
    (tmp_path / "a.txt").write_text("x" * 2000)
    with pytest.raises(InputError, match="larger than"):
        read_text(tmp_path / "a.txt", most=1000)


def test_values_in_messages_are_short():
    assert len(shown("x" * 10_000)) <= 200 and shown({"a": 1}) == "{'a': 1}"


def test_lines_of_json_are_read_and_a_bad_one_is_named(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n\n[2]\n')
    assert list(read_json_lines(path)) == [(1, {"a": 1}), (3, [2])]
    for bad in (b"\xe1\xff", b'{"a"', b"NaN", b"[" * 5000, b"9" * 5000, b'"' + b"a" * 5_000_000 + b'"'):
        path.write_bytes(b'{"a": 1}\n' + bad + b"\n")
        with pytest.raises(InputError, match=r"a\.jsonl, line 2") as told:
            list(read_json_lines(path))
        assert "\n" not in str(told.value) and len(str(told.value)) < 600
    with pytest.raises(InputError, match="cannot read"):
        list(read_json_lines(tmp_path / "none.jsonl"))
