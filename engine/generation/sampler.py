"""Iterative masked decoding: the one sampler behind generating and editing (MMM section 3.3).

It is given a grid of tokens and which of them to regenerate.  Generation hides them
all; in-betweening, continuing or changing one body part hides some.  Each step
predicts everything hidden, keeps what it is surest of and hides the rest again.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.generation.schedule import level_steps, still_masked
from engine.generation.settings import SamplingConfig
from engine.models.decoding import DecodingPass
from engine.models.errors import ModelError
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer, PreparedText
from engine.watch import UNWATCHED, Watch

# When steps are reused, one token more than will settle is looked at for each so many that will.
SPARE = 4


@dataclass(frozen=True)
class SamplingRequest:
    """A batch of motions to fill in.

    ids: [B, N, S] known tokens; whatever stands where `regenerate` is true is ignored
    regenerate: [B, N, S] true: make a new token; false: comes back unchanged
    lengths: [B] tokens of each motion; beyond them nothing is touched
    seeds: one a motion; a motion's randomness depends on its own seed alone
    """

    ids: Tensor
    regenerate: Tensor
    lengths: Tensor
    text: TextFeatures
    seeds: tuple[int, ...]


class MaskedSampler:
    """Fills in token grids with a transformer."""

    def __init__(self, transformer: MaskedTransformer, levels: int) -> None:
        self.transformer = transformer
        self.levels = levels

    @torch.inference_mode()
    def sample(
        self,
        request: SamplingRequest,
        config: SamplingConfig,
        watch: Watch = UNWATCHED,
    ) -> Tensor:
        """ids [B, N, S] with every regenerated token filled in. Raises Cancelled on request."""
        self._check(request)
        count = request.ids.shape[1]
        inside = torch.arange(count, device=request.ids.device)[None] < request.lengths[:, None]
        todo = request.regenerate & inside[..., None]
        ids = torch.where(todo, self.transformer.special.mask, request.ids)
        generators = [torch.Generator().manual_seed(seed) for seed in request.seeds]
        level_of = torch.arange(ids.shape[2], device=ids.device) % self.levels
        plan = level_steps(config.steps, self.levels, config.fine_steps)
        text = self._prepare(request, config.guidance)
        passes = len(text.sentence) // len(ids)
        decoding = DecodingPass(self.transformer, request.lengths.repeat(passes), text)
        own_steps = self._own_steps(config.steps, request.lengths)
        done = 0
        for level, steps in enumerate(plan):
            phase = todo & (level_of == level)
            for step in range(1, steps + 1):
                watch.check()
                if bool(phase.any()):
                    of = own_steps if level == 0 else [steps] * len(ids)
                    ids = self._step(request, decoding, config, ids, phase, level, (step, of), generators)
                done += 1
                watch.report("decode", done, sum(plan))
        return torch.where(todo, ids, request.ids)

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

    def _step(
        self,
        request: SamplingRequest,
        decoding: DecodingPass,
        config: SamplingConfig,
        ids: Tensor,
        phase: Tensor,
        level: int,
        step_of: tuple[int, list[int]],
        generators: list[torch.Generator],
    ) -> Tensor:
        """One pass over the tokens of `phase` [B, N, S] that are still hidden.

        step_of: this step, and how many each motion takes
        """
        mask_id = self.transformer.special.mask
        hidden = phase & (ids == mask_id)
        temperature = config.temperature if level == 0 else config.fine_temperature
        luck = torch.zeros(ids.shape, device=ids.device)
        if config.choice_noise > 0.0 and temperature > 0.0:
            luck = gumbel_noise(tuple(ids.shape), request.lengths, generators).to(ids.device) * config.choice_noise
        code_noise = None
        if temperature > 0.0:  # Drawn even if nothing is hidden: it must not depend on when batch mates are done.
            shape = (*ids.shape, self.transformer.codebook_size)
            code_noise = gumbel_noise(shape, request.lengths, generators).to(ids.device)
        if not bool(hidden.any()):
            return ids
        steps = [(min(step_of[0], own), own) for own in step_of[1]]
        luck = luck * torch.tensor([1.0 - step / own for step, own in steps], device=ids.device)[:, None, None]
        totals, left = phase.flatten(1).sum(1).tolist(), hidden.flatten(1).sum(1).tolist()
        again = [
            min(still_masked(*own, total), still) if total else 0
            for own, total, still in zip(steps, totals, left, strict=True)
        ]
        eligible = hidden
        partly = config.reuse and step_of[0] > 1
        if partly:
            _, sure = self._guess(decoding.last_logits(), luck, code_noise, temperature, config)
            settling = [still - stay for still, stay in zip(left, again, strict=True)]
            eligible = surest(sure.masked_fill(~hidden, -torch.inf), [candidates(count) for count in settling]) & hidden
        wanted = eligible.any(-1).repeat(len(decoding.lengths) // len(ids), 1)
        repeated = ids.repeat(len(wanted) // len(ids), 1, 1)
        logits = decoding.logits(repeated, wanted, only_wanted=partly)
        chosen, sure = self._guess(logits, luck, code_noise, temperature, config)
        ids = torch.where(hidden, chosen, ids)
        # Settled tokens are never hidden again: only this step's guesses can be.
        sure = sure.masked_fill(hidden & ~eligible, -torch.inf).masked_fill(~hidden, torch.inf)
        for row, count in enumerate(again):
            if count:
                unsure = sure[row].flatten().argsort(stable=True)[:count]
                ids[row].view(-1)[unsure] = mask_id
        return ids

    def _own_steps(self, steps: int, lengths: Tensor) -> list[int]:
        """Steps of each motion: fewer for short ones if the model was made for that."""
        network = self.transformer.config
        if not network.steps_follow_length:
            return [steps] * len(lengths)
        return [max(1, round(steps * int(length) / network.max_tokens)) for length in lengths]

    def _prepare(self, request: SamplingRequest, guidance: float) -> PreparedText:
        """The text for every step: of the batch, or for guidance of the batch with and then without it."""
        batch, text = len(request.ids), request.text
        if not self.transformer.config.null_text:
            return self.transformer.prepare_text(text)
        if guidance in (0.0, 1.0):
            return self.transformer.prepare_text(text, torch.full((batch,), guidance == 0.0, device=text.mask.device))
        drop = torch.arange(2 * batch, device=text.mask.device) >= batch
        return self.transformer.prepare_text(text.rows([*range(batch), *range(batch)]), drop)

    def _guess(
        self, logits: Tensor, luck: Tensor, code_noise: Tensor | None, temperature: float, config: SamplingConfig
    ) -> tuple[Tensor, Tensor]:
        """Codes [B, N, S] and what decides whether they stay, from logits with and maybe without the text."""
        if len(logits) > len(luck):
            with_text, without = logits.chunk(2)
            logits = without + config.guidance * (with_text - without)
        chosen, sureness = choose(logits, temperature, config, code_noise)
        return chosen, sureness.clamp_min(1e-12).log() + luck

    def _check(self, request: SamplingRequest) -> None:
        ids, special = request.ids, self.transformer.special
        if ids.ndim != 3 or ids.shape != request.regenerate.shape:
            raise ModelError("ids and regenerate must share a shape [B, N, S]")
        if not len(ids) == len(request.lengths) == len(request.seeds):
            raise ModelError("ids, lengths and seeds must have one entry a motion")
        if len(request.text.sentence) != len(ids):
            raise ModelError("there must be one prompt a motion")
        if int(request.lengths.min()) < 1 or int(request.lengths.max()) > ids.shape[1]:
            raise ModelError(f"lengths must lie in 1..{ids.shape[1]}")
        inside = torch.arange(ids.shape[1], device=ids.device)[None] < request.lengths[:, None]
        given_only = torch.ones(ids.shape[2], dtype=torch.bool, device=ids.device)
        given_only[list(self.transformer.predicted_streams)] = False
        if bool((request.regenerate & given_only).any()):
            raise ModelError(
                "this model makes the upper body only: give it a motion's lower body, or use a text-to-motion model"
            )
        # What a model never makes itself may also be unknown to it.
        unknown = given_only & (ids == special.mask)
        known = ids[inside[..., None] & ~request.regenerate & ~unknown]
        if bool(((known < 0) | (known >= special.end)).any()):
            raise ModelError("a known token is not a code of this model")


def choose(
    logits: Tensor, temperature: float, config: SamplingConfig, noise: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Codes and how sure each is, both [B, N, S], from logits and Gumbel noise [B, N, S, K].

    The sureness is the model's own probability of the chosen code, untouched by the temperature.
    """
    sureness = logits.softmax(-1)
    if temperature == 0.0 or noise is None:
        best, codes = sureness.max(-1)
        return codes, best
    codes = (keep_likeliest(logits / temperature, config.top_k, config.top_p) + noise).argmax(-1)
    return codes, sureness.gather(-1, codes[..., None])[..., 0]


