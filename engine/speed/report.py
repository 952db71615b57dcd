"""What a bench measured, as Markdown and JSON. Ratios are of medians, to the first way of a table."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass, field
from typing import Any

import torch

from engine.speed.operations import Operations
from engine.speed.start import Start
from engine.speed.turns import Timing


@dataclass(frozen=True)
class Table:
    """Ways that took turns.

    Attributes:
        per: motions, or training samples, of one run
    """

    title: str
    per: int
    timings: list[Timing]


@dataclass
class Results:
    """Everything of one run of the bench; `starts` by precision, `operations` by size and way."""

    machine: str
    command: str
    date: str
    tables: list[Table] = field(default_factory=list)
    starts: dict[str, Start] = field(default_factory=dict)
    operations: dict[str, dict[str, Operations]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def machine_name(device: torch.device, threads: int) -> str:
    """The device as far as speed cares, and the widest instructions that torch uses on the processor."""
    kind = platform.processor() or platform.machine()
    name = f"{threads} threads of {kind} with {torch.backends.cpu.get_cpu_capability()}, torch {torch.__version__}"
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)}, {name}"
    return name if device.type == "cpu" else f"{device.type}, {name}"


def markdown(results: Results) -> str:
    lines = [f"{results.machine}, {results.date}:", "", "```", results.command, "```"]
    for table in results.tables:
        lines += ["", *_table(table)]
    if results.starts:
        lines += [
            "",
            "A process of its own, from nothing to the first motion of 6 s (bundled model):",
            "",
            "| precision | CPU time to import | until loaded | until the first motion | by the clock | most memory |",
            "|---|---|---|---|---|---|",
        ]
        for precision, start in results.starts.items():
            peak = "-" if start.peak is None else f"{start.peak / 1e6:.0f} MB"
            times = (start.imported, start.loaded, start.first, start.clock)
            lines.append(f"| {precision} | {' | '.join(f'{time:.2f} s' for time in times)} | {peak} |")
    if results.operations:
        lines += [
            "",
            "Operations that a device is told for one motion, counted on the CPU:",
            "",
            "| size | way | all | passes | a pass |",
            "|---|---|---|---|---|",
        ]
        for size, ways in results.operations.items():
            for name, found in ways.items():
                each = found.total / max(1, found.passes)
                lines.append(f"| {size} | {name} | {found.total} | {found.passes} | {each:.0f} |")
    return "\n".join(lines)


def _table(table: Table) -> list[str]:
    lines = [
        f"{table.title}:",
        "",
        "| way | one, by the clock | CPU time | ratio of CPU times | same tokens |",
        "|---|---|---|---|---|",
    ]
    first = table.timings[0]
    for timing in table.timings:
        ratio = f"{first.cpu_middle / timing.cpu_middle:.1f} x" if timing.cpu_middle > 0 else "-"
        same = "" if timing.agreement is None else f"{timing.agreement:.1%}"
        clock, cpu = timing.middle / table.per, timing.cpu_middle / table.per
        lines.append(f"| {timing.name} | {clock:.4f} s | {cpu:.4f} s | {ratio} | {same} |")
    return lines
