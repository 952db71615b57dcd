"""What was measured so far, in a file that a later run goes on from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import InputError
from engine.evaluation.direction.measure import Key, Measured
from engine.evaluation.prompts.judge import Take
from engine.evaluation.report_file import without_nan
from engine.files.text import HOSTILE, MOST_TEXT, read_json
from engine.files.whole import write_text
from engine.models.folder import MotionModel

DIGITS = 5  # of distances in metres
NAN = float("nan")


def weights_hash(model: MotionModel) -> str:
    """What the figures are of: another for other weights, whatever they are called."""
    found = hashlib.sha256()
    for module in (model.tokenizer, model.transformer):
        for name, tensor in sorted(module.state_dict().items()):
            found.update(name.encode())
            found.update(np.ascontiguousarray(tensor.detach().cpu().float().numpy()).tobytes())
    return found.hexdigest()[:16]


def load_measured(path: Path, weights: str, seed: int) -> dict[Key, Measured]:
    """What is in the file; nothing where there is none.

    Raises InputError for a file of other weights or another seed, and for one that is none of ours.
    """
    if not path.exists():
        return {}
    try:
        content = read_json(path, MOST_TEXT)
        of = content["weights"], content["seed"]
        found = {(row["prompt"], row["case"], float(row["density"])): _read(row) for row in content["measured"]}
    except HOSTILE as error:
        raise InputError(f"{path} holds no figures of this command: remove it, or name another file") from error
    if of != (weights, seed):
        raise InputError(f"{path} is of other weights or another seed: remove it, or name another file")
    return found


def save_measured(path: Path, weights: str, seed: int, measured: dict[Key, Measured]) -> None:
    """Replace the file. Raises InputError where the disk refuses."""
    rows = [
        {"prompt": prompt, "case": case, "density": density, **_record(each)}
        for (prompt, case, density), each in measured.items()
    ]
    write_text(path, json.dumps({"weights": weights, "seed": seed, "measured": rows}) + "\n")


def _record(measured: Measured) -> dict[str, Any]:
    lists = {name: np.round(getattr(measured, name), DIGITS).tolist() for name in ("near", "missed")}
    takes = {name: without_nan(asdict(getattr(measured, name))) for name in ("free", "take")}
    return {**lists, **takes, "seconds": measured.seconds, "free_seconds": measured.free_seconds}


def _read(row: dict[str, Any]) -> Measured:
    near, missed = (np.array(row[name], dtype=np.float64) for name in ("near", "missed"))
    free, take = (_read_take(row[name]) for name in ("free", "take"))
    return Measured(near, missed, free, take, row["seconds"], row["free_seconds"])


def _read_take(values: dict[str, Any]) -> Take:
    known = {name: NAN if value is None else value for name, value in values.items()}
    return Take(**known | {"failed": tuple(values["failed"])})
