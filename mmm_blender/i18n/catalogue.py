"""Reading and writing gettext's .po files, as much of the format as the interface needs. Pure: no Blender.

An entry is a message in English, the context it stands in, and its translation, "" where there is none yet.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent
# Contexts as Blender has them: what it translates by default, and labels of operators.
DEFAULT, OPERATOR = "*", "Operator"

Catalogue = dict[tuple[str, str], str]  # (context, message) -> translation

_LINE = re.compile(r'(?:(msgctxt|msgid|msgstr) )?(".*")$')


def read_catalogue(path: Path) -> Catalogue:
    """The translated entries of a .po file; those without translation are left out.

    Raises ValueError, naming the line, for what is no .po file.
    """
    return {entry: text for entry, text in read_entries(path).items() if text}


def read_entries(path: Path) -> Catalogue:
    """All entries of a .po file, in its order. Raises ValueError like ``read_catalogue``."""
    found: Catalogue = {}
    fields: dict[str, str] = {}
    last = ""

    def close() -> None:
        if fields.get("msgid"):  # the header has none
            found[fields.get("msgctxt", DEFAULT), fields["msgid"]] = fields.get("msgstr", "")
        fields.clear()

    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise ValueError(f"{path.name}, line {number}: neither msgctxt, msgid, msgstr nor text in quotes")
        name, text = match[1] or last, json.loads(match[2])
        if match[1] and (name == "msgctxt" or name in fields):
            close()
        fields[name] = fields.get(name, "") + text if not match[1] else text
        last = name
    close()
    return found


def write_catalogue(path: Path, locale: str, entries: Catalogue, places: dict[tuple[str, str], str]) -> None:
    """Write ``entries`` in their order, each with the file it is from."""
    header = f"Language: {locale}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    blocks = [f'msgid ""\nmsgstr {_quoted(header)}\n']
    for (context, message), text in entries.items():
        lines = [f"#: {places[context, message]}"]
        if context != DEFAULT:
            lines.append(f"msgctxt {_quoted(context)}")
        lines += [f"msgid {_quoted(message)}", f"msgstr {_quoted(text)}"]
        blocks.append("\n".join(lines) + "\n")
    path.write_text("\n".join(blocks), encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
