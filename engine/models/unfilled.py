"""Modules made to be filled from a file: nobody draws values that are overwritten a moment later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor
from torch.nn import init
from torch.overrides import TorchFunctionMode

# What torch's layers begin with.
DRAWING = (init.constant_, init.kaiming_uniform_, init.normal_, init.uniform_, Tensor.normal_, Tensor.uniform_)


class Unfilled(TorchFunctionMode):
    """While it is entered, layers begin with whatever lies in memory, which costs neither time nor memory.

    The meta device would do the same, but the first number drawn on it makes torch import its compiler.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if func in DRAWING:
            return args[0] if args else (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))
