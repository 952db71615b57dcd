"""Taking prompts apart at "then"."""

import pytest

from engine.generation.clauses import LEAST_TOKENS, share_tokens, split_clauses


@pytest.mark.parametrize(
    ("prompt", "clauses"),
    [
        ("a person walks forward, then waves", ["a person walks forward", "a person waves"]),
        ("a person walks and then a person jumps", ["a person walks", "a person jumps"]),
        ("Someone runs, after that stops. Then he kicks", ["Someone runs", "Someone stops", "he kicks"]),
        ("a boxer ducks, followed by a left hook", ["a boxer ducks", "a left hook"]),
        ("walk forward, then wave", ["walk forward", "wave"]),
        ("a person sits down and stands up again", ["a person sits down", "a person stands up again"]),
        ("someone is kneeling; then gets up", ["someone is kneeling", "someone gets up"]),
        ("he is walking, then waving", ["he is walking", "he is waving"]),
        ("a man sits, he then waves", ["a man sits", "a man waves"]),
        ("a person bends down. they then stand up", ["a person bends down", "a person stand up"]),
        ("a person pauses but then walks on", ["a person pauses", "a person walks on"]),
        ("walk forward then back, then wave", ["walk forward then back", "wave"]),
        ("Mr. Smith walks 1.5 m. Then he waves", ["Mr. Smith walks 1.5 m", "he waves"]),
        ("walk until he then stops. wave", ["walk until he then stops", "wave"]),
        ("someone walks, turns around and waves", ["someone walks", "someone turns around", "someone waves"]),
        ("walk up, kneel down, and look up", ["walk up", "kneel down", "look up"]),
        ("a man stops, turns left and walks off", ["a man stops", "a man turns left and walks off"]),
        ("she runs, then stops and bends over", ["she runs", "she stops", "she bends over"]),
        ("he is kneeling, gets up and runs", ["he is kneeling", "he gets up", "he runs"]),
    ],
)
def test_one_thing_after_the_other(prompt, clauses):
    assert split_clauses(prompt) == clauses


@pytest.mark.parametrize(
    "prompt",
    [
        "a person walks while waving",
        "a person walks and waves",
        "a person walks, waving and nodding",
        "a person raises the arms, hands and head",
        "a person walks, looking left and right",
        "a person turns around and walks back",
        "a person bends down and picks something up",
        "  someone strengthens the grip  ",
        "then",
        "a person, then",
        "walks at 1.5 m/s",
        "Mr. Smith waves",
        "Dr. Who walks 1.5 m. to the left",
        "a person walks until he then stops",
        "the person folds the arms before then unfolding them",
        "a person walks to the left, then to the right",
        "a person turns right then left again",
        "a person walks to the left and then four steps to the right",
        "走る 🏃 'then' \"now\"",
    ],
)
def test_what_happens_at_once_stays_whole(prompt):
    assert split_clauses(prompt) == [prompt]


def test_shares_add_up():
    assert share_tokens(20, [1.0, 1.0]) == [10, 10]
    assert share_tokens(2 * LEAST_TOKENS, [1.0, 99.0]) == [LEAST_TOKENS, LEAST_TOKENS]
    shares = share_tokens(49, [3.0, 5.0, 11.0])
    assert sum(shares) == 49 and shares == sorted(shares)
    with pytest.raises(ValueError, match="too few"):
        share_tokens(LEAST_TOKENS, [1.0, 1.0])
