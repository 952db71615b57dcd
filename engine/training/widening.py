"""Going on from a tokenizer whose skeleton lacks joints that the new one has.

The new joints begin unseen (their weights into the encoder are zero) and at their mean (their rows of the decoder are
zero), so that all codes mean what they meant and the other joints are decoded as before.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.errors import InputError
from engine.models.tokenizer import MotionTokenizer
from engine.motion.parts import FeatureLayout
from engine.motion.skeleton import skeleton_of


@torch.no_grad()
def load_widened(tokenizer: MotionTokenizer, trained: MotionTokenizer) -> None:
    """Fill `tokenizer`, whose normalisation is set, from one of the same sizes and the same or fewer joints.

    Raises InputError if the one is not the other with joints added.
    """
    own, old = tokenizer.config.joint_count, trained.config.joint_count
    if own < old or skeleton_of(own).joint_names[:old] != skeleton_of(old).joint_names:
        raise InputError(f"a tokenizer of {old} joints cannot go on as one of {own}")
    state, before = tokenizer.state_dict(), trained.state_dict()
    if set(state) != set(before):
        raise InputError("the tokenizer to go on from has other sizes than the recipe asks for")
    shared = torch.from_numpy(FeatureLayout(own).narrowed(old))
    places = {
        part.name: torch.searchsorted(torch.from_numpy(part.features), shared[torch.from_numpy(other.features)])
        for part, other in zip(tokenizer.body_parts, trained.body_parts, strict=True)
    }
    widened = {name: _widened(name, value, before[name], shared, places) for name, value in state.items()}
    for name, value in state.items():
        value.copy_(widened[name])


def _widened(name: str, value: Tensor, before: Tensor, shared: Tensor, places: dict[str, Tensor]) -> Tensor:
    """The tensor `before` in the shape of `value`; features stand at `shared`, those of a part at its `places`."""
    if value.shape == before.shape:
        return before
    grown = [axis for axis, size in enumerate(value.shape) if size != before.shape[axis]]
    index = shared if name in ("mean", "std") else places[name.split(".")[1]]
    if len(grown) != 1 or before.shape[grown[0]] != len(index):
        raise InputError(f"the tokenizer to go on from has other sizes than the recipe asks for ({name})")
    made = value.clone() if name in ("mean", "std") else torch.zeros_like(value)
    return made.index_copy_(grown[0], index, before.to(value))
