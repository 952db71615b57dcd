"""Whatever a .blend, a preset or a motion file holds ends in a value of the right kind, or in one line."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path
from typing import Any

import bpy
import motions
import numpy as np
import pytest

from mmm_blender.animation import actions, baking
from mmm_blender.client import history
from mmm_blender.editing import apply as edits
from mmm_blender.editing import story_strips
from mmm_blender.files import stored
from mmm_blender.files.arrays import read_arrays
from mmm_blender.motion_file import Motion, read_motion
from mmm_blender.rig.finding import presets
from mmm_blender.rig.mapping import MMM_CHARACTER, MappingDraft

DEEP = "[" * 100_000
DIGITS = "9" * 5000
HOSTILE: list[Any] = [
    DEEP,
    '{"a":' * 50_000,
    "[" * 100 + "]" * 100,
    DIGITS,
    "Infinity",
    "[1e999]",
    "null",
    "5",
    '"text"',
    '{"prompt": NaN}',
    "\0",
    5,
    2.5,
    [1, 2],
    b"\xff\xfe",
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_properties_of_any_kind_are_read_as_nothing(value: Any) -> None:
    action, owner = bpy.data.actions.new("a"), bpy.data.objects.new("o", None)
    for key in (actions.REQUEST_PROPERTY, story_strips.STORY_PROPERTY, edits.EDITS_PROPERTY):
        action[key] = value
    owner[baking.RELEASED_PROPERTY] = value
    assert not actions.read_request(action) or isinstance(actions.read_request(action), dict)
    assert story_strips.read_story(action) == ()
    assert baking._released(owner) == {}
    assert isinstance(edits._read_edits(action), list)
    if isinstance(value, str):
        assert history.read_text(value) == []
        with pytest.raises(ValueError, match="not a rig mapping"):
            MappingDraft.from_json(value)


def test_values_are_of_their_kind_and_within_bounds() -> None:
    for wrong in (True, 1.5, "1", None, 2**31, -1, [1]):
        with pytest.raises(ValueError, match="stands where"):
            stored.whole_in(wrong, 0, 10)
    for wrong in (True, "1", None, 10**400, float("nan")):
        with pytest.raises(ValueError, match="stands where") as refused:
            stored.number_in(wrong, 0, 10)
        assert len(str(refused.value)) < 300
    assert stored.number_in(3, 0, 10) == 3.0 and stored.whole_in(3, 0, 10) == 3
    with pytest.raises(ValueError, match="characters"):
        stored.words_in("x" * 5000)


@pytest.mark.parametrize(
    "change",
    [{"seed": 2**40}, {"seed": 1.5}, {"seconds": "two"}, {"samples": 10**9}, {"guidance": [3]}, {"prompt": 4}],
)
def test_history_leaves_out_what_no_panel_could_take(change: dict[str, Any]) -> None:
    good = {"prompt": "a person walks", "seed": 3}
    assert [entry.seed for entry in history.read_text(json.dumps([{**good, **change}, good]))] == [3]


@pytest.mark.parametrize(
    "asked",
    [
        {"strips": [{"prompt": "x", "start": 0}]},
        {"strips": {"prompt": "x"}},
        {"mask": [{"start": 1e300, "stop": 3}]},
        {"prompt": 5},
        {"seed": "x"},
        [],
    ],
)
def test_an_answer_of_other_types_is_refused_before_anything_is_written(asked: Any) -> None:
    with pytest.raises(ValueError, match="stands where"):
        Motion.from_request(motions.walking_joints(8), 20.0, asked)


def preset(**change: Any) -> dict[str, Any]:
    shipped = next(each for each in presets.load_presets() if each["name"] == "Mixamo")
    return {**shipped, **change}


BAD_PRESETS: list[dict[str, Any]] = [
    {"sampled": "x"},
    {"sampled": {"pelvis": []}},
    {"sides": {"left": 1}},
    {"sides": []},
    {"limbs": {"tail": ["a", "b"]}},
    {"limbs": {"arm": ["a"]}},
    {"switches": [["a", "b", 10**400]]},
    {"switches": [["a", "b"]]},
    {"requires": [3]},
    {"excludes": 3},
    {"twists": {"shoulder": 3}},
    {"twists": {"tail": ["x"]}},
    {"fingers": {"pattern": 3, "names": ["a"] * 5, "first": 1}},
    {"fingers": {"pattern": "x", "names": ["a"], "first": 1}},
    {"fingers": {"pattern": "x", "names": ["a"] * 5, "first": "b"}},
    {"bones": {"pelvis": "Hips", "spine1": {"a": 1}}},
]


@pytest.mark.parametrize("change", BAD_PRESETS, ids=lambda change: next(iter(change)))
def test_a_bad_preset_takes_nothing_from_the_others(
    change: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(preset(**change)))
    with pytest.raises(ValueError, match=r"'mine.json' is not a bone mapping preset") as refused:
        presets.read_preset(path)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400
    monkeypatch.setattr(presets, "folders", [tmp_path])
    assert "mine" not in presets.preset_names() and "Mixamo" in presets.preset_names()


def test_a_preset_that_is_no_text_or_too_long_is_refused(tmp_path: Path) -> None:
    for content in (b"\xff\xfe\x00", DEEP.encode(), b" " * 2_000_000, b""):
        (tmp_path / "mine.json").write_bytes(content)
        with pytest.raises(ValueError, match=r"'mine.json' is not"):
            presets.read_preset(tmp_path / "mine.json")


def _npz(path: Path, header: bytes, data: bytes = b"") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("joints.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data)
        archive.writestr("fps.npy", b"")
    return path


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (100000000, 22, 3)}\n",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (2, 22, 3)}\n",
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 22, 3)}\n",
        b"{'descr': '<f4'}\n",
        b"(" * 3000 + b"\n",
        b"",
    ],
)
def test_what_arrays_claim_is_checked(header: bytes, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_arrays(_npz(tmp_path / "a.npz", header), frozenset({"joints"}))
    assert "\n" not in str(refused.value)


def test_damaged_motion_files_end_in_one_line(tmp_path: Path) -> None:
    good = tmp_path / "good.npz"
    np.savez_compressed(good, joints=motions.walking_joints(8), fps=20.0, request='{"prompt": "x", "seed": 1}')
    content, draw = good.read_bytes(), random.Random(3)
    told = []
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(draw.randint(1, 8)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        (tmp_path / "a.npz").write_bytes(bytes(damaged[: draw.choice([len(damaged), draw.randrange(len(damaged))])]))
        try:
            read_motion(tmp_path / "a.npz")
        except ValueError as error:
            told.append(str(error))
    assert len(told) > 100
    assert not [line for line in told if "\n" in line or len(line) > 600]


def test_a_mapping_survives_the_way_through_its_property() -> None:
    assert MappingDraft.from_json(MMM_CHARACTER.to_json()) == MMM_CHARACTER.draft()
