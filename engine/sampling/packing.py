"""Matrix products as fast as a machine does them: weights ordered once, in float32, bfloat16, float16 or 8 bits.

At batch 1 sampling is products of a few dozen rows with millions of weights; narrower weights save both arithmetic
and memory traffic.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Sequence
from typing import Any, Literal, Protocol, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.errors import ModelError

Numbers = Literal["fp32", "bf16", "fp16", "int8"]

# Of torch's quantised linear layers: x86 chooses between two libraries, the other is for ARM.
ENGINES = ("x86", "fbgemm", "qnnpack")


class Product(Protocol):
    """Weights and bias [M, N] of one or more layers, ready to multiply rows with."""

    def __call__(self, x: Tensor) -> Tensor:
        """Rows [R, N] -> [R, M], in the type of the numbers; 8-bit products take and give float32."""

    def added(self, to: Tensor, x: Tensor) -> Tensor:
        """Rows [R, N], multiplied, plus rows `to` [R, M]."""


def type_of(numbers: Numbers) -> torch.dtype:
    """In which what goes into and comes out of products is kept. Raises ModelError for unknown kinds."""
    if numbers not in get_args(Numbers):
        raise ModelError(f"unknown kind of numbers {numbers!r}: choose {', '.join(get_args(Numbers))}")
    return {"bf16": torch.bfloat16, "fp16": torch.float16}.get(numbers, torch.float32)


def pack(layers: Sequence[nn.Module], numbers: Numbers, gelu: bool = False, share: bool = False) -> Product:
    """The layers side by side as one product, followed by the exact GELU if asked.

    share: let the layers' own weights become views of the packed ones, so that in float32 nothing is kept twice
    Raises ModelError for a CPU build of torch without 8-bit products.
    """
    linear = [layer for layer in layers if isinstance(layer, nn.Linear)]
    weight = torch.cat([layer.weight.detach() for layer in linear]).float()
    bias = torch.cat([layer.bias.detach() for layer in linear]).float()
    if numbers == "int8":
        return Int8Product(weight, bias, gelu)
    if numbers == "bf16" and weight.device.type == "cpu" and has_bf16_products():
        return PackedBf16Product(weight, bias, gelu)
    product = PlainProduct(weight, bias, type_of(numbers), gelu)
    if share and numbers == "fp32":
        product.share_with(linear)
    return product


class PlainProduct:
    """Weights held transposed, [N, M]: what both CPU and GPU libraries read fastest."""

    def __init__(self, weight: Tensor, bias: Tensor, kind: torch.dtype, gelu: bool) -> None:
        self.weight, self.bias, self.gelu = weight.to(kind).t().contiguous(), bias.to(kind), gelu

    def __call__(self, x: Tensor) -> Tensor:
        product = torch.addmm(self.bias, x, self.weight)
        return F.gelu(product) if self.gelu else product

    def added(self, to: Tensor, x: Tensor) -> Tensor:
        return (to + self.bias).addmm_(x, self.weight)

    def share_with(self, layers: Sequence[nn.Linear]) -> None:
        """Make the layers' weights views of these."""
        for layer, own in zip(layers, self.weight.split([it.out_features for it in layers], dim=1), strict=True):
            layer.weight = nn.Parameter(own.t(), requires_grad=False)


class PackedBf16Product:
    """bfloat16 on a CPU that multiplies in it: weights ordered for oneDNN once, what follows within the product."""

    def __init__(self, weight: Tensor, bias: Tensor, gelu: bool) -> None:
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight.bfloat16().contiguous(), None)
        self.bias = bias.bfloat16()
        self.after = "gelu" if gelu else "none"
        operation = torch.ops.mkldnn._linear_pointwise
        self.multiply, self.multiply_add = operation.default, operation.binary

    def __call__(self, x: Tensor) -> Tensor:
        return self.multiply(x, self.weight, self.bias, self.after, [], "none")

    def added(self, to: Tensor, x: Tensor) -> Tensor:
        return self.multiply_add(x, to, self.weight, self.bias, "add")


class Int8Product:
    """Weights as 8-bit integers with a scale for each row; inputs are quantised as they come.

    Processors without instructions for 8-bit products add two of them in 16 bits, which overflow: there, inputs
    get 7 bits.
    """

    def __init__(self, weight: Tensor, bias: Tensor, gelu: bool) -> None:
        self.packed = _packed(weight, bias)
        self.seven_bits, self.gelu = products_overflow(), gelu

    def __call__(self, x: Tensor) -> Tensor:
        product = torch.ops.quantized.linear_dynamic(x.contiguous(), self.packed, self.seven_bits)
        return F.gelu(product) if self.gelu else product

    def added(self, to: Tensor, x: Tensor) -> Tensor:
        return self(x).add_(to)


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
    """Whether this CPU multiplies in bfloat16; those that do not are slower with it than in float32.

    Found out by a product with ordered weights, which this build of torch may lack as well.
    """
    try:
        if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
            return False
        weight = torch.ops.mkldnn._reorder_linear_weight(torch.ones(16, 32, dtype=torch.bfloat16), None)
        ones = torch.ones(2, 32, dtype=torch.bfloat16)
        product = torch.ops.mkldnn._linear_pointwise(ones, weight, torch.zeros(16).bfloat16(), "none", [], "none")
    except (AttributeError, RuntimeError):
        return False
    return bool((product == 32).all())
