"""Names of actions: short, readable and counted."""

from __future__ import annotations

import pytest

from mmm_blender.animation.names import BYTES, LONGEST, name_of


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("a person walks forward", "Walk Forward"),
        ("A person does a cartwheel.", "Do Cartwheel"),
        ("a person limps forward, then waves", "Limp Forward, Wave"),
        ("an old man carries a box; someone kisses him", "Carry Box, Kiss Him"),
        ("a person is walking in a circle", "Walking in Circle"),
        ("a test", "Test"),
        ("  ", "MMM Motion"),
    ],
)
def test_names_tell_what_happens(prompt: str, name: str) -> None:
    assert name_of(prompt) == name


def test_taken_names_are_counted() -> None:
    assert name_of("a person walks", ["Walk", "Walk 2"]) == "Walk 3"


@pytest.mark.parametrize("prompt", ["a person walks to the far end of the very long bridge and of it", "挥手" * 40])
def test_names_are_short_in_any_script(prompt: str) -> None:
    name = name_of(prompt)
    assert 0 < len(name) <= LONGEST and len(name.encode()) <= BYTES and not name.endswith(("of", " "))
