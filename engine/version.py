"""The engine's version, the same as the extension's."""

__version__ = "0.2.0"
