"""The error that bad motion input raises."""

from engine.errors import InputError


class MotionError(InputError):
    """A motion file or array cannot be used; the message says what is wrong and what to do."""
