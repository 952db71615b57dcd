"""All passes of a request as one function of tensors.

What it does depends on shapes and on the plan alone, never on a tensor's values, so that a GPU can be told once and
repeat it for other prompts, seeds and known tokens (engine.sampling.graphs).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from engine.generation.settings import SamplingConfig
from engine.models.text_features import TextFeatures
from engine.sampling.decoding import Decoding, Inputs
from engine.sampling.network import PackedTransformer
from engine.sampling.noise import draw_noise
from engine.sampling.schedule import Step
from engine.sampling.steering import Steering
from engine.watch import UNWATCHED, Watch


class Given(NamedTuple):
    """What differs between requests of one kind, all on one device.

    Attributes:
        ids: [B, N, S]; todo: [B, N, S] what to make, nothing of it beyond lengths [B]
        sentence: [B, D]; words: [B, W, D']; mask: [B, W] of the prompts; twice as many rows where they come again,
            worded with moods
        seeds: [B, 2] words of the seeds
        stay, look: [T, B], luck: [T, B] of the plan
        intensity: [B] of the moods; [0] if there are none
    """

    ids: Tensor
    todo: Tensor
    lengths: Tensor
    sentence: Tensor
    words: Tensor
    mask: Tensor
    seeds: Tensor
    stay: Tensor
    look: Tensor
    luck: Tensor
    intensity: Tensor


@dataclass(frozen=True)
class Passes:
    """What is the same for requests of one kind.

    Attributes:
        padded: whether some motion is shorter than N
    """

    steps: tuple[Step, ...]
    levels: int
    config: SamplingConfig
    padded: bool

    def __call__(
        self,
        network: PackedTransformer,
        given: Given,
        watch: Watch = UNWATCHED,
        steering: Steering | None = None,
    ) -> Tensor:
        """Ids [B, N, S] with everything made, steered if asked. Raises Cancelled between passes."""
        count, streams = given.ids.shape[1:]
        text = TextFeatures(given.sentence, given.words, given.mask)
        inputs = Inputs(
            ids=given.ids,
            todo=given.todo,
            lengths=given.lengths,
            padded=self.padded,
            prompts=network.prepare_text(text, self.config.guidance, len(given.ids)),
            noise=draw_noise(given.seeds, max((it.number for it in self.steps), default=0), count, streams),
            stay=given.stay,
            look=given.look,
            luck=given.luck,
            intensity=given.intensity if len(given.intensity) else None,
        )
        decoding = Decoding(network, inputs, self.config, self.levels, steering)
        for index, step in enumerate(self.steps):
            watch.check()
            decoding.run(index, step)
            watch.report("decode", index + 1, len(self.steps))
        return decoding.ids
