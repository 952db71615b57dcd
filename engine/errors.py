"""What is wrong with a request, in a sentence that says what to do next."""


class InputError(ValueError):
    """A user's input cannot be used. Commands print the message and exit with code 2."""