def candidates(settling: int) -> int:
    """How many tokens to look at again when `settling` of them will stay."""
    return settling + max(1, settling // SPARE)


def surest(sure: Tensor, counts: list[int]) -> Tensor:
    """[B, N, S] true at the counts[b] highest of each motion."""
    chosen = torch.zeros(sure.shape, dtype=torch.bool, device=sure.device)
    for row, count in enumerate(counts):
        chosen[row].view(-1)[sure[row].flatten().argsort(stable=True, descending=True)[:count]] = True
    return chosen


def gumbel_noise(
    shape: tuple[int, ...], lengths: Tensor, generators: list[torch.Generator]
) -> Tensor:
    """Noise [B, N, S, K], each motion's from its own generator; zero beyond `lengths` [B]."""
    noise = torch.zeros(shape)
    for row, generator in enumerate(generators):
        # As many numbers as this motion is long, whatever its batch mates' padding.
        count = int(lengths[row])
        uniform = torch.rand((count, *shape[2:]), generator=generator).clamp_(1e-9, 1.0 - 1e-6)
        noise[row, :count] = -(-uniform.log()).log()
    return noise


def keep_likeliest(logits: Tensor, top_k: int | None, top_p: float) -> Tensor:
    """Logits [..., K] with all but the likeliest codes at minus infinity."""
    if top_k is not None and top_k < logits.shape[-1]:
        least = logits.topk(top_k, dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < least, -torch.inf)
    if top_p < 1.0:
        ordered, order = logits.sort(dim=-1, descending=True)
        shares = ordered.softmax(-1)
        beyond = shares.cumsum(-1) - shares >= top_p
        dropped = torch.zeros_like(beyond).scatter(-1, order, beyond)
        logits = logits.masked_fill(dropped, -torch.inf)
    return logits
