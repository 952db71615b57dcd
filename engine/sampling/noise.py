"""Random numbers that depend on what they are for and on nothing else.

Every token of every step has its own number in a counter-based generator (Philox4x32-10: Salmon 2011, "Parallel
random numbers: as easy as 1, 2, 3"), keyed by the motion's seed. So a motion draws the same numbers alone, in a
batch, padded or not, on a CPU and on a GPU; nothing is drawn one after the other, and no state is kept.

A token's choice among K codes takes K numbers. Philox gives each token two words, and an integer hash spreads those
over the codes: a fifth of what K numbers of Philox cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

Words = tuple[Tensor, Tensor, Tensor, Tensor]

LOW = 0xFFFFFFFF
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
# Bits of a number: as many as a float32 holds beside the half that keeps it from 0 and 1.
BITS = 23


@dataclass(frozen=True)
class TokenNoise:
    """What tokens draw, step by step of their level.

    Attributes:
        keys: [T, B, N, S, 2] int32, from which a token's numbers for all codes come (`code_noise`)
        choice: [T, B, N, S] Gumbel noise, the luck in whether a guess stays
    """

    keys: Tensor
    choice: Tensor


def philox(counter: Words, key: tuple[Tensor, Tensor]) -> Words:
    """Four words of 32 bits each, in int64, of a counter and a key of such words; all are broadcast together."""
    first, second, third, fourth = torch.broadcast_tensors(*counter)
    low, high = key
    for _ in range(ROUNDS):
        # Products of 64 bits wrap around in int64; the mask makes the shift a logical one.
        one, two = first * MULTIPLIERS[0], third * MULTIPLIERS[1]
        first, third = (two >> 32 & LOW) ^ second ^ low, (one >> 32 & LOW) ^ fourth ^ high
        second, fourth = two & LOW, one & LOW
        low, high = low + WEYL[0] & LOW, high + WEYL[1] & LOW
    return first, second, third, fourth


def seed_words(seeds: Sequence[int], device: torch.device) -> Tensor:
    """[B, 2] the two words of each seed, which may be any integer."""
    return torch.tensor([[seed & LOW, seed >> 32 & LOW] for seed in seeds], dtype=torch.long, device=device)


def draw_noise(seeds: Tensor, steps: int, count: int, streams: int) -> TokenNoise:
    """Of motions with seeds [B, 2], for steps 1..T, positions 0..N-1 and streams 0..S-1."""
    device = seeds.device
    step = torch.arange(1, steps + 1, device=device)[:, None, None, None]
    place, stream = torch.arange(count, device=device)[:, None], torch.arange(streams, device=device)
    low, high = (word[:, None, None] for word in seeds.unbind(-1))
    first, second, third, _ = philox((place, stream, step, torch.zeros_like(step)), (low, high))
    return TokenNoise(torch.stack([_signed(first), _signed(second)], dim=-1), gumbel(_signed(third)))


def code_noise(keys: Tensor, codes: int) -> Tensor:
    """Gumbel noise [..., K] of tokens with keys [..., 2]."""
    code = torch.arange(codes, dtype=torch.int32, device=keys.device) * _as_int32(WEYL[0])
    x = code ^ keys[..., :1]
    # The multipliers are the best known ones for two rounds (Wellons 2018, "Prospecting for hash functions").
    x ^= x >> 16 & 0xFFFF
    x *= 0x21F0AAAD
    x ^= keys[..., 1:]
    x ^= x >> 15 & 0x1FFFF
    x *= 0x735A2D97
    x ^= x >> 15 & 0x1FFFF
    return gumbel(x)


def gumbel(words: Tensor) -> Tensor:
    """Gumbel noise in float32 of int32 words with all bits random."""
    uniform = (words & (1 << BITS) - 1).float().add_(0.5).mul_(2.0**-BITS)
    return uniform.log_().neg_().log_().neg_()


def _signed(words: Tensor) -> Tensor:
    """Words in int64 as int32 of the same bits."""
    return ((words + 2**31 & LOW) - 2**31).to(torch.int32)


def _as_int32(word: int) -> int:
    return (word + 2**31 & LOW) - 2**31
