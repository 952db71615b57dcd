"""The judged prompts as tables: what `docs/prompts.md` and the console show."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from engine.evaluation.prompts.judge import Result, Totals, by_family, total
from engine.evaluation.report_file import format_table, without_nan

HEAD = ("", "prompts", "followed", "hovering", "skate mm/frame", "jerk m/s³", "below floor mm")


@dataclass(frozen=True)
class Run:
    """What was judged: the model by name, and how often each prompt was tried."""

    model: str
    seeds: int
    results: tuple[Result, ...]

    def part(self, held_out: bool) -> list[Result]:
        return [result for result in self.results if result.prompt.held_out == held_out]


def run_markdown(run: Run) -> str:
    """Tables by family, tuned prompts one by one, held-out ones as texts with how many takes follow."""
    parts = [
        f"`{run.model}`, {len(run.results)} prompts, takes with seeds 0 to {run.seeds - 1}, default settings, "
        "automatic length.",
        family_table(run),
    ]
    tuned, held_out = run.part(False), run.part(True)
    if tuned:
        parts.append(f"Prompts that may be looked at while working on the model; takes of {run.seeds} that follow:")
        parts += [f"**{family}**\n\n{_prompt_lines(results)}" for family, results in by_family(tuned).items()]
    if held_out:
        parts.append(f"Held-out prompts; takes of {run.seeds} that follow:")
        parts.append(_prompt_lines(held_out))
    return "\n\n".join(parts) + "\n"


def family_table(run: Run) -> str:
    """One row a family and one each for the tuned, the held-out and all prompts."""
    rows = [_totals_row(family, total(results), run) for family, results in by_family(run.results).items()]
    for name, held_out in (("tuned", False), ("held out", True)):
        if part := run.part(held_out):
            rows.append(_totals_row(f"all {name}", total(part), run))
    rows.append(_totals_row("**all**", total(run.results), run))
    return format_table(("", "prompts", "followed", "held out", *HEAD[3:]), rows)


def refused_lines(results: Sequence[Result]) -> list[str]:
    """One line a prompt that some take does not follow, and by which tests."""
    lines = []
    for result in results:
        if result.followed == len(result.takes):
            continue
        lines.append(f"{result.followed}/{len(result.takes)}  {result.prompt.text}")
        lines += [
            f"     seed {take.seed}, {take.seconds:.1f} s: {'; '.join(take.failed)}"
            for take in result.takes
            if not take.followed
        ]
    return lines


def run_json(run: Run) -> str:
    """Everything measured, with expressions; what could not be measured is null."""
    content = {
        "model": run.model,
        "seeds": run.seeds,
        "totals": {
            "all": asdict(total(run.results)),
            "tuned": asdict(total(run.part(False))),
            "held out": asdict(total(run.part(True))),
            "families": {family: asdict(total(results)) for family, results in by_family(run.results).items()},
        },
        "prompts": [
            {
                "text": result.prompt.text,
                "family": result.prompt.family,
                "held_out": result.prompt.held_out,
                "allows": list(result.prompt.allows),
                "tests": list(result.prompt.tests),
                "takes": [{"followed": take.followed, **asdict(take)} for take in result.takes],
            }
            for result in run.results
        ],
    }
    return json.dumps(without_nan(content), indent=1, ensure_ascii=False) + "\n"


def _totals_row(name: str, sums: Totals, run: Run) -> tuple[str, ...]:
    held_out = total([one for one in run.part(True) if name in (one.prompt.family, "**all**", "all held out")])
    return (
        name,
        str(sums.prompts),
        _share(sums.followed, sums.takes),
        _share(held_out.followed, held_out.takes),
        _share(sums.hovering, sums.grounded),
        _figure(sums.skate_mm_per_frame, 1),
        _figure(sums.jerk, 0),
        _figure(sums.below_floor_mm, 1),
    )


def _prompt_lines(results: Sequence[Result]) -> str:
    return "\n".join(f"- {result.prompt.text}: {result.followed}" for result in results)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def _figure(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"
