"""The one error a model folder or configuration raises when it cannot be used."""

from __future__ import annotations

from engine.errors import InputError


class ModelError(InputError):
    """A model folder, its config or its tensors are unusable; the message says which and why."""
