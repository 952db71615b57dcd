"""What two characters can do with each other, by name: the tables of the engine's file and of the artist's own.

What stands in a table is the engine's to understand; here it is found and handed on.
"""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...extension_paths import ROOT
from ...files.stored import list_in, mapping_in, told, words_in
from ...translation import rpt_

BUNDLED = ROOT / "engine" / "requests" / "interactions.toml"
MOST_BYTES = 1_000_000
MOST = 1000  # interactions in a file


def read_interactions(own: str = "") -> dict[str, dict[str, Any]]:
    """Name -> table as the engine takes it; those of the file ``own``, if there is one, come first and replace others.

    Raises ValueError, saying what is wrong with the file.
    """
    found = dict(_read(Path(own), Path(own).stat().st_mtime_ns)) if own and Path(own).is_file() else {}
    if own and not found:
        raise ValueError(rpt_("{path}: no such file").format(path=own))
    return found | {name: table for name, table in _read(BUNDLED, 0).items() if name not in found}


def find_table(name: str, own: str = "") -> dict[str, Any]:
    """The table of that name. Raises ValueError where there is none, or the file is none."""
    found = read_interactions(own)
    if name not in found:
        message = rpt_("There is no interaction “{name}”: choose one from the list")
        raise ValueError(message.format(name=name))
    return found[name]


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> dict[str, dict[str, Any]]:
    """Those of a file as it was when it was changed last."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(rpt_("it is larger than {most:,} bytes").format(most=MOST_BYTES))
        tables = list_in(tomllib.loads(path.read_text("utf-8")).get("interaction"), MOST)
        # dates and infinite numbers, which TOML has, are nothing that can be sent
        json.dumps(tables, allow_nan=False)
        return {words_in(mapping_in(table).get("name")): table for table in tables}
    except (OSError, ValueError, TypeError, RecursionError) as error:
        message = rpt_("{path} is no file of interactions: {error}")
        raise ValueError(message.format(path=path, error=told(error))) from error
