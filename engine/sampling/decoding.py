"""A batch of token grids on its way from hidden to filled, pass after pass (MMM section 3.3).

Everything stays on the device: no pass reads a tensor's value, and its shapes follow from the plan alone. So a GPU runs
through all passes without being waited for, and can be told once and repeat them (engine.sampling.graphs).

What the last pass knows is not computed again. Two savings cost nothing: blocks that lead and only look at the words
treat every position alone, so what they made of a token holds until the token changes; and what nobody asks for (the
logits of settled tokens, and whatever in the last block serves them alone) is left out.

The third is an approximation, and only made on request (`SamplingConfig.reuse`): positions that are not recomputed keep
the keys, values and logits of the last time, although the tokens around them have changed since. Few tokens settle in a
pass, so little is out of date (Yan 2025, LazyMAR; Liu 2025, ReCAP do the like in masked image models).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.generation.settings import SamplingConfig
from engine.sampling.guess import guess, guided
from engine.sampling.network import PackedTransformer, Prompts
from engine.sampling.noise import TokenNoise
from engine.sampling.schedule import Step
from engine.sampling.steering import Steering


@dataclass(frozen=True)
class Inputs:
    """What a batch begins with, all on one device.

    Attributes:
        ids: [B, N, S]; todo: [B, N, S] what to make, nothing of it beyond lengths [B]
        padded: whether some motion is shorter than N
        stay, look: [T, B], luck: [T, B] of the plan
        intensity: [B] of the moods, if the prompts come a second time worded with them
    """

    ids: Tensor
    todo: Tensor
    lengths: Tensor
    padded: bool
    prompts: Prompts
    noise: TokenNoise
    stay: Tensor
    look: Tensor
    luck: Tensor
    intensity: Tensor | None = None


class Decoding:
    """The state of the grids between two passes; each call of `run` with the next step is a pass."""

    def __init__(
        self,
        network: PackedTransformer,
        inputs: Inputs,
        config: SamplingConfig,
        levels: int,
        steering: Steering | None = None,
    ) -> None:
        self.network, self.inputs, self.config, self.levels = network, inputs, config, levels
        self.steering = steering
        ids, prompts = inputs.ids, inputs.prompts
        self.motions, self.count, _ = ids.shape
        shown = torch.where(inputs.todo, network.special.mask, ids)
        self.framed, visible = network.transformer.frame(shown, inputs.lengths)
        self.rows = self.framed.shape[1] + 1
        self.visible: Tensor | None = None
        if inputs.padded:
            dark = torch.zeros(visible.shape, device=ids.device).masked_fill_(~visible, -torch.inf)
            dark = torch.nn.functional.pad(dark, (1, 0))[:, None, None]
            self.visible = dark.repeat(prompts.rows // self.motions, 1, 1, 1).to(network.number_type)
        self.sentence = (prompts.sentence + network.positions[0])[:, None].to(network.number_type)
        predicted = network.transformer.predicted_streams
        self.streams = [[it for it in predicted if it % levels == level] for level in range(levels)]
        shape = self.motions, self.count, len(self.streams[0])
        self.hidden = torch.zeros(shape, dtype=torch.bool, device=ids.device)
        self.fresh = torch.ones(shape[:2], dtype=torch.bool, device=ids.device)
        self.order = torch.arange(shape[1] * shape[2], device=ids.device)
        self.place = torch.arange(self.count, device=ids.device)
        self.row = torch.arange(prompts.rows, device=ids.device)[:, None]
        self.led: Tensor | None = None
        self.places = network.positions[1 : self.rows].to(network.number_type)
        self.memory: list[Tensor | None] = [None] * len(network.mixing)
        self.logits: Tensor | None = None

    @property
    def ids(self) -> Tensor:
        """[B, N, S] as they are now; what is not to be made comes back as it was given."""
        return torch.where(self.inputs.todo, self.framed[:, : self.count], self.inputs.ids)

    def run(self, index: int, step: Step) -> None:
        """Pass `index` of the plan."""
        inputs, config = self.inputs, self.config
        streams = slice(self.streams[step.level][0], None, self.levels)
        grid = self.framed[:, : self.count, streams]
        if step.number == 1:
            self.hidden.copy_(inputs.todo[..., streams])
        keys = inputs.noise.keys[step.number - 1][..., streams, :]
        temperature = config.temperature if step.level == 0 else config.fine_temperature
        luck = None
        if config.choice_noise > 0.0 and temperature > 0.0:
            share = config.choice_noise * inputs.luck[index]
            luck = inputs.noise.choice[step.number - 1][..., streams] * share[:, None, None]
        partly = config.reuse and step.number > 1
        eligible, places = self.hidden, None
        if partly:
            assert self.logits is not None
            _, sure = guess(self.logits, keys, luck, temperature, config)
            unlikely = self._rank(sure.masked_fill(~self.hidden, -torch.inf).neg_())
            eligible = self.hidden & (unlikely < inputs.look[index][:, None, None])
            places = self._first(eligible.any(-1), min(self.count, step.candidates))
        elif step.hidden < self.count:
            places = self._first(self.hidden.any(-1), step.hidden)
        logits = self._predict(index, step, places, eligible if partly else None)
        if self.steering is not None and self.steering.looks(step.level, step.number, config.steps):
            logits = self.steering(logits, places, self.ids, self.hidden, step.level)
        if config.reuse:
            self._remember(logits, places, partly)
        at = (keys, luck) if places is None else (_at(keys, places), None if luck is None else _at(luck, places))
        codes, sure = guess(logits, *at, temperature, config)
        if places is not None:
            codes = _placed(grid, places, codes)
            sure = _placed(torch.zeros(grid.shape, device=grid.device), places, sure)
        if partly:
            sure = sure.masked_fill(self.hidden & ~eligible, -torch.inf)
        # Settled tokens are never hidden again: only this step's guesses can be.
        doubt = self._rank(sure.masked_fill(~self.hidden, torch.inf))
        again = doubt < inputs.stay[index][:, None, None]
        grid.copy_(torch.where(self.hidden, torch.where(again, self.network.special.mask, codes), grid))
        self.fresh.copy_((self.hidden & ~again).any(-1))
        self.hidden.copy_(again)

    def _predict(self, index: int, step: Step, places: Tensor | None, eligible: Tensor | None) -> Tensor:
        """Guided logits [B, A, P, K] at `places` [B, A] or everywhere.

        Args:
            eligible: [B, N, P] the approximation: recompute these tokens and those that have changed, nothing else
        """
        network, prompts = self.network, self.inputs.prompts
        x = self._inputs(index, step)
        recomputed, flat = None, None
        if eligible is not None:
            cap = min(self.count, step.changed + step.candidates)
            recomputed = self._first(self.fresh | eligible.any(-1), cap)
            flat = self._flat(recomputed + 1, self.rows)
            x = x[flat]
        asked = self.place.expand(self.motions, -1) if places is None else places
        if recomputed is None:
            narrow = self._flat(asked + 1, self.rows)
        else:
            narrow = self._flat(torch.searchsorted(recomputed, asked), recomputed.shape[1])
        last = len(network.mixing) - 1
        for number in range(len(network.mixing)):
            memory = self._memory(number, x) if self.config.reuse else None
            where = flat if flat is not None else self.everywhere if memory is not None else None
            x = network.mix(number, x, self.visible, prompts, narrow if number == last else None, memory, where)
        if last < 0:
            x = x[narrow]
        streams = tuple(self.streams[step.level])
        said = network.prepare_heads(streams)(network.norm(x)).float()
        said = said.view(prompts.rows, -1, len(streams), network.codes)
        return guided(said, self.motions, self.config.guidance, self.inputs.intensity)

    def _inputs(self, index: int, step: Step) -> Tensor:
        """[R * (1 + N + end), W] what enters the mixing blocks: the sentence and all tokens."""
        network = self.network
        if not network.leading:
            tokens = self._embed(self.framed, network.positions[1 : self.rows])
        else:
            self._lead(index, step)
            assert self.led is not None
            tokens = self.led + self.places
        return torch.cat([self.sentence, tokens], dim=1).flatten(0, 1)

    def _lead(self, index: int, step: Step) -> None:
        """Bring what the leading blocks make of the tokens up to date: [R, N + end, W]."""
        network, prompts = self.network, self.inputs.prompts
        if self.led is None or index == 0:
            self.led = network.lead(self._embed(self.framed, network.positions[: self.rows - 1]), prompts)
        elif step.changed:
            places = self._first(self.fresh, min(self.count, step.changed))
            changed = self._embed(_at(self.framed, places), network.positions[places])
            flat = self._flat(places, self.rows - 1)
            self.led.flatten(0, 1).index_copy_(0, flat, network.lead(changed, prompts).flatten(0, 1))

    def _embed(self, ids: Tensor, positions: Tensor) -> Tensor:
        """[B, M, S] and what tells their places [M, W] or [B, M, W] -> [R, M, W]"""
        network = self.network
        tokens = network.embed(ids.flatten(0, 1)).view(self.motions, -1, network.width)
        return (tokens + positions).to(network.number_type).repeat(len(self.row) // self.motions, 1, 1)

    @property
    def everywhere(self) -> Tensor:
        """[R * N] all rows of all sequences."""
        return torch.arange(self.inputs.prompts.rows * self.rows, device=self.framed.device)

    def _memory(self, number: int, x: Tensor) -> Tensor:
        """Keys and values of a mixing block [R * N, 2 * W], kept from pass to pass."""
        found = self.memory[number]
        if found is None:
            size = self.inputs.prompts.rows * self.rows, 2 * self.network.width
            found = self.memory[number] = x.new_zeros(size, dtype=self.network.number_type)
        return found

    def _remember(self, logits: Tensor, places: Tensor | None, partly: bool) -> None:
        """Keep the level's logits [B, N, P, K]."""
        if places is None:
            self.logits = logits
            return
        if not partly or self.logits is None:
            self.logits = logits.new_zeros(self.motions, self.count, *logits.shape[2:])
        self.logits = _placed(self.logits, places, logits)

    def _first(self, flags: Tensor, most: int) -> Tensor:
        """[B, N] -> [B, most] where they are true, in order.

        Motions with fewer repeat their last place, those with none get the very first.
        """
        last = (flags.sum(1, keepdim=True) - 1).clamp_min_(0)
        order = (~flags).sort(dim=1, stable=True).indices
        return order.gather(1, torch.minimum(self.place[:most].expand(len(flags), -1), last))

    def _flat(self, places: Tensor, rows: int) -> Tensor:
        """Places [B, A] in sequences of so many rows -> [R * A] of all sequences one after the other."""
        repeat = len(self.row) // self.motions
        return (self.row * rows + places.repeat(repeat, 1)).flatten()

    def _rank(self, values: Tensor) -> Tensor:
        """[B, N, P] -> the same shape: how many of a motion's values are smaller, earlier ones first among equals."""
        order = values.flatten(1).argsort(dim=1, stable=True)
        return torch.empty_like(order).scatter_(1, order, self.order.expand_as(order)).view(values.shape)


def _at(values: Tensor, places: Tensor) -> Tensor:
    """[B, N, ...] at places [B, A] -> [B, A, ...]"""
    index = places.view(*places.shape, *[1] * (values.ndim - 2)).expand(-1, -1, *values.shape[2:])
    return values.gather(1, index)


def _placed(values: Tensor, places: Tensor, new: Tensor) -> Tensor:
    """[B, N, ...] with new [B, A, ...] at places [B, A]."""
    index = places.view(*places.shape, *[1] * (values.ndim - 2)).expand(-1, -1, *values.shape[2:])
    return values.scatter(1, index, new.to(values.dtype))
