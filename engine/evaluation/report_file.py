"""Write a report as JSON and as Markdown tables into a marked section of docs/results.md."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.evaluation.metrics import Estimate
from engine.evaluation.reconstruction import TokenizerScores
from engine.evaluation.report import Report, Row
from engine.files.whole import write_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

METRICS = ("R@1", "R@2", "R@3", "R@3 distinct", "FID", "MM-Dist", "Diversity", "MModality")


def report_json(report: DataclassInstance) -> str:
    """The whole report, a dataclass; what could not be measured is null."""
    return json.dumps(without_nan(asdict(report)), indent=2) + "\n"


def report_markdown(report: Report) -> str:
    """Three tables: text and distribution metrics, physics, tokenizer."""
    parts = [
        f"{report.clips} held-out clips, {report.captions} different captions, pools of "
        f"{report.pool_size}: R@3 by chance {report.chance:.3f}. FID between two random halves of "
        f"the real clips: {report.fid_floor:.4f}. Our own evaluator with unit-length embeddings: "
        "figures compare within this table only. ± is a 95 % interval over repeats.",
        format_table(
            ("", *METRICS, "s / sentence"),
            [(row.name, *_metric_cells(row), _seconds(row)) for row in report.rows],
        ),
        "Physics, on joints, floor at zero (definitions in `engine/evaluation/physics.py`):",
        format_table(
            (
                "",
                "skate mm/frame",
                "slides",
                "in contact",
                "jerk m/s³",
                "below floor mm, mean / max",
            ),
            [_physics_cells(row) for row in report.rows],
        ),
    ]
    if report.tokenizer is not None:
        parts += _tokenizer_parts(report.tokenizer)
    return "\n\n".join(parts) + "\n"


def write_report(report: Report, json_path: Path, markdown_path: Path | None, section: str = "evaluation") -> None:
    """Write the JSON file and, if asked, replace the section `section` of the Markdown file."""
    write_files(report_json(report), report_markdown(report), json_path, markdown_path, section)


def write_files(content: str, markdown: str, json_path: Path, markdown_path: Path | None, section: str) -> None:
    """Write a report's JSON and, if asked, put its Markdown into the section `section` of a file."""
    write_text(json_path, content)
    if markdown_path is not None:
        write_section(markdown_path, section, markdown)


def write_section(markdown_path: Path, section: str, markdown: str) -> None:
    """Put Markdown into the section of a file, which is made if it is not there."""
    old = markdown_path.read_text(encoding="utf-8") if markdown_path.exists() else "# Results\n"
    write_text(markdown_path, replace_section(old, section, markdown))


def replace_section(document: str, section: str, body: str) -> str:
    """Put `body` between the markers `<!-- section:begin -->` and `<!-- section:end -->`.

    Everything outside stays as it is; missing markers are appended with the body.
    """
    begin, end = f"<!-- {section}:begin -->", f"<!-- {section}:end -->"
    filled = f"{begin}\n{body.strip()}\n{end}"
    before, opening, rest = document.partition(begin)
    if not opening:
        return f"{document.rstrip()}\n\n{filled}\n"
    _, closing, after = rest.partition(end)
    if not closing:
        raise ValueError(f"marker {begin} has no {end}")
    return before + filled + after


def _metric_cells(row: Row) -> list[str]:
    # Unit embeddings make for small Frechet distances: three decimals would hide them.
    return [format_estimate(row.metrics.get(name), 4 if name == "FID" else 3) for name in METRICS]


def format_estimate(value: Estimate | None, digits: int) -> str:
    """Mean and interval; a dash for what was not measured."""
    if value is None:
        return "-"
    if math.isnan(value.ci95):
        return f"{value.mean:.{digits}f}"
    return f"{value.mean:.{digits}f} ± {value.ci95:.{digits}f}"


def _seconds(row: Row) -> str:
    return "-" if row.seconds_per_sentence is None else f"{row.seconds_per_sentence:.3f}"


def _physics_cells(row: Row) -> tuple[str, ...]:
    physics = row.physics
    return (
        row.name,
        f"{physics.skate_mm_per_frame:.1f}",
        f"{100 * physics.slide_ratio:.1f} %",
        f"{100 * physics.contact_share:.1f} %",
        f"{physics.jerk:.0f}",
        f"{physics.penetration_mean_mm:.1f} / {physics.penetration_max_mm:.0f}",
    )


def _tokenizer_parts(scores: TokenizerScores) -> list[str]:
    rows = [
        (name, str(group.clips), f"{group.heading_mm:.1f}", f"{group.world_mm:.1f}")
        for name, group in scores.groups.items()
    ]
    title = "Tokenizer, joint error on the same clips"
    if scores.codes_used is not None:
        title += f"; {100 * scores.codes_used:.1f} % of the codes occur in them"
    return [title + ":", format_table(("group", "clips", "heading frame mm", "world mm"), rows)]


def format_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def without_nan(value: Any) -> Any:
    """The same lists and dictionaries with None for what is not finite: JSON has no NaN."""
    if isinstance(value, dict):
        return {key: without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
