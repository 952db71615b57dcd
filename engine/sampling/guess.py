"""From what the transformer says to codes, and how sure each is."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.generation.settings import SamplingConfig
from engine.sampling.noise import code_noise

# Chances are told apart down to this one.
LEAST_CHANCE = 1e-12


def guess(
    logits: Tensor, keys: Tensor, luck: Tensor | None, temperature: float, config: SamplingConfig
) -> tuple[Tensor, Tensor]:
    """Codes [...] and what decides whether they stay [...], from logits [..., K].

    Args:
        keys: [..., 2] of the codes' noise; luck: [...] what is added to the sureness

    The sureness is the logarithm of the model's own probability of the chosen code, untouched by the temperature.
    """
    chances = logits.softmax(-1)
    if temperature == 0.0:
        chance, codes = chances.max(-1)
    else:
        scores = keep_likeliest(logits / temperature, config.top_k, config.top_p)
        codes = (scores + code_noise(keys, logits.shape[-1])).max(-1).indices
        chance = chances.gather(-1, codes[..., None])[..., 0]
    sure = chance.clamp_min(LEAST_CHANCE).log()
    return codes, sure if luck is None else sure + luck


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


def guided(logits: Tensor, motions: int, guidance: float, intensity: Tensor | None = None) -> Tensor:
    """[R, ...] -> [B, ...]: the rows that see the prompts, pushed away from those that do not, if there are any.

    With an `intensity` [B] the second rows see the prompts worded with a mood; the first ones go so far towards those.
    """
    said, *others = logits.split(motions)
    if intensity is not None and others:
        said = toned(said, others.pop(0), intensity)
    for without in others:
        said = without + guidance * (said - without)
    return said


def toned(plain: Tensor, worded: Tensor, intensity: Tensor) -> Tensor:
    """Logits [B, ...] of prompts, moved towards those of the prompts worded with moods, by the intensities [B]."""
    return plain + intensity.view(-1, *[1] * (plain.ndim - 1)) * (worded - plain)
