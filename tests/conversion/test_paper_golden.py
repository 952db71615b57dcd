"""Converted checkpoints against recorded inputs and outputs of the published implementation.

The recordings are looked for in tests/golden/paper_tiny, else where MMM_PAPER_GOLDEN says.
"""

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.conversion.convert import convert_checkpoints
from engine.generation.sampler import MaskedSampler, SamplingRequest
from engine.generation.settings import SamplingConfig
from engine.models.folder import load_model_folder
from engine.models.text_features import TextFeatures

GOLDEN = Path(os.environ.get("MMM_PAPER_GOLDEN", Path(__file__).parents[1] / "golden" / "paper_tiny"))
# HumanML3D's own statistics, which the recorded motion was normalised with.
STATISTICS = GOLDEN.parent / "humanml3d_Mean.npy", GOLDEN.parent / "humanml3d_Std.npy"
HEADS = 4

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="no recordings: set MMM_PAPER_GOLDEN to their folder")


def recording(name):
    return {key: torch.from_numpy(value) for key, value in np.load(GOLDEN / f"{name}_io.npz").items()}


@pytest.fixture(scope="module", params=["t2m", "upper"])
def both(request, tmp_path_factory):
    return _convert(request.param, tmp_path_factory)


@pytest.fixture(scope="module")
def text_to_motion(tmp_path_factory):
    return _convert("t2m", tmp_path_factory)


@pytest.fixture(scope="module")
def upper_body(tmp_path_factory):
    return _convert("upper", tmp_path_factory)


def _convert(name, factory):
    out = factory.mktemp("models") / name
    paths = GOLDEN / f"{name}_vq_net_last.pth", GOLDEN / f"{name}_trans_net_last.pth"
    done = convert_checkpoints(*paths, out, *STATISTICS, heads=HEADS)
    assert done.same_tokenizer
    return load_model_folder(out), recording(name)


def text_of(io, rows):
    words = io["words"][rows]
    return TextFeatures(io["sentence"][rows], words, torch.ones(words.shape[:2], dtype=torch.bool))


def sample(model, io, ids, regenerate, lengths, rows, steps):
    count = int(lengths.max())
    request = SamplingRequest(
        ids[:, :count].contiguous(), regenerate[:, :count], lengths, text_of(io, rows), (0,) * len(ids)
    )
    return MaskedSampler(model.transformer, 1).sample(request, SamplingConfig(steps=steps, temperature=0.0))


def same(made, expected, lengths):
    return [torch.equal(row[:n], want[:n]) for row, want, n in zip(made, expected, lengths.tolist(), strict=True)]


def test_motion_to_tokens_and_back(both):
    model, io = both
    mean, std = (torch.from_numpy(np.load(path)).float() for path in STATISTICS)
    streams = io["tokens"].reshape(*io["tokens"].shape[:2], -1).flip(-1)  # recorded: upper, lower
    with torch.inference_mode():
        assert torch.equal(model.tokenizer.encode(io["motion"] * std + mean), streams)
        decoded = (model.tokenizer.decode(streams) - mean) / std
    torch.testing.assert_close(decoded, io["decoded"], atol=1e-4, rtol=0)


def test_logits(text_to_motion):
    model, io = text_to_motion
    rows, lengths, ids = [0, 1], io["attend"].sum(1) - 1, io["ids"][:, :49, None]
    with torch.inference_mode():
        together = model.transformer(ids, lengths, text_of(io, rows))[:, :, 0]
        alone = model.transformer(ids[1:], lengths[1:], text_of(io, [1]))[:, :, 0]
    torch.testing.assert_close(together, io["logits"][:, :49], atol=1e-4, rtol=0)
    torch.testing.assert_close(alone, io["logits"][1:, :49], atol=1e-4, rtol=0)


def test_greedy_samples(text_to_motion):
    model, io = text_to_motion
    ids = torch.zeros(2, 49, 1, dtype=torch.long)
    everything, lengths = torch.ones_like(ids, dtype=torch.bool), torch.tensor([49, 16])
    made = sample(model, io, ids, everything, lengths, [0, 1], steps=10)[..., 0]
    assert same(made, io["sampled_batch"], lengths) == [True, True]
    for row, name in enumerate(("sampled_single_196", "sampled_single_61")):
        own = lengths[row : row + 1]
        made = sample(model, io, ids[:1], everything[:1], own, [row], steps=10)[..., 0]
        assert same(made, io[name], own) == [True]


def test_greedy_edit(text_to_motion):
    model, io = text_to_motion
    condition, lengths = io["edit_condition"][:, :49, None], -(-io["edit_lengths"] // 4)
    masked = condition == model.transformer.special.mask
    made = sample(model, io, condition, masked, lengths, [0, 1], steps=10)[..., 0]
    assert same(made, io["edit_sampled"], lengths) == [True, True]
    for row in (0, 1):
        own = slice(row, row + 1)
        made = sample(model, io, condition[own], masked[own], lengths[own], [row], steps=10)[..., 0]
        assert same(made, io["edit_sampled"][own], lengths[own]) == [True]


@pytest.mark.parametrize(
    ("lower", "expected"), [("lower", "upper_sampled"), ("lower_masked", "upper_sampled_masked_lower")]
)
def test_greedy_upper_body(upper_body, lower, expected):
    model, io = upper_body
    lengths = -(-io["length"] // 4)
    given = io[lower]
    ids = torch.stack([given, torch.zeros_like(given)], dim=-1)
    regenerate = torch.zeros_like(ids, dtype=torch.bool)
    regenerate[..., 1] = True
    count = int(lengths[0])
    made = sample(model, io, ids[:, :count], regenerate[:, :count], lengths, [0], steps=20)
    assert same(made[..., 1], io[expected], lengths) == [True]
    assert torch.equal(made[..., 0], given[:, :count])
