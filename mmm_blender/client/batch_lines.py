"""Lines of a batch: prompts with what belongs to them, read from plain lines or CSV. No Blender."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from ..animation.names import counted, name_of
from ..protocol import MAX_INTENSITY, MOODS
from ..translation import rpt_

MOST_LINES = 1000
MOST_BYTES = 4_000_000  # of a file of lines
SHORTEST, LONGEST = 0.2, 60.0  # seconds
MAX_PROMPT = 2000  # characters
MAX_SEED = 2**31 - 1
LONGEST_NAME = 40  # characters of a cell that a message repeats
COLUMNS = ("prompt", "seconds", "seed", "loop", "name", "mood", "intensity")
TRUE, FALSE = ("1", "yes", "true", "x", "loop"), ("", "0", "no", "false")


@dataclass(frozen=True)
class BatchLine:
    """One action to be made. ``seconds`` None: as long as such a motion takes; ``name`` empty: by its prompt."""

    prompt: str
    seconds: float | None = None
    seed: int = 0
    loop: bool = False
    name: str = ""
    mood: str | None = None
    intensity: float = 1.0


def read_file(path: Path) -> str:
    """The text of a file of lines. Raises ValueError, saying why, for one that cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(rpt_("'{name}' is too large for a list of prompts").format(name=path.name))
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(rpt_("'{name}' is not UTF-8 text: save it as UTF-8").format(name=path.name)) from None
    except (OSError, ValueError) as error:
        raise ValueError(rpt_("Cannot read the lines: {error}").format(error=error)) from error


def read_lines(text: str) -> list[BatchLine]:
    """The lines of ``text``: CSV if its first line names a column ``prompt``, else a prompt a line; # begins a comment.

    Raises ValueError, saying what to do, for no line, too many, and a line that cannot be made.
    """
    rows = [(number, row.strip()) for number, row in enumerate(text.lstrip("\ufeff").splitlines(), 1)]
    rows = [(number, row) for number, row in rows if row and not row.startswith("#")]
    if not rows:
        raise ValueError(rpt_("The batch is empty: write one prompt a line"))
    header = next(csv.reader([rows[0][1]], delimiter=_delimiter(rows[0][1])))
    names = [name.strip().lower() for name in header]
    if "prompt" in names:
        lines = _read_table(names, rows[1:], _delimiter(rows[0][1]))
    elif len(set(names) & set(COLUMNS)) >= 2:
        raise ValueError(
            rpt_("The table has no column 'prompt': its first line must name some of {columns}").format(
                columns=", ".join(COLUMNS)
            )
        )
    else:
        lines = [_checked(number, BatchLine(row)) for number, row in rows]
    if not lines:
        raise ValueError(rpt_("The batch is empty: there is nothing below the line with the columns' names"))
    if len(lines) > MOST_LINES:
        raise ValueError(
            rpt_("The batch has {count:,} lines, the limit is {limit:,}: split it").format(
                count=len(lines), limit=MOST_LINES
            )
        )
    return lines


def names_of(lines: list[BatchLine]) -> list[str]:
    """A name for the action of each line, all different."""
    found: list[str] = []
    for line in lines:
        found.append(counted(line.name, found) if line.name else name_of(line.prompt, found))
    return found


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _read_table(names: list[str], rows: list[tuple[int, str]], delimiter: str) -> list[BatchLine]:
    unknown = [name for name in names if name and name not in COLUMNS]
    if unknown:
        raise ValueError(
            rpt_("The table has a column '{column}' that is not known: use {columns}").format(
                column=unknown[0][:LONGEST_NAME], columns=", ".join(COLUMNS)
            )
        )
    lines = []
    for number, row in rows:
        cells = next(csv.reader(io.StringIO(row), delimiter=delimiter))
        value = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        lines.append(_checked(number, _read_row(number, value)))
    return lines


def _read_row(number: int, value: dict[str, str]) -> BatchLine:
    loop = value.get("loop", "").lower()
    if loop not in TRUE + FALSE:
        raise ValueError(
            rpt_("Line {number}: loop is '{loop}': write yes or no").format(number=number, loop=loop[:LONGEST_NAME])
        )
    try:
        seconds = value.get("seconds", "").lower()
        length = None if seconds in ("", "auto") else float(seconds)
        seed, intensity = int(value.get("seed", "") or 0), float(value.get("intensity", "") or 1.0)
    except ValueError as error:
        message = rpt_("Line {number}: seconds, seed and intensity must be numbers ({error})")
        raise ValueError(message.format(number=number, error=str(error)[: 3 * LONGEST_NAME])) from None
    mood = value.get("mood", "").lower() or None
    return BatchLine(value.get("prompt", ""), length, seed, loop in TRUE, value.get("name", ""), mood, intensity)


def _checked(number: int, line: BatchLine) -> BatchLine:
    if not line.prompt:
        raise ValueError(rpt_("Line {number}: there is no prompt").format(number=number))
    if len(line.prompt) > MAX_PROMPT:
        raise ValueError(
            rpt_("Line {number}: the prompt has {count:,} characters, the limit is {limit:,}").format(
                number=number, count=len(line.prompt), limit=MAX_PROMPT
            )
        )
    if line.seconds is not None and not SHORTEST <= line.seconds <= LONGEST:
        raise ValueError(
            rpt_("Line {number}: {seconds:g} s cannot be made: choose {shortest:g} to {longest:g}").format(
                number=number, seconds=line.seconds, shortest=SHORTEST, longest=LONGEST
            )
        )
    if not 0 <= line.seed <= MAX_SEED:
        raise ValueError(
            rpt_("Line {number}: seed {seed} is out of range: use 0 to {limit}").format(
                number=number, seed=line.seed, limit=MAX_SEED
            )
        )
    if line.mood is not None and line.mood not in MOODS:
        raise ValueError(
            rpt_("Line {number}: there is no mood '{mood}': use {moods}, or nothing").format(
                number=number, mood=line.mood[:LONGEST_NAME], moods=", ".join(MOODS)
            )
        )
    if not 0.0 <= line.intensity <= MAX_INTENSITY:
        raise ValueError(
            rpt_("Line {number}: intensity {intensity:g} is out of range: use 0 to {limit:g}").format(
                number=number, intensity=line.intensity, limit=MAX_INTENSITY
            )
        )
    return line
