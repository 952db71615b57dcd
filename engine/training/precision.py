"""In which precision a training step computes."""

from __future__ import annotations

import torch

from engine.training.config import Precision


def trains_in_bf16(precision: Precision, device: torch.device) -> bool:
    """Whether to compute in bfloat16; "auto" does where the device has products for it.

    Elsewhere they are emulated: a processor with AVX2 alone takes seventy times as long as in float32.
    """
    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type == "cpu":
        # torch tells of these by name only; a version that does not counts as a processor without.
        told = [getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")]
        return any(ask is not None and ask() for ask in told)
    return False
