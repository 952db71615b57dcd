"""Counter-based random numbers: the published ones, well spread, and each on its own."""

import math

import pytest
import torch

from engine.sampling.noise import code_noise, draw_noise, philox, seed_words

CPU = torch.device("cpu")

# Random123's known answers for philox4x32-10: counter, key, result.
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN)
def test_published_answers(counter, key, result):
    words = [tuple(torch.tensor([int(word, 16)]) for word in text.split()) for text in (counter, key)]
    assert [f"{int(word):08x}" for word in philox(*words)] == result.split()


def test_a_token_draws_the_same_whatever_is_drawn_beside_it():
    whole = draw_noise(seed_words([3, 2**40 + 5, -7], CPU), 6, 9, 4)
    for row, seed in enumerate([3, 2**40 + 5, -7]):
        few = draw_noise(seed_words([seed], CPU), 2, 5, 3)
        assert torch.equal(few.keys[:, 0], whole.keys[:2, row, :5, :3])
        assert torch.equal(few.choice[:, 0], whole.choice[:2, row, :5, :3])
    keys = whole.keys.flatten(0, 3)
    assert len(keys.unique(dim=0)) == len(keys)
    assert torch.equal(code_noise(keys, 20)[5:9, :7], code_noise(keys[5:9], 7))


def test_gumbel_noise_is_spread_as_it_should_be():
    noise = code_noise(draw_noise(seed_words(range(32), CPU), 8, 49, 2).keys, 512)
    count = noise.numel()
    assert float(noise.mean()) == pytest.approx(0.577216, abs=4 * 1.2825 / math.sqrt(count))
    assert float(noise.var()) == pytest.approx(math.pi**2 / 6, rel=0.003)
    uniform = torch.exp(-torch.exp(-noise.double())).flatten()
    assert float(uniform.min()) > 0.0 and float(uniform.max()) < 1.0
    expected = count / 1000
    spread = ((torch.histc(uniform, 1000, 0, 1) - expected).square() / expected).sum()
    assert abs(float(spread) - 999) < 5 * math.sqrt(2 * 999)
    likeliest = torch.bincount(noise.flatten(0, -2).argmax(-1), minlength=512).double()
    spread = ((likeliest - count / 512**2).square() / (count / 512**2)).sum()
    assert abs(float(spread) - 511) < 5 * math.sqrt(2 * 511)


@pytest.mark.parametrize("axis", range(5), ids=["step", "motion", "position", "stream", "code"])
def test_neighbours_have_nothing_in_common(axis):
    noise = code_noise(draw_noise(seed_words(range(16), CPU), 8, 30, 4).keys, 64).double()
    scores = (noise - noise.mean()) / noise.std()
    count = scores.shape[axis] - 1
    pairs = scores.narrow(axis, 0, count) * scores.narrow(axis, 1, count)
    assert abs(float(pairs.mean())) * math.sqrt(pairs.numel()) < 4.5
