"""The paper protocol's report as JSON and as Markdown tables."""

from __future__ import annotations

from engine.evaluation.paper.tables import ProtocolReport
from engine.evaluation.report_file import format_estimate, format_table

METRICS = ("R@1", "R@2", "R@3", "FID", "MM-Dist", "Diversity", "MModality")


def protocol_markdown(report: ProtocolReport) -> str:
    """One table for each task; published figures can stand beside these only if evaluator and data are the same."""
    parts = [
        f"Published evaluator, {report.clips} clips a repeat in batches of {report.batch}, {report.repeats} repeats; "
        f"± is a 95 % interval. AITS: {report.seconds_per_sentence:.3f} s a sentence, one at a time, without loading."
    ]
    for table in dict.fromkeys(row.table for row in report.rows):
        rows = [
            (row.name, *(format_estimate(row.metrics.get(metric), 3) for metric in METRICS))
            for row in report.rows
            if row.table == table
        ]
        parts += [f"{table[0].upper()}{table[1:]}:", format_table(("", *METRICS), rows)]
    return "\n\n".join([*parts, *report.notes]) + "\n"
