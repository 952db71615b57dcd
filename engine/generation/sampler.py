"""Iterative masked decoding: the one sampler behind generating and editing (MMM section 3.3).

It is given a grid of tokens and which of them to regenerate.  Generation hides them
all; in-betweening, continuing or changing one body part hides some.  Each step
predicts everything hidden, keeps what it is surest of and hides the rest again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.generation.settings import SamplingConfig
from engine.models.errors import ModelError
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer
from engine.sampling.graphs import Graphs, recorder_for
from engine.sampling.network import PackedTransformer
from engine.sampling.noise import seed_words
from engine.sampling.packing import Numbers
from engine.sampling.passes import Given, Passes
from engine.sampling.schedule import Plan, level_steps, make_plan
from engine.sampling.steering import Steering
from engine.watch import UNWATCHED, Watch

# Where passes are recorded, prompts are filled up to so many words or a multiple, so that they share a recording.
WORDS_BUCKET = 16


@dataclass(frozen=True)
class Moods:
    """Prompts of B motions worded with moods, and the intensity of each: 0 leaves the prompt as it is.

    What the model says of a prompt is moved towards what it says of the other, by the intensity.
    """

    text: TextFeatures
    intensities: tuple[float, ...]

    def rows(self, index: list[int]) -> Moods:
        """Those of these motions, in this order."""
        return Moods(self.text.rows(index), tuple(self.intensities[row] for row in index))


@dataclass(frozen=True)
class SamplingRequest:
    """A batch of motions to fill in.

    Attributes:
        ids: [B, N, S] known tokens; whatever stands where `regenerate` is true is ignored
        regenerate: [B, N, S] true: make a new token; false: comes back unchanged
        lengths: [B] tokens of each motion; beyond them nothing is touched
        seeds: one a motion; a motion's randomness depends on its own seed alone
        moods: the same prompts worded with moods, if any motion has one, and how intense each is; 0 for none
    """

    ids: Tensor
    regenerate: Tensor
    lengths: Tensor
    text: TextFeatures
    seeds: tuple[int, ...]
    moods: Moods | None = None


class MaskedSampler:
    """Fills in token grids with a transformer, whose weights are packed once.

    Attributes:
        graphs: what a GPU repeats instead of being told anew
        numbers: in which the transformer computes; fp32 gives the tokens that `MaskedTransformer.forward` would
        share: in fp32, let the transformer's own weights become views of the packed ones
    """

    def __init__(
        self, transformer: MaskedTransformer, levels: int, numbers: Numbers = "fp32", share: bool = False
    ) -> None:
        self.transformer = transformer
        self.levels = levels
        self.network = PackedTransformer(transformer, numbers, share)
        self.graphs = Graphs(self.network, recorder_for(self.network.device))

    @torch.inference_mode()
    def sample(
        self,
        request: SamplingRequest,
        config: SamplingConfig,
        watch: Watch = UNWATCHED,
        steering: Steering | None = None,
    ) -> Tensor:
        """Ids [B, N, S] with every regenerated token filled in, steered if asked. Raises Cancelled on request."""
        check_request(self.transformer, request)
        if steering is not None and config.reuse:
            # Where every step shifts the logits, those of the last one say nothing.
            config = replace(config, reuse=False)
        plan = plan_request(self.transformer, self.levels, request, config)
        device, count = self.network.device, request.ids.shape[1]
        inside = torch.arange(count, device=device)[None] < request.lengths[:, None]
        padded = bool((request.lengths < count).any())
        text, intensities = request.text, tuple[float, ...]()
        if request.moods is not None and any(request.moods.intensities):
            text, intensities = text.beside(request.moods.text), request.moods.intensities
        if self.graphs.recorder is not None:
            text = text.padded(WORDS_BUCKET)
        given = Given(
            ids=request.ids,
            todo=request.regenerate & inside[..., None],
            lengths=request.lengths,
            sentence=text.sentence,
            words=text.words,
            mask=text.mask,
            seeds=seed_words(request.seeds, device),
            stay=torch.from_numpy(plan.stay).to(device),
            look=torch.from_numpy(plan.look).to(device),
            luck=torch.from_numpy(plan.luck).to(device),
            intensity=torch.tensor(intensities, device=device),
        )
        passes = Passes(plan.steps, self.levels, config, padded)
        made = None
        if steering is None:
            watch.check()
            made = self.graphs.repeat(passes, given)
        if made is None:
            return passes(self.network, given, watch, steering)
        watch.report("decode", len(plan.steps), len(plan.steps))
        return made

    @torch.inference_mode()
    def certainty(self, ids: Tensor, text: TextFeatures, blank: bool = False) -> Tensor:
        """[N, S] the probability that the model gives each token of one motion [N, S] in its surroundings.

        `text` holds one prompt; with `blank` it is not looked at.

        Two passes in one batch, each hiding every other token of every part like a chess board, so
        that no token is seen while it is judged. Finer levels are hidden with their coarse one.
        """
        count, streams = ids.shape
        place = torch.arange(count, device=ids.device)[:, None]
        part = torch.arange(streams, device=ids.device)[None] // self.levels
        board = (place + part) % 2 == 0
        hidden = torch.stack((board, ~board))
        shown = torch.where(hidden, self.transformer.special.mask, ids)
        lengths = torch.full((2,), count, device=ids.device)
        drop = torch.full((2,), blank and self.transformer.config.null_text, device=ids.device)
        logits = self.transformer(shown, lengths, text.rows([0, 0]), drop).float()
        sureness = logits.softmax(-1).gather(-1, ids.expand(2, -1, -1)[..., None])[..., 0]
        return torch.where(board, sureness[0], sureness[1])


def plan_request(transformer: MaskedTransformer, levels: int, request: SamplingRequest, config: SamplingConfig) -> Plan:
    """All passes of a request: short motions take fewer steps for the coarse level if the model was made for that."""
    network = transformer.config
    lengths = request.lengths.cpu().numpy()
    inside = np.arange(request.ids.shape[1])[None] < lengths[:, None]
    todo = request.regenerate.cpu().numpy() & inside[..., None]
    totals = [todo[..., level::levels].sum((1, 2)).tolist() for level in range(levels)]
    own = [[steps] * len(lengths) for steps in level_steps(config.steps, levels, config.fine_steps)]
    if network.steps_follow_length:
        own[0] = [max(1, round(config.steps * int(length) / network.max_tokens)) for length in lengths]
    return make_plan(totals, own)


def check_request(transformer: MaskedTransformer, request: SamplingRequest) -> None:
    """Raises ModelError for what cannot be filled in."""
    ids, special = request.ids, transformer.special
    if ids.ndim != 3 or ids.shape != request.regenerate.shape:
        raise ModelError("ids and regenerate must share a shape [B, N, S]")
    if not len(ids) == len(request.lengths) == len(request.seeds):
        raise ModelError("ids, lengths and seeds must have one entry a motion")
    if len(request.text.sentence) != len(ids):
        raise ModelError("there must be one prompt a motion")
    if request.moods is not None and not len(request.moods.text.sentence) == len(request.moods.intensities) == len(ids):
        raise ModelError("there must be one mood a motion")
    if int(request.lengths.min()) < 1 or int(request.lengths.max()) > ids.shape[1]:
        raise ModelError(f"lengths must lie in 1..{ids.shape[1]}")
    if ids.shape[1] > transformer.config.max_tokens:
        raise ModelError(f"{ids.shape[1]} tokens, the model handles {transformer.config.max_tokens}")
    inside = torch.arange(ids.shape[1], device=ids.device)[None] < request.lengths[:, None]
    given_only = torch.ones(ids.shape[2], dtype=torch.bool, device=ids.device)
    given_only[list(transformer.predicted_streams)] = False
    if bool((request.regenerate & given_only).any()):
        raise ModelError(
            "this model makes the upper body only: give it a motion's lower body, or use a text-to-motion model"
        )
    # What a model never makes itself may also be unknown to it.
    unknown = given_only & (ids == special.mask)
    known = ids[inside[..., None] & ~request.regenerate & ~unknown]
    if bool(((known < 0) | (known >= special.end)).any()):
        raise ModelError("a known token is not a code of this model")
