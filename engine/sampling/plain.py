"""Iterative decoding as one would first write it: motion by motion, everything computed anew in every step.

What the sampler does faster has to come out the same; tests compare the tokens, `mmm bench` the time.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.generation.settings import SamplingConfig
from engine.models.text_features import TextFeatures
from engine.models.transformer import MaskedTransformer
from engine.sampling.guess import guess, toned
from engine.sampling.noise import draw_noise, seed_words
from engine.sampling.schedule import level_steps, still_masked


@torch.inference_mode()
def fill_plainly(
    transformer: MaskedTransformer,
    levels: int,
    ids: Tensor,
    todo: Tensor,
    text: TextFeatures,
    seed: int,
    config: SamplingConfig,
    worded: TextFeatures | None = None,
    intensity: float = 0.0,
) -> Tensor:
    """One motion's ids [N, S] with those filled in where `todo` [N, S]; `text` holds its prompt.

    `worded` holds the prompt in the words of a mood, of an intensity.
    """
    count, streams = ids.shape
    network, mask = transformer.config, transformer.special.mask
    shown = torch.where(todo, mask, ids)[None]
    length = torch.full((1,), count, device=ids.device)
    noise = draw_noise(seed_words([seed], ids.device), max(config.steps, config.fine_steps), count, streams)
    for level, of in enumerate(level_steps(config.steps, levels, config.fine_steps)):
        if network.steps_follow_length and level == 0:
            of = max(1, round(config.steps * count / network.max_tokens))
        phase = (todo & (torch.arange(streams, device=ids.device) % levels == level))[None]
        temperature = config.temperature if level == 0 else config.fine_temperature
        for step in range(1, of + 1):
            hidden = phase & (shown == mask)
            if not bool(hidden.any()):
                continue
            logits = transformer(shown, length, text)
            if worded is not None:
                logits = toned(logits, transformer(shown, length, worded), torch.tensor([intensity], device=ids.device))
            if network.null_text and config.guidance != 1.0:
                without = transformer(shown, length, text, torch.ones_like(length, dtype=torch.bool))
                logits = without + config.guidance * (logits - without)
            luck = config.choice_noise * (1.0 - step / of) * noise.choice[step - 1]
            codes, sure = guess(logits, noise.keys[step - 1], luck if temperature > 0.0 else None, temperature, config)
            shown = torch.where(hidden, codes, shown)
            again = still_masked(step, of, int(phase.sum()))
            doubt = sure.masked_fill(~hidden, torch.inf).flatten().argsort(stable=True)
            shown.view(-1)[doubt[:again]] = mask
    return torch.where(todo, shown[0], ids)
