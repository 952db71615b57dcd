"""What sets models of the published kind apart when they sample, on a tiny random one."""

import dataclasses

import pytest
import torch

from engine.errors import InputError
from engine.generation.sampler import MaskedSampler, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.models.config import ModelConfig, TokenizerConfig, paper_config
from engine.models.errors import ModelError
from engine.models.folder import MotionModel
from engine.models.text_features import TextFeatures
from engine.models.tokenizer import MotionTokenizer
from engine.models.transformer import MaskedTransformer
from engine.pipeline import Pipeline
from engine.requests import GenerateRequest
from engine.sampling.decoding import Decoding

SMALL = {"width": 32, "heads": 2, "blocks": ("cross", "self"), "sentence_dim": 6, "word_dim": 5}
TOKENS = TokenizerConfig(parts="single", stem_width=8, stage_widths=(8, 8), code_dim=4, codebook_size=16, levels=1)
WHOLE = dataclasses.replace(paper_config().transformer, **SMALL)
UPPER = dataclasses.replace(WHOLE, predicted_parts="upper")


def network(config, tokens):
    torch.manual_seed(0)
    made = MaskedTransformer(config, tokens).eval()
    for parameter in made.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
    return made


def text(batch):
    generator = torch.Generator().manual_seed(1)
    return TextFeatures(
        torch.randn(batch, 6, generator=generator),
        torch.randn(batch, 7, 5, generator=generator),
        torch.ones(batch, 7, dtype=torch.bool),
    )


def request_of(ids, regenerate, lengths, prompts):
    return SamplingRequest(ids, regenerate, torch.tensor(lengths), prompts, tuple(range(len(ids))))


def test_a_short_motion_takes_fewer_steps_and_comes_out_the_same_alone(monkeypatch):
    net = network(WHOLE, TOKENS)
    sampler, config = MaskedSampler(net, 1), SamplingConfig(steps=10)
    ids, prompts = torch.zeros(2, 49, 1, dtype=torch.long), text(2)
    everything = torch.ones_like(ids, dtype=torch.bool)
    together = sampler.sample(request_of(ids, everything, [49, 16], prompts), config)
    calls = []
    inner = Decoding.run
    monkeypatch.setattr(Decoding, "run", lambda *given, **more: calls.append(1) or inner(*given, **more))
    request = request_of(ids[:1, :16], everything[:1, :16], [16], prompts.rows([1]))
    alone = sampler.sample(dataclasses.replace(request, seeds=(1,)), config)
    assert len(calls) == 3
    assert torch.equal(alone[0], together[1, :16])


def test_guidance_needs_null_text():
    net, ids = network(WHOLE, TOKENS), torch.zeros(1, 9, 1, dtype=torch.long)
    request = request_of(ids, torch.ones_like(ids, dtype=torch.bool), [9], text(1))
    sampler = MaskedSampler(net, 1)
    plain = sampler.sample(request, SamplingConfig(guidance=1.0))
    assert torch.equal(sampler.sample(request, SamplingConfig(guidance=3.0)), plain)
    with pytest.raises(ValueError, match="no null text"):
        net(ids, torch.tensor([9]), text(1), torch.tensor([True]))


def test_an_upper_body_model_takes_the_legs_as_given():
    tokens = dataclasses.replace(TOKENS, parts="lower_upper")
    net = network(UPPER, tokens)
    sampler = MaskedSampler(net, 1)
    legs = torch.arange(9) % 16
    ids = torch.stack([legs, torch.zeros_like(legs)], dim=-1)[None]
    regenerate = torch.zeros_like(ids, dtype=torch.bool)
    regenerate[..., 1] = True
    config = SamplingConfig(temperature=0.0)
    made = sampler.sample(request_of(ids, regenerate, [9], text(1)), config)
    assert torch.equal(made[..., 0], ids[..., 0])
    unknown = ids.clone()
    unknown[..., 0] = net.special.mask
    without_legs = sampler.sample(request_of(unknown, regenerate, [9], text(1)), config)
    assert not torch.equal(without_legs[..., 1], made[..., 1])
    with pytest.raises(ModelError, match="makes the upper body only"):
        sampler.sample(request_of(ids, torch.ones_like(regenerate), [9], text(1)), config)
    with pytest.raises(ModelError, match="predicted_parts"):
        ModelConfig(tokenizer=TOKENS, transformer=UPPER)


def test_a_length_has_to_be_given():
    config = ModelConfig(name="mmm-paper", text_encoder="clip", tokenizer=TOKENS, transformer=WHOLE)
    model = MotionModel(config, MotionTokenizer(TOKENS), network(WHOLE, TOKENS))
    pipeline = Pipeline(model, None, torch.device("cpu"))
    assert pipeline.choose_frames([GenerateRequest("walk", 2.0)]) == [40]
    with pytest.raises(InputError, match="mmm-paper cannot tell how long"):
        pipeline.choose_frames([GenerateRequest("walk")])
