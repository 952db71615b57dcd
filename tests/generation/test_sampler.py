"""Iterative decoding."""

import dataclasses

import pytest
import torch

from engine.generation.sampler import MaskedSampler, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.models.config import TokenizerConfig, TransformerConfig
from engine.models.errors import ModelError
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer
from engine.sampling.decoding import Decoding
from engine.sampling.guess import keep_likeliest
from engine.watch import Cancelled, Watch

CODES = 32
FAST = SamplingConfig(steps=4, fine_steps=2, guidance=2.0)


@pytest.fixture(scope="module")
def sampler() -> MaskedSampler:
    torch.manual_seed(0)
    config = TransformerConfig(
        width=32, heads=2, blocks=("self_cross", "self"), sentence_dim=6, word_dim=5, max_tokens=12
    )
    net = MaskedTransformer(config, TokenizerConfig(codebook_size=CODES)).eval()
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return MaskedSampler(net, levels=2)


def make_request(seed: int, batch: int = 3, share: float = 0.5) -> SamplingRequest:
    generator = torch.Generator().manual_seed(seed)
    return SamplingRequest(
        ids=torch.randint(CODES, (batch, 10, 4), generator=generator),
        regenerate=torch.rand(batch, 10, 4, generator=generator) < share,
        lengths=torch.randint(1, 11, (batch,), generator=generator),
        text=TextFeatures(
            torch.randn(batch, 6, generator=generator),
            torch.randn(batch, 3, 5, generator=generator),
            torch.ones(batch, 3, dtype=torch.bool),
        ),
        seeds=tuple(range(batch)),
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("steps", [1, 5])
def test_kept_tokens_never_change_and_all_others_become_codes(sampler, seed, steps):
    request = make_request(seed, share=seed / 11)
    inside = torch.arange(10)[None, :, None] < request.lengths[:, None, None]
    todo = request.regenerate & inside
    hidden = torch.where(todo, -1, request.ids)
    request = dataclasses.replace(request, ids=hidden)
    made = sampler.sample(request, dataclasses.replace(FAST, steps=steps))
    assert torch.equal(made[~todo], hidden[~todo])
    assert ((made[todo] >= 0) & (made[todo] < CODES)).all()


def test_same_seed_same_motion_and_another_seed_another(sampler):
    request = make_request(1, share=1.1)
    first = sampler.sample(request, FAST)
    assert torch.equal(first, sampler.sample(request, FAST))
    other = sampler.sample(dataclasses.replace(request, seeds=(7, 8, 9)), FAST)
    assert not torch.equal(first, other)


def test_batch_mates_do_not_matter(sampler):
    request = dataclasses.replace(make_request(2, share=1.1), lengths=torch.tensor([6, 10, 4]))
    together = sampler.sample(request, FAST)
    alone = SamplingRequest(
        request.ids[:1, :6],
        request.regenerate[:1, :6],
        request.lengths[:1],
        TextFeatures(request.text.sentence[:1], request.text.words[:1], request.text.mask[:1]),
        request.seeds[:1],
    )
    assert torch.equal(sampler.sample(alone, FAST)[0], together[0, :6])


def test_text_steers_when_greedy(sampler):
    request = make_request(3, share=1.1)
    greedy = dataclasses.replace(FAST, temperature=0.0, fine_temperature=0.0)
    made = sampler.sample(request, greedy)
    reseeded = dataclasses.replace(request, seeds=(5, 6, 7))
    assert torch.equal(made, sampler.sample(reseeded, greedy))
    other_text = dataclasses.replace(request.text, sentence=-3 * request.text.sentence)
    other = sampler.sample(dataclasses.replace(request, text=other_text), greedy)
    assert not torch.equal(made, other)


def test_coarse_levels_come_first(sampler, monkeypatch):
    seen: list[torch.Tensor] = []
    inner = Decoding.run

    def spy(decoding, *step):
        seen.append(decoding.framed.clone())
        return inner(decoding, *step)

    monkeypatch.setattr(Decoding, "run", spy)
    request = dataclasses.replace(make_request(4, 1, share=1.1), lengths=torch.tensor([10]))
    sampler.sample(request, FAST)
    mask = sampler.transformer.special.mask
    hidden = [[int((ids[..., s::2] == mask).sum()) for s in (0, 1)] for ids in seen]
    assert len(hidden) == 6
    assert hidden[0] == [20, 20] and all(fine == 20 for _, fine in hidden[:5])
    assert hidden[4][0] == 0 and 0 < hidden[5][1] < 20


def test_progress_and_cancel(sampler):
    calls: list[tuple[str, int, int]] = []
    sampler.sample(make_request(5), FAST, Watch(lambda *told: calls.append(told)))
    assert calls == [("decode", step, 6) for step in range(1, 7)]
    with pytest.raises(Cancelled):
        sampler.sample(make_request(5), FAST, Watch(is_cancelled=lambda: True))


def test_filters_keep_the_likeliest():
    logits = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05]))
    assert torch.isfinite(keep_likeliest(logits, 2, 1.0)).tolist() == [True, True, False, False]
    assert torch.isfinite(keep_likeliest(logits, None, 0.6)).tolist() == [True, True, False, False]
    assert torch.isfinite(keep_likeliest(logits, None, 0.01)).tolist() == [True] + [False] * 3


def test_bad_requests_are_refused(sampler):
    request = make_request(6, share=0.0)
    with pytest.raises(ModelError, match="not a code"):
        sampler.sample(dataclasses.replace(request, ids=request.ids + CODES), FAST)
    with pytest.raises(ModelError, match="lengths"):
        sampler.sample(dataclasses.replace(request, lengths=torch.tensor([11, 1, 1])), FAST)
    with pytest.raises(ModelError, match="step"):
        SamplingConfig(steps=0)
