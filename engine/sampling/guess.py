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


def guided(logits: Tensor, motions: int, guidance: float) -> Tensor:
    """[R, ...] -> [B, ...]: the rows that see the prompts, pushed away from those that do not, if there are any."""
    if len(logits) == motions:
        return logits
    with_text, without = logits.chunk(2)
    return without + guidance * (with_text - without)
