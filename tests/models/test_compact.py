"""Transformers made fast: the same tokens in float32, nearly the same numbers otherwise."""

import dataclasses

import pytest
import torch

from engine.commands.bench import measure, plain_loop
from engine.models.compact import Int8Linear, compact_transformer, has_bf16_products
from engine.models.config import ModelConfig, TokenizerConfig, TransformerConfig, paper_config
from engine.models.errors import ModelError
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer

PAPER = dataclasses.replace(
    paper_config(),
    tokenizer=TokenizerConfig(
        parts="single", stem_width=8, stage_widths=(8, 8), code_dim=8, codebook_size=32, levels=1
    ),
    transformer=dataclasses.replace(
        paper_config().transformer, width=64, heads=4, blocks=("cross", "self", "self"), sentence_dim=16, word_dim=12
    ),
)
OURS = ModelConfig(
    tokenizer=TokenizerConfig(codebook_size=32, code_dim=8),
    transformer=TransformerConfig(width=64, heads=4, blocks=("self_cross", "self"), sentence_dim=16, word_dim=12),
)


def made(config):
    """Matrices that keep the size of what goes through them."""
    torch.manual_seed(0)
    model = MaskedTransformer(config.transformer, config.tokenizer).eval()
    for parameter in model.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)
    return model


def given(config):
    generator = torch.Generator().manual_seed(3)
    text = TextFeatures(
        torch.randn(2, 16, generator=generator), torch.randn(2, 5, 12, generator=generator),
        torch.tensor([[True] * 5, [True, True, False, False, False]]),
    )  # fmt: skip
    ids = torch.randint(35, (2, 9, config.tokenizer.streams), generator=generator)
    return ids, torch.tensor([9, 6]), text


@pytest.mark.parametrize("config", [PAPER, OURS])
@pytest.mark.parametrize(("kind", "tolerance"), [("fp32", 1e-5), ("bf16", 0.1), ("int8", 0.2)])
def test_computes_nearly_the_same(config, kind, tolerance):
    model, (ids, lengths, text) = made(config), given(config)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    with torch.inference_mode():
        expected = model(ids, lengths, text)
        compact = compact_transformer(model, kind)
        result = compact(ids, lengths, compact.prepare_text(text))
    error = (result - expected).square().mean().sqrt() / expected.std()
    assert error < tolerance
    if kind != "fp32":
        assert error > 0
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_float32_copy_shares_the_embeddings_and_unknown_kinds_are_refused():
    model = made(OURS)
    compact = compact_transformer(model, "fp32")
    assert compact.embeddings[0].weight.data_ptr() == model.embeddings[0].weight.data_ptr()
    with pytest.raises(ModelError, match="fp32, bf16, int8"):
        compact_transformer(model, "int4")


def test_8_bit_products_do_not_overflow():
    """The largest inputs times the largest weights, which add up beyond 16 bits where the processor uses those."""
    layer = torch.nn.Linear(64, 8)
    with torch.no_grad():
        layer.weight.fill_(1.0)
        layer.bias.zero_()
    made = Int8Linear(layer)(torch.linspace(0.5, 1.0, 64)[None])
    torch.testing.assert_close(made, torch.full((1, 8), 48.0), rtol=0.02, atol=0)


@pytest.mark.parametrize("tokens", [49, 20])
def test_the_sampler_gives_the_plain_loops_tokens(tokens):
    model, text = made(PAPER), given(PAPER)[2].rows([0])
    timings = measure(PAPER, model, tokens, steps=10, runs=1)
    names = ["plain", "fp32", "bf16", "int8", "reuse", "fast"]
    assert [timing.name for timing in timings] == [name for name in names if name != "bf16" or has_bf16_products()]
    assert timings[1].agreement == 1.0
    assert len(plain_loop(model, tokens, 10, text).unique()) >= 4
