"""Passes that a GPU has been told once and repeats, as CUDA graphs: one launch instead of thousands.

A graph is recorded when a request of the same kind comes for the second time, and used only if it gives the tokens that
the plain way gives; whatever goes wrong with it, the plain way is there. Devices without graphs always take that.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from engine.sampling.network import PackedTransformer
from engine.sampling.passes import Given, Passes

# Each keeps what its passes compute with, some tens of MB.
MOST_GRAPHS = 12
# Kinds of requests that are remembered as having come once.
MOST_SEEN = 256
# Before recording, libraries choose and load what they compute with.
WARM_UPS = 2

Value = TypeVar("Value")
Recorded = Callable[[Given], Tensor]
Recorder = Callable[[PackedTransformer, Passes, Given], Recorded]

log = logging.getLogger(__name__)


class Graphs:
    """The graphs of one transformer, those that were used last.

    Attributes:
        recorder: what records; None where nothing can, or once that has failed
    """

    def __init__(self, network: PackedTransformer, recorder: Recorder | None) -> None:
        self.recorder = recorder
        self._network = network
        self._seen: OrderedDict[object, None] = OrderedDict()
        self._kept: OrderedDict[object, Recorded] = OrderedDict()

    def repeat(self, passes: Passes, given: Given) -> Tensor | None:
        """Ids [B, N, S] made by a graph; None if they are to be made the plain way."""
        if self.recorder is None:
            return None
        kind = passes, tuple((tensor.shape, tensor.dtype) for tensor in given)
        if kind in self._kept:
            self._kept.move_to_end(kind)
            return self._kept[kind](given)
        if kind not in self._seen:
            _keep(self._seen, kind, None, MOST_SEEN)
            return None
        made = passes(self._network, given)
        try:
            recorded = self.recorder(self._network, passes, given)
            same = torch.equal(recorded(given), made)
        except RuntimeError as error:
            log.warning("sampling without CUDA graphs: %s", error)
            same = False
        else:
            if not same:
                log.warning("sampling without CUDA graphs: they gave other tokens")
        if same:
            _keep(self._kept, kind, recorded, MOST_GRAPHS)
        else:
            self.recorder = None
            self._kept.clear()
        return made


def recorder_for(device: torch.device) -> Recorder | None:
    """What records on that device, if anything does."""
    return CudaGraph if device.type == "cuda" else None


class CudaGraph:
    """Passes recorded on a CUDA (or ROCm) device; raises RuntimeError where that is impossible."""

    def __init__(self, network: PackedTransformer, passes: Passes, given: Given) -> None:
        self._given = Given(*(tensor.clone() for tensor in given))
        device = given.ids.device
        aside = torch.cuda.Stream(device)
        aside.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(aside):
            for _ in range(WARM_UPS):
                passes(network, self._given)
        torch.cuda.current_stream(device).wait_stream(aside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
            self._made = passes(network, self._given)

    def __call__(self, given: Given) -> Tensor:
        for own, new in zip(self._given, given, strict=True):
            own.copy_(new)
        self._graph.replay()
        return self._made.clone()


def _keep(kept: OrderedDict[object, Value], key: object, value: Value, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)
