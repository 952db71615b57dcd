"""What a prompt asks of a motion, as data: tests by name with arguments, combined, negated, cut in time.

One expression is a table with exactly one of

    test = "hand_waves", side = "right"     a named test, its other keys are arguments
    any = [...]   all = [...]               expressions of which one, or each, must hold
    then = [...]                            each must hold in its own stretch, one after the other

and optionally `not = true`, and `from` / `to`, shares of the clip that it is looked at in. Nothing is evaluated: names
are looked up in the registry.
"""

from __future__ import annotations

from typing import Any

from engine.errors import InputError
from engine.predicates import actions, gait, gestures, hands, head, jumps, postures, travel
from engine.predicates.body import FPS, Array
from engine.predicates.registry import TESTS, check_arguments

# Importing a module registers its tests.
THEMES = (actions, gait, gestures, hands, head, jumps, postures, travel)

Expression = dict[str, Any]
KINDS = ("test", "any", "all", "then")
MODIFIERS = ("not", "from", "to")
# Stretches of a sequence may share this many frames: an action's end is the next one's beginning.
OVERLAP = 6
SHORTEST = round(0.5 * FPS)
CUTS = 17


def check_expression(expression: Expression) -> None:
    """Raises InputError for anything that could not be judged."""
    kinds = [kind for kind in KINDS if kind in expression]
    if len(kinds) != 1:
        raise InputError(f"an expression has exactly one of {', '.join(KINDS)}: {expression}")
    kind = kinds[0]
    if kind == "test":
        check_arguments(expression["test"], _arguments(expression))
        return
    extra = set(expression) - {kind, *MODIFIERS}
    if extra or not isinstance(expression[kind], list) or not expression[kind]:
        raise InputError(f"'{kind}' takes a list of expressions and nothing else but {', '.join(MODIFIERS)}")
    for part in expression[kind]:
        check_expression(part)


def holds(expression: Expression, joints: Array) -> bool:
    """Whether joints (T, J, 3) do what the expression says."""
    start = round(expression.get("from", 0.0) * len(joints))
    stop = round(expression.get("to", 1.0) * len(joints))
    part = joints[start : max(stop, start + 2)]
    if "test" in expression:
        result = bool(TESTS[expression["test"]](part, **_arguments(expression)))
    elif "any" in expression:
        result = any(holds(one, part) for one in expression["any"])
    elif "all" in expression:
        result = all(holds(one, part) for one in expression["all"])
    else:
        result = _in_order(expression["then"], part)
    return result != bool(expression.get("not", False))


def failures(expression: Expression, joints: Array, path: str = "") -> list[str]:
    """The named tests of the expression that do not hold, for reading why a take was refused."""
    if holds(expression, joints):
        return []
    if "all" in expression:
        return [reason for one in expression["all"] for reason in failures(one, joints)]
    return [describe(expression)]


def describe(expression: Expression) -> str:
    """`hand_waves(side=right)`, `any(...)`, `not ...` in one line."""
    if "test" in expression:
        arguments = ", ".join(f"{key}={value}" for key, value in _arguments(expression).items())
        text = f"{expression['test']}({arguments})"
    else:
        kind = next(kind for kind in KINDS if kind in expression)
        text = f"{kind}({', '.join(describe(one) for one in expression[kind])})"
    return ("not " if expression.get("not") else "") + text


def _arguments(expression: Expression) -> dict[str, Any]:
    return {key: value for key, value in expression.items() if key not in ("test", *MODIFIERS)}


def _in_order(parts: list[Expression], joints: Array) -> bool:
    """Some cut lets the first part hold before it and the rest after it."""
    if len(parts) == 1:
        return holds(parts[0], joints)
    frames = len(joints)
    for step in range(1, CUTS + 1):
        cut = round(frames * step / (CUTS + 1))
        if cut < SHORTEST or frames - cut < SHORTEST * (len(parts) - 1):
            continue
        before = joints[: min(frames, cut + OVERLAP)]
        if holds(parts[0], before) and _in_order(parts[1:], joints[max(0, cut - OVERLAP) :]):
            return True
    return False
