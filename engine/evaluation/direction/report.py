"""What `mmm evaluate-direction` writes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.direction.measure import Row
from engine.evaluation.report_file import format_table

HEAD = ("", "frames", "targets", "before cm", "error cm", "over 10 cm", "skate", "jerk", "followed", "time")


def direction_markdown(model: str, prompts: int, seed: int, rows: Sequence[Row]) -> str:
    """The table with what it was measured on."""
    cells = [
        (
            row.case,
            f"{100 * row.density:.0f} %",
            str(row.targets),
            f"{row.near_cm:.1f}",
            f"{row.missed_cm:.2f}",
            f"{100 * row.far_share:.1f} %",
            f"x {row.skate_ratio:.2f}",
            f"x {row.jerk_ratio:.2f}",
            f"{row.followed} of {row.free_followed}",
            f"x {row.time_ratio:.1f}",
        )
        for row in rows
    ]
    return f"`{model}`, {prompts} prompts, seed {seed}.\n\n{format_table(HEAD, cells)}\n"
