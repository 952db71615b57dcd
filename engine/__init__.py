"""MMM engine: text to human motion by masked token modelling, in PyTorch and numpy, without Blender."""

__version__ = "0.2.0"
