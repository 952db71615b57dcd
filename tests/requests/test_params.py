"""Plain data read with types, and arrays in JSON."""

import base64

import numpy as np
import pytest

from engine.errors import InputError
from engine.requests.arrays import array_to_json
from engine.requests.params import ParamError, Params
from engine.requests.story import Story, StoryPart


def test_an_array_keeps_every_bit_whatever_its_layout():
    array = np.arange(5 * 22 * 3, dtype=np.float32).reshape(3, 22, 5).T / 7
    for layout in (array, np.ascontiguousarray(array), array.astype(">f4")):
        content = array_to_json(layout)
        assert (content["dtype"], content["shape"]) == ("float32", [5, 22, 3])
        back = np.frombuffer(base64.b64decode(content["data"]), "<f4").reshape(content["shape"])
        assert np.array_equal(back, array)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (float("nan"), lambda params: params.number("it")),
        (float("inf"), lambda params: params.number_or_none("it")),
        (10**400, lambda params: params.number_or_none("it")),
        (True, lambda params: params.number("it")),
        ("3", lambda params: params.number("it")),
        (3.0, lambda params: params.whole("it")),
        (False, lambda params: params.whole("it")),
        (None, lambda params: params.whole("it")),
        ([[1.0, "2"]], lambda params: params.points("it")),
        (1, lambda params: params.flag_or_none("it")),
        ([-1], lambda params: params.numbers("it")),
        (5, lambda params: params.text("it")),
        ("\ud83d", lambda params: params.text("it")),
        ("tpu", lambda params: params.choice("it", ("cpu", "cuda"))),
        ({}, lambda params: params.choice("it", ("cpu", "cuda"))),
    ],
)
def test_a_wrong_param_is_named(value, read):
    with pytest.raises(ParamError, match=r"^it "):
        read(Params({"it": value}))


def test_missing_unknown_and_default_params():
    params = Params({"a": 1})
    with pytest.raises(ParamError, match="b is missing"):
        params.text("b")
    with pytest.raises(ParamError, match="unknown param 'a'"):
        params.allow("b")
    assert params.whole("c", 5) == 5
    assert params.number_or_none("c") is None
    assert type(params.number("a")) is float


def test_lists_are_no_longer_than_a_request_could_mean():
    params = Params({"keep": [0] * 100_000, "mask": [{}] * 20_000, "few": [1, 2]})
    with pytest.raises(ParamError, match="the limit is"):
        params.numbers("keep")
    with pytest.raises(ParamError, match="the limit is"):
        params.entries("mask")
    assert params.numbers("few") == [1, 2]
    with pytest.raises(InputError, match="parts, the limit is"):
        Story((StoryPart("walks"),) * 2000)
