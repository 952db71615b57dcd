"""What every request has: a prompt and a seed."""

from __future__ import annotations

from engine.errors import InputError

MAX_PROMPT_LENGTH = 2000  # characters
SEEDS = 2**31


def check_prompt(prompt: str, empty: bool = False) -> None:
    """Raises InputError for a prompt that is too long, or has nothing in it unless it may be `empty`."""
    if not empty and not prompt.strip():
        raise InputError("the prompt is empty: say what the character should do")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise InputError(f"the prompt has {len(prompt):,} characters, the limit is {MAX_PROMPT_LENGTH:,}: shorten it")


def check_seed(seed: int) -> None:
    """Raises InputError for what cannot seed the sampler."""
    if not 0 <= seed < SEEDS:
        raise InputError(f"seed {seed} is out of range: use 0 to {SEEDS - 1}")
