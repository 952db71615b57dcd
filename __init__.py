"""The extension's root: Blender imports this package and calls register and unregister."""

from .mmm_blender import register, unregister

__all__ = ["register", "unregister"]
