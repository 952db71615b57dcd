"""Passes that are recorded once and repeated for other requests; recorded here by tracing, which a CPU can."""

import logging
import warnings

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.generation.sampler import MaskedSampler
from engine.generation.settings import SamplingConfig
from engine.sampling import graphs
from engine.sampling.passes import Given
from engine.watch import Cancelled, Watch
from tests.sampling.tiny import CONFIGS, OURS, batch_of, made

PLAIN = {name: MaskedSampler(made(config), config.tokenizer.levels) for name, config in CONFIGS.items()}
CONFIG = SamplingConfig(steps=4, fine_steps=1)


class Traced:
    """Operations as they were done for one request, done again for others.

    What Python read of a tensor's value on the way is not read again, as in a CUDA graph: other requests would get
    other tokens than they should.
    """

    def __init__(self, network, passes, given):
        with torch.inference_mode(False), torch.no_grad():
            example = tuple(tensor.clone() for tensor in given)
            with warnings.catch_warnings():
                # It also warns of sizes that are read, which are the same for all requests of a kind.
                warnings.simplefilter("ignore", torch.jit.TracerWarning)
                self.program = torch.jit.trace(
                    lambda *tensors: passes(network, Given(*tensors)), example, check_trace=False
                )

    def __call__(self, given):
        return self.program(*(tensor.clone() for tensor in given))


class NothingRead(TorchDispatchMode):
    """Operations whose answer the host waits for are errors: values, and results whose size depends on values."""

    WAITING = ("aten::_local_scalar_dense", "aten::nonzero", "aten::masked_select", "aten::equal")

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        assert func.name().split(".")[0] not in self.WAITING, f"{func.name()} waits for the device"
        return func(*args, **(kwargs or {}))


class Watched:
    """Passes that may not wait for the device."""

    def __init__(self, network, passes, given):
        with NothingRead():
            self.made = passes(network, given)

    def __call__(self, given):
        return self.made


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("reuse", [False, True])
@pytest.mark.parametrize("guidance", [0.0, 1.0, 3.0])
def test_no_pass_waits_for_the_device(name, reuse, guidance):
    config = SamplingConfig(steps=4, fine_steps=1, guidance=guidance, reuse=reuse, top_k=5, top_p=0.9)
    sampler, request = recording(name, Watched), batch_of(CONFIGS[name], [9, 5], 0.8, 1)
    first, second = (sampler.sample(request, config) for _ in range(2))
    assert torch.equal(first, second) and len(sampler.graphs._kept) == 1


def test_waiting_is_noticed():
    with pytest.raises(AssertionError, match="waits"), NothingRead():
        bool(torch.ones(2).any())


def recording(name, recorder=Traced):
    # Tracing takes weights for constants, which those that are trained cannot be.
    sampler = MaskedSampler(made(CONFIGS[name]).requires_grad_(False), CONFIGS[name].tokenizer.levels)
    sampler.graphs.recorder = recorder
    return sampler


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("lengths", [[9], [9, 5]])
@pytest.mark.parametrize(("guidance", "reuse"), [(0.0, False), (1.0, False), (3.0, False), (3.0, True)])
def test_what_was_recorded_for_one_request_serves_others(name, lengths, guidance, reuse):
    """All of each motion is made, as the steps, which are recorded, follow from how much that is."""
    config = SamplingConfig(steps=4, fine_steps=1, guidance=guidance, reuse=reuse)
    sampler = recording(name)
    for seed in (1, 2, 3, 4):
        request = batch_of(CONFIGS[name], lengths, 2.0, seed)
        assert bool((sampler.sample(request, config) == PLAIN[name].sample(request, config)).all())
    assert len(sampler.graphs._kept) == 1


def test_the_first_of_a_kind_is_done_plainly_and_few_kinds_are_kept(monkeypatch):
    monkeypatch.setattr(graphs, "MOST_GRAPHS", 2)
    recorded = []

    class Counted(Traced):
        def __init__(self, network, passes, given):
            recorded.append(given.ids.shape[1])
            super().__init__(network, passes, given)

    sampler = recording("paper", Counted)
    for length in (4, 4, 4, 5, 6, 5, 6, 4, 4):
        request = batch_of(CONFIGS["paper"], [length], 2.0, length)
        assert torch.equal(sampler.sample(request, CONFIG), PLAIN["paper"].sample(request, CONFIG))
    assert recorded == [4, 5, 6, 4]
    assert len(sampler.graphs._kept) == 2


def refuse(network, passes, given):
    raise RuntimeError("operation not permitted when stream is capturing")


def get_it_wrong(network, passes, given):
    return lambda given: given.ids.clone()


@pytest.mark.parametrize(("recorder", "told"), [(refuse, "not permitted"), (get_it_wrong, "other tokens")])
def test_a_recording_that_fails_is_done_without_from_then_on(recorder, told, caplog):
    sampler = recording("ours", recorder)
    request = batch_of(OURS, [6], 2.0, 1)
    expected = PLAIN["ours"].sample(request, CONFIG)
    with caplog.at_level(logging.WARNING):
        for _ in range(4):
            assert torch.equal(sampler.sample(request, CONFIG), expected)
    assert sampler.graphs.recorder is None
    assert len(caplog.records) == 1 and told in caplog.text


def test_a_cpu_records_nothing():
    assert graphs.recorder_for(torch.device("cpu")) is None
    assert graphs.recorder_for(torch.device("cuda")) is graphs.CudaGraph
    assert MaskedSampler(made(OURS), 3).graphs.recorder is None


def test_what_is_repeated_is_cancelled_and_told_too():
    sampler, request, told = recording("ours"), batch_of(OURS, [6], 2.0, 1), []
    for _ in range(3):
        sampler.sample(request, CONFIG)
    sampler.sample(request, CONFIG, Watch(lambda *step: told.append(step), lambda: False))
    assert told == [("decode", 6, 6)]
    with pytest.raises(Cancelled):
        sampler.sample(request, CONFIG, Watch(lambda *step: None, lambda: True))
