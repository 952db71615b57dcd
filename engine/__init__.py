"""MMM engine: text to human motion by masked token modelling, in PyTorch and numpy, without Blender."""

from engine.version import __version__

__all__ = ["__version__"]
