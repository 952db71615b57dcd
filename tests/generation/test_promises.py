"""What plain words promise is seen where it happens, and missed where it does not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.generation.promises import PROMISES, broken_promises, find_promises, with_side
from engine.motion.skeleton import HUMANML3D, mirror_joints
from engine.predicates.expressions import check_expression, holds
from tests.evaluation.prompts.clips import clip

SHOWN = {
    "walk": "a person walks forward",
    "run": "someone runs",
    "jump": "a person jumps up",
    "jumping_jacks": "does jumping jacks",
    "backflip": "a gymnast does a backflip",
    "cartwheel": "a person does a cartwheel",
    "wave": "a person waves with the right hand",
    "drink": "a man drinks from a cup",
    "sit_down": "a person sits down on a chair",
    "lie_down": "a person lies down",
    "crawl": "a person crawls",
    "kneel": "she kneels down",
    "throw": "a person throws a ball",
    "clap": "a person claps",
    "bow": "an actor takes a deep bow",
    "squat": "a person squats",
    "spin": "a person spins around",
    "limp": "a person limps",
    "mop": "someone mops the floor",
    "draw_bow": "an archer draws a bow",
    "push": "a person pushes a box",
    "kick": "a person kicks",
    "punch": "a person punches",
    "hammer": "a man hammers a nail",
    "cheer": "a person cheers",
}


def told(prompt: str) -> list[tuple[str, str]]:
    return [(promise.told, side) for promise, side in find_promises(prompt)]


@pytest.mark.parametrize(("name", "prompt"), SHOWN.items(), ids=SHOWN)
def test_what_is_shown_is_seen_and_standing_shows_none_of_it(name, prompt):
    assert broken_promises(clip(name), prompt) == ()
    assert broken_promises(clip("stand"), prompt) != ()


def test_nods_and_shakes_of_the_head_are_seen_where_there_is_a_face():
    for prompt, shown in (("a person nods", "nod"), ("a person shakes their head no", "head_shake")):
        assert broken_promises(with_face(clip(shown)), prompt) == ()
        assert broken_promises(clip("wave"), prompt) != ()


def with_face(joints):
    """27 joints of 23: hands are of no account here."""
    return np.concatenate([joints, np.repeat(joints[:, :1], 27 - joints.shape[1], axis=1)], axis=1)


def test_the_side_is_that_of_the_limb_the_clause_names():
    assert ("waving", "left") in told("a person waves with the left hand")
    assert ("waving", "either") in told("a person waves with both hands")
    assert {("kick", "right"), ("waving", "left")} <= {*told("kicks with the right leg, then waves with the left hand")}
    assert ("turn to that side", "left") in told("turns left, the right hand raised")
    assert broken_promises(clip("wave"), "a person waves with the left hand") == ("waving", "raised hand")


def test_who_waves_holds_the_hand_beside_the_head():
    prompt = "a person waves with the left hand"
    assert broken_promises(mirror_joints(clip("wave")), prompt) == ()
    at_the_cheek = clip("wave_left")
    assert broken_promises(at_the_cheek, prompt) == ("raised hand",)


def test_who_turns_around_ends_up_the_other_way():
    for prompt in (
        "a person turns around",
        "turns around on the spot",
        "turns around 180 degrees",
        "turns 180°",
        "does a 180",
    ):
        assert broken_promises(clip("zombie"), prompt) == ()
        assert broken_promises(clip("spin"), prompt) == ("half turn",)
    for prompt in (
        "a person turns around and walks back",
        "turns around, then waves",
        "turns around twice",
        "goes 180 steps",
        "turns a hand 180 degrees",
    ):
        assert ("half turn", "either") not in told(prompt)


def test_jumping_jacks_may_be_stepped():
    assert told("does jumping jacks") == [("jumping jacks", "either")]


def test_how_it_ends_is_asked_of_the_last_clause_alone():
    assert ("seat at the end", "either") in told("a person sits down")
    assert ("seat at the end", "either") not in told("a person sits down, then stands up")


@pytest.mark.parametrize(
    "prompt",
    [
        "a person does not wave",
        "someone stands without moving",
        "a person doesn't wave",
        "a person breathes calmly",
        "a person jogs on the spot",
        "a person jumps rope",
        "a person throws a punch at nobody, without kicking",
        "",
    ],
)
def test_of_what_is_denied_or_has_no_sign_nothing_is_asked(prompt):
    asked = {promise for promise, _ in told(prompt)} - {"jumping"}
    assert not asked & {"waving", "walking", "running", "throwing", "kick"}


def test_a_body_without_a_face_is_not_asked_to_nod():
    assert broken_promises(clip("stand")[:, : HUMANML3D.num_joints], "a person nods") == ()


@pytest.mark.parametrize("side", ["left", "right", "either"])
def test_every_sign_can_be_judged_with_every_side(side):
    for promise in PROMISES:
        sign = with_side(promise.sign, side)
        check_expression(sign)
        assert holds(sign, clip("stand")) in (True, False)


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    assert isinstance(find_promises(text), list)
