"""A transformer made fast on a CPU: fused projections, and weights in bfloat16 or 8-bit integers.

At batch 1 sampling is matrix products of a few dozen rows with hundreds of millions of weights; narrower weights
save both arithmetic and memory traffic. 'fp32' only fuses and keeps every token.
"""

from __future__ import annotations

import copy
import functools
import warnings
from typing import Any, Literal, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.attention import Attention
from engine.models.errors import ModelError
from engine.models.transformer import MaskedTransformer

Compactness = Literal["fp32", "bf16", "int8"]
# Of torch's quantised linear layers: x86 chooses between two libraries, the other is for ARM.
ENGINES = ("x86", "fbgemm", "qnnpack")


def compact_transformer(transformer: MaskedTransformer, kind: Compactness) -> MaskedTransformer:
    """A copy for sampling on a CPU; it cannot be trained or stored. The original's big tensors are shared in fp32.

    Raises ModelError if the CPU build of torch has no 8-bit products.
    """
    if kind not in get_args(Compactness):
        raise ModelError(f"unknown kind {kind!r}: choose {', '.join(get_args(Compactness))}")
    shared = {id(tensor): tensor for tensor in (*transformer.parameters(), *transformer.buffers())}
    compact = copy.deepcopy(transformer, shared).eval()
    for block in compact.blocks:
        attention = block.self_attention
        if isinstance(attention, Attention):
            attention.joint = _joined(attention)
            attention.query = attention.key_value = nn.Identity()
    if kind != "fp32":
        for parent in (*compact.blocks.modules(), compact.heads):
            for name, layer in list(parent.named_children()):
                if isinstance(layer, nn.Linear):
                    setattr(parent, name, Bf16Linear(layer) if kind == "bf16" else Int8Linear(layer))
    return compact


def _joined(attention: Attention) -> nn.Linear:
    """Query, key and value as one layer."""
    layers = [layer for layer in (attention.query, attention.key_value) if isinstance(layer, nn.Linear)]
    joined = nn.Linear(layers[0].in_features, sum(layer.out_features for layer in layers), device="meta")
    joined.weight = nn.Parameter(torch.cat([layer.weight for layer in layers]).detach(), requires_grad=False)
    joined.bias = nn.Parameter(torch.cat([layer.bias for layer in layers]).detach(), requires_grad=False)
    return joined


class Bf16Linear(nn.Module):
    """Weights and product in bfloat16, what goes in and comes out in float32."""

    weight: Tensor
    bias: Tensor

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("weight", layer.weight.detach().bfloat16())
        self.register_buffer("bias", layer.bias.detach().bfloat16())

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x.bfloat16(), self.weight, self.bias).float()


class Int8Linear(nn.Module):
    """Weights as 8-bit integers with a scale for each row; inputs are quantised as they come.

    Processors without instructions for 8-bit products add two of them in 16 bits, which overflow: there, inputs
    get 7 bits.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.packed = _packed(layer.weight.detach().float(), layer.bias.detach().float())
        self.seven_bits = products_overflow()

    def forward(self, x: Tensor) -> Tensor:
        return torch.ops.quantized.linear_dynamic(x.contiguous(), self.packed, self.seven_bits)


def _packed(weight: Tensor, bias: Tensor) -> Any:
    """Weights [M, N] in 8 bits, ordered as the processor likes them."""
    scale = (weight.abs().amax(dim=1) / 127).clamp_min(1e-12).double()
    zero = torch.zeros(len(weight), dtype=torch.long)
    found = next((name for name in ENGINES if name in torch.backends.quantized.supported_engines), None)
    if found is None:
        raise ModelError("this build of PyTorch has no 8-bit products for this CPU: choose bf16 or fp32")
    before = torch.backends.quantized.engine
    torch.backends.quantized.engine = found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch announces that the eager interface will move to torchao
        quantised = torch.quantize_per_channel(weight, scale, zero, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(quantised, bias)
    torch.backends.quantized.engine = before
    return packed


@functools.cache
def products_overflow() -> bool:
    """Whether the largest 8-bit numbers there are multiply to something else than they should."""
    size = 64
    product = torch.ops.quantized.linear_dynamic(torch.ones(1, size), _packed(torch.ones(16, size), torch.zeros(16)))
    return not torch.allclose(product, torch.full_like(product, size), rtol=0.02)


@functools.cache
def has_bf16_products() -> bool:
    """Whether this CPU multiplies in bfloat16; those that do not are slower with it than in float32."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
