"""The sampler's tokens are those of the plain loop, in float32 all of them, greedy or drawn."""

import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.generation.sampler import MaskedSampler, Moods
from engine.generation.settings import SamplingConfig
from engine.sampling.plain import fill_plainly
from tests.sampling.tiny import CONFIGS, LONGEST, batch_of, made, prompts, row_of

SAMPLERS = {name: MaskedSampler(made(config), config.tokenizer.levels) for name, config in CONFIGS.items()}


@st.composite
def decodings(draw):
    return SamplingConfig(
        steps=draw(st.integers(1, 9)),
        fine_steps=draw(st.integers(1, 3)),
        temperature=draw(st.sampled_from([0.0, 0.6, 1.0])),
        fine_temperature=draw(st.sampled_from([0.0, 0.7])),
        guidance=draw(st.sampled_from([0.0, 1.0, 3.0])),
        choice_noise=draw(st.sampled_from([0.0, 4.0])),
        top_k=draw(st.sampled_from([None, 5])),
        top_p=draw(st.sampled_from([1.0, 0.9])),
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(sorted(CONFIGS)),
    lengths=st.lists(st.integers(1, LONGEST), min_size=1, max_size=4),
    share=st.floats(0.0, 1.2),
    seed=st.integers(0, 1000),
    config=decodings(),
)
def test_tokens_are_the_plain_loops(name, lengths, share, seed, config):
    sampler, request = SAMPLERS[name], batch_of(CONFIGS[name], lengths, share, seed)
    together = sampler.sample(request, config)
    for row, count in enumerate(lengths):
        own = row_of(request, row)
        plain = fill_plainly(
            sampler.transformer, sampler.levels, own.ids[0], own.regenerate[0], own.text, own.seeds[0], config
        )
        assert torch.equal(together[row, :count], plain)
        assert torch.equal(together[row, count:], request.ids[row, count:])
        assert torch.equal(sampler.sample(own, config)[0], plain)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(sorted(CONFIGS)),
    lengths=st.lists(st.integers(1, LONGEST), min_size=1, max_size=4),
    intensities=st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5]), min_size=4, max_size=4),
    seed=st.integers(0, 1000),
    config=decodings(),
)
def test_tokens_in_moods_are_the_plain_loops(name, lengths, intensities, seed, config):
    sampler, request = SAMPLERS[name], batch_of(CONFIGS[name], lengths, 0.9, seed)
    worded = prompts(len(lengths), 8, torch.Generator().manual_seed(seed + 1))
    own_intensities = tuple(intensities[: len(lengths)])
    together = sampler.sample(dataclasses.replace(request, moods=Moods(worded, own_intensities)), config)
    for row, count in enumerate(lengths):
        own, intensity = row_of(request, row), own_intensities[row]
        given = own.ids[0], own.regenerate[0], own.text, own.seeds[0], config
        in_mood = fill_plainly(sampler.transformer, sampler.levels, *given, worded.rows([row]), intensity)
        assert torch.equal(together[row, :count], in_mood)
        if intensity == 0.0:
            assert torch.equal(in_mood, fill_plainly(sampler.transformer, sampler.levels, *given))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(sorted(CONFIGS)),
    lengths=st.lists(st.integers(1, LONGEST), min_size=1, max_size=4),
    share=st.floats(0.1, 1.2),
    seed=st.integers(0, 1000),
    config=decodings(),
)
def test_reusing_what_hardly_changes_does_not_depend_on_batch_mates(name, lengths, share, seed, config):
    sampler, request = SAMPLERS[name], batch_of(CONFIGS[name], lengths, share, seed)
    config = dataclasses.replace(config, reuse=True)
    together = sampler.sample(request, config)
    todo = request.regenerate & (torch.arange(max(lengths))[None] < request.lengths[:, None])[..., None]
    assert torch.equal(together[~todo], request.ids[~todo])
    for row, count in enumerate(lengths):
        assert torch.equal(sampler.sample(row_of(request, row), config)[0], together[row, :count])


@pytest.mark.parametrize("name", CONFIGS)
def test_shared_weights_leave_the_transformer_what_it_was(name):
    before, after = made(CONFIGS[name]), made(CONFIGS[name])
    sampler = MaskedSampler(after, CONFIGS[name].tokenizer.levels, share=True)
    request, config = batch_of(CONFIGS[name], [9, 4], 0.8, 1), SamplingConfig(steps=4)
    assert torch.equal(sampler.sample(request, config), SAMPLERS[name].sample(request, config))
    for (key, value), shared in zip(before.state_dict().items(), after.state_dict().values(), strict=True):
        assert torch.equal(value, shared), key
    block = after.blocks[-1]
    packed = sampler.network.mixing[-1].widen.weight
    assert block.feed_forward[0].weight.untyped_storage().data_ptr() == packed.untyped_storage().data_ptr()
