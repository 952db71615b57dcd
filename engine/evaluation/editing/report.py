"""The measured table of editing as JSON and Markdown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.evaluation.report_file import replace_section
from engine.files.whole import write_text

# The bars of the editing milestone, beside which every figure is printed: times the tokenizer's FID, share of what
# generated motions reach, metres, times the skate of captured walks.
FID_OF_TOKENIZER, UPPER_SHARE, PATH_METRES, PATH_SKATE = 1.5, 0.8, 0.10, 1.5

Row = tuple[str, str, str, str]


def write_editing(report: dict[str, Any], json_path: Path, markdown_path: Path | None) -> None:
    """Write the JSON file and, if asked, replace the section `editing` of the Markdown file."""
    write_text(json_path, json.dumps(report, indent=2) + "\n")
    if markdown_path is None:
        return
    old = markdown_path.read_text(encoding="utf-8") if markdown_path.exists() else "# Editing, measured\n"
    write_text(markdown_path, replace_section(old, "editing", editing_markdown(report)))


def editing_markdown(report: dict[str, Any]) -> str:
    """One table: what is asked, what was measured, whether it is met."""
    rows = [
        *_in_between_rows(report["in_between"]),
        *_upper_rows(report["upper_body"]),
        *_loop_rows(report["loops"]),
        *_story_rows(report["story"]),
        *_path_rows(report["paths"]),
        (
            "one edit of a 6 s clip",
            f"{report['edit_time']['wall']:.2f} s, of the processor {report['edit_time']['cpu']:.2f} s",
            "below 1 s on 2 idle cores",
            _met(report["edit_time"]["wall"] < 1.0),
        ),
    ]
    lines = [("", "measured", "bar", "met"), ("---",) * 4, *rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return (
        f"Model {report['model']}, {report['clips']} clips of the {report['split']} split, middle half regenerated "
        "from the clip's caption. Steps are means over joints, by the clip's own 95th percentile of kept frames; "
        "definitions in `engine/evaluation/editing/measure.py`.\n\n" + table + "\n"
    )


def _in_between_rows(found: dict[str, Any]) -> list[Row]:
    fid, skate = found["fid"], found["skate"]
    rows = [
        ("kept frames, largest difference", f"{found['kept_difference']:g} m", "0", _met(found["kept_difference"] == 0))
    ]
    for name, spread in (("position", found["seam_position"]), ("velocity", found["seam_velocity"])):
        rows.append(
            (
                f"seams, {name} step",
                f"median {spread['median']:.2f}, p95 {spread['p95']:.2f}, largest "
                f"{spread['max']:.2f}; {100 * spread['within']:.0f} % of clips within",
                f"{spread['bar']:g}x",
                _met(spread["max"] <= spread["bar"]),
            )
        )
    tokenizer = fid["tokenizer"]
    rows += [
        (
            "in-between, FID",
            f"{fid['edited']:.4f}, tokenizer {tokenizer:.4f}",
            f"{FID_OF_TOKENIZER}x tokenizer",
            _met(fid["edited"] <= FID_OF_TOKENIZER * tokenizer),
        ),
        (
            "poses interpolated, FID",
            f"{fid['interpolated']:.4f}",
            "above the edit's",
            _met(fid["edited"] < fid["interpolated"]),
        ),
        (
            "nearest real clip pasted, FID",
            f"{fid['pasted']:.4f}",
            "above the edit's",
            _met(fid["edited"] < fid["pasted"]),
        ),
        ("foot skate, mm a frame", ", ".join(f"{name} {value:.1f}" for name, value in skate.items()), "", ""),
    ]
    return rows


def _upper_rows(found: dict[str, Any]) -> list[Row]:
    scores = found["r_at_3"]
    return [
        (
            "upper body, legs' largest difference",
            f"{found['legs_difference']:g} m",
            "0",
            _met(found["legs_difference"] == 0),
        ),
        (
            f"upper body of {found['clips']} clips, R@3 in pools of {found['pool_size']}",
            f"{scores['edited']:.3f}, generated {scores['generated']:.3f}, real {scores['real']:.3f}",
            f"{100 * UPPER_SHARE:.0f} % of generated",
            _met(scores["edited"] >= UPPER_SHARE * scores["generated"]),
        ),
    ]


def _loop_rows(loops: list[dict[str, Any]]) -> list[Row]:
    return [
        (
            f"loop: {loop['prompt']}",
            f"step {loop['step']:.2f}, velocity {loop['velocity']:.2f}, root velocity {loop['root_velocity']:.2f}",
            "step 1",
            _met(loop["step"] <= 1.0),
        )
        for loop in loops
    ]


def _story_rows(found: dict[str, Any]) -> list[Row]:
    worst = max(found["transitions"], key=lambda transition: transition["acceleration"])
    return [
        (
            f"story of {found['seconds']:.0f} s, hardest transition",
            f'{worst["acceleration"]:.1f} m/s² into "{worst["into"]}"',
            f"real p99 {found['real_99']:.1f} m/s²",
            _met(worst["acceleration"] <= found["real_99"]),
        )
    ]


def _path_rows(found: dict[str, Any]) -> list[Row]:
    walking = found["skate_real_walking"]
    limit = PATH_SKATE * (found["skate_real"] if walking is None else walking)
    kind = "real" if walking is None else "real walking"
    rows: list[Row] = []
    for curve in found["curves"]:
        rows += [
            (
                f"path {curve['curve']}, mean distance",
                f"{100 * curve['distance']:.1f} cm",
                f"{100 * PATH_METRES:.0f} cm",
                _met(curve["distance"] <= PATH_METRES),
            ),
            (
                f"path {curve['curve']}, foot skate",
                f"{curve['skate']:.1f} mm a frame; the model's own walk {found['skate_generated']:.1f}",
                f"{limit:.1f} (1.5x {kind})",
                _met(curve["skate"] <= limit),
            ),
        ]
    return rows


def _met(truth: bool) -> str:
    return "yes" if truth else "**no**"
