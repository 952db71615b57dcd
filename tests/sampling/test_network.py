"""Packed transformers: nearly the same numbers in narrower ones, and nothing computed that nobody asks for."""

import dataclasses

import pytest
import torch

from engine.generation.sampler import MaskedSampler
from engine.generation.settings import SamplingConfig
from engine.models.errors import ModelError
from engine.sampling.network import PackedTransformer
from engine.sampling.packing import Int8Product, has_bf16_products
from tests.sampling.tiny import CONFIGS, OURS, PAPER, batch_of, made


def last_hidden(network, request):
    """Rows of tokens after all blocks, with the words read."""
    net = network.transformer
    framed, _ = net.frame(request.ids, request.lengths)
    prompts = network.prepare_text(request.text, 1.0)
    batch, count, _ = framed.shape
    tokens = network.embed(framed.flatten(0, 1)).view(batch, count, -1)
    if network.leading:
        tokens = network.lead((tokens + network.positions[:count]).to(network.number_type), prompts)
    tokens = tokens + network.positions[1 : count + 1]
    x = torch.cat([(prompts.sentence + network.positions[0])[:, None], tokens], dim=1).flatten(0, 1)
    x = x.to(network.number_type)
    for number in range(len(network.mixing)):
        x = network.mix(number, x, None, prompts)
    logits = [network.prepare_heads((stream,))(network.norm(x)) for stream in net.predicted_streams]
    return torch.stack(logits, dim=1).unflatten(0, (batch, -1))[:, 1 : request.ids.shape[1] + 1]


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize(("numbers", "tolerance"), [("fp32", 1e-5), ("bf16", 0.1), ("fp16", 0.02), ("int8", 0.2)])
def test_computes_nearly_the_same(name, numbers, tolerance):
    config = CONFIGS[name]
    model, request = made(config), batch_of(config, [9, 9], 1.0, 3)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    with torch.inference_mode():
        expected = model(request.ids, request.lengths, request.text)[:, :, list(model.predicted_streams)]
        result = last_hidden(PackedTransformer(model, numbers), request).float()
    error = (result - expected).square().mean().sqrt() / expected.std()
    assert error < tolerance
    if numbers != "fp32":
        assert error > 0
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


@pytest.mark.parametrize("numbers", ["bf16", "fp16", "int8"])
@pytest.mark.parametrize("reuse", [False, True])
def test_samples_in_narrow_numbers(numbers, reuse):
    request = batch_of(OURS, [9, 5], 0.7, 5)
    made_of = MaskedSampler(made(OURS), 3, numbers).sample(request, SamplingConfig(steps=3, reuse=reuse))
    todo = request.regenerate & (torch.arange(9)[None] < request.lengths[:, None])[..., None]
    assert torch.equal(made_of[~todo], request.ids[~todo])
    assert int(made_of.max()) < 32


def test_unknown_numbers_are_refused():
    with pytest.raises(ModelError, match="fp32, bf16, fp16, int8"):
        PackedTransformer(made(OURS), "int4")


def test_8_bit_products_do_not_overflow():
    """The largest inputs times the largest weights, which add up beyond 16 bits where the processor uses those."""
    product = Int8Product(torch.ones(8, 64), torch.zeros(8), gelu=False)(torch.linspace(0.5, 1.0, 64)[None])
    torch.testing.assert_close(product, torch.full((1, 8), 48.0), rtol=0.02, atol=0)


def test_bf16_products_are_told_by_trying():
    assert isinstance(has_bf16_products(), bool)


def rows_of(monkeypatch, sampler, request, config):
    """Rows that enter and leave the mixing blocks of each step, and those of the leading ones."""
    seen = {"lead": [], "in": [], "out": []}
    lead, mix = PackedTransformer.lead, PackedTransformer.mix

    def count_lead(network, x, *rest):
        seen["lead"].append(x.shape[0] * x.shape[1])
        return lead(network, x, *rest)

    def count_mix(network, number, x, *rest):
        out = mix(network, number, x, *rest)
        if number == len(network.mixing) - 1:
            seen["in"].append(len(x))
            seen["out"].append(len(out))
        return out

    monkeypatch.setattr(PackedTransformer, "lead", count_lead)
    monkeypatch.setattr(PackedTransformer, "mix", count_mix)
    sampler.sample(request, config)
    monkeypatch.undo()
    return seen


def test_the_last_block_serves_hidden_tokens_and_leading_blocks_changed_ones(monkeypatch):
    sampler = MaskedSampler(made(PAPER), 1)
    request = batch_of(PAPER, [12], 2.0, 1)
    seen = rows_of(monkeypatch, sampler, request, SamplingConfig(steps=6))
    hidden = [12, 11, 10, 8, 6, 3]
    assert seen["out"] == hidden
    assert seen["in"] == [14] * 6  # the sentence, twelve tokens and the end
    assert seen["lead"] == [13] + [before - after for before, after in zip(hidden, hidden[1:], strict=False)]


def test_reuse_recomputes_less(monkeypatch):
    sampler = MaskedSampler(made(OURS), 3)
    request, config = batch_of(OURS, [12, 9], 2.0, 2), SamplingConfig(steps=8)
    whole = rows_of(monkeypatch, sampler, request, config)
    less = rows_of(monkeypatch, sampler, request, dataclasses.replace(config, reuse=True))
    assert sum(less["in"]) < 0.8 * sum(whole["in"])
