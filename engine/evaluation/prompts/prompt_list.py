"""The committed lists of prompts: `tuned.toml`, which is looked at while working, and `held_out.toml`, which is not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.files.text import HOSTILE, read_toml, shown, told
from engine.predicates.expressions import Expression, check_expression

FOLDER = Path(__file__).parent
FILES = {"tuned.toml": False, "held_out.toml": True}
FAMILIES = (
    "locomotion",
    "turns and directions",
    "gait styles",
    "jumps and flips",
    "gestures and signals",
    "face, body and gaze",
    "tools, instruments and house work",
    "throwing, pushing and carrying",
    "fighting, hits and falls",
    "sitting, kneeling, lying and crawling",
    "sports and dance",
    "one thing, then another",
)
# What a prompt may do that would else be a fault: be in the air, lie or have the head low, leave the floor's height.
ALLOWANCES = ("air", "floor", "stairs")


@dataclass(frozen=True)
class Prompt:
    """One everyday prompt.

    Attributes:
        tests: expressions that must all hold.
        allows: "air" (flips, climbing: hovering is not counted), "floor" (floor work), "stairs".
        seconds: length asked for; None leaves it to the model, as artists do.
        held_out: kept out of all tuning.
    """

    text: str
    family: str
    tests: tuple[Expression, ...]
    allows: tuple[str, ...] = ()
    seconds: float | None = None
    held_out: bool = False

    @property
    def expression(self) -> Expression:
        return {"all": list(self.tests)}


def load_prompts(folder: Path = FOLDER) -> list[Prompt]:
    """Both lists, by family; raises InputError naming the prompt that makes no sense."""
    prompts = [prompt for name, held_out in FILES.items() for prompt in _read(folder / name, held_out)]
    texts = [prompt.text for prompt in prompts]
    for text in texts:
        if texts.count(text) > 1:
            raise InputError(f"the prompt {text!r} is listed twice")
    return sorted(prompts, key=lambda prompt: (FAMILIES.index(prompt.family), prompt.held_out))


def _read(path: Path, held_out: bool) -> list[Prompt]:
    if not path.is_file():
        raise InputError(f"{path} is missing: the list of prompts is not complete")
    rows = read_toml(path).get("prompt")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{path} is no list of prompts: it has no [[prompt]]")
    return [_parse(row, held_out, path.name) for row in rows]


def _parse(row: dict[str, Any], held_out: bool, name: str) -> Prompt:
    where = f"{name}, {shown(row.get('text', 'a prompt without text'))}"
    if unknown := set(row) - {"text", "family", "tests", "allows", "seconds"}:
        raise InputError(f"{where}: unknown entries {', '.join(sorted(unknown))}")
    if not isinstance(row.get("text"), str) or not row["text"] or not row.get("tests"):
        raise InputError(f"{where}: needs a text and tests")
    allows = row.get("allows", [])
    if (
        not isinstance(row["tests"], list)
        or not isinstance(allows, list)
        or not all(isinstance(a, str) for a in allows)
    ):
        raise InputError(f"{where}: tests and allows are lists")
    if not isinstance(row.get("seconds", 1.0), int | float) or not 0 < row.get("seconds", 1.0) < math.inf:
        raise InputError(f"{where}: seconds is no length")
    if row.get("family") not in FAMILIES:
        raise InputError(f"{where}: family {row.get('family')!r} is none of {', '.join(FAMILIES)}")
    if odd := set(row.get("allows", [])) - set(ALLOWANCES):
        raise InputError(f"{where}: allows {', '.join(sorted(odd))}, known are {', '.join(ALLOWANCES)}")
    for expression in row["tests"]:
        try:
            check_expression(expression)
        except HOSTILE as error:
            raise InputError(f"{where}: {told(error)}") from error
    return Prompt(
        row["text"], row["family"], tuple(row["tests"]), tuple(row.get("allows", [])), row.get("seconds"), held_out
    )
