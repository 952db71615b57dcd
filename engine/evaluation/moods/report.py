"""What `mmm evaluate-moods` writes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.moods.measure import INTENSITIES, Row, Shown
from engine.evaluation.report_file import format_table

HEAD = ("", "sign", *(f"{intensity:g}" for intensity in INTENSITIES), "takes", "seen", "followed", "skate", "jerk")
HUNDREDFOLD = ("%", "cm")


def moods_markdown(model: str, prompts: int, seeds: int, rows: Sequence[Row]) -> str:
    """The table with what it was measured on."""
    cells = []
    for row in rows:
        passed = f"**{row.mood}**" if row.passes else row.mood
        for number, shown in enumerate(row.shown):
            told = (
                (f"{row.followed} of {row.free}", f"x {row.skate:.2f}", f"x {row.jerk:.2f}")
                if not number
                else ("",) * 3
            )
            cells.append(("" if number else passed, *_cells(shown), *told))
    return f"`{model}`, {prompts} prompts with {seeds} seeds each.\n\n{format_table(HEAD, cells)}\n"


def _cells(shown: Shown) -> tuple[str, ...]:
    unit = shown.sign.unit
    scale = 100.0 if unit in HUNDREDFOLD else 1.0
    space = "" if unit == "°" else " "
    changes = (f"{scale * change:+.{0 if unit == '%' else 1}f}{space}{unit}" for change in shown.changes)
    name = f"{shown.name} {'up' if shown.higher else 'down'}"
    return name, *changes, f"{100.0 * shown.share:.0f} %", "yes" if shown.seen else "no"
