"""`weights/convert`: the authors' checkpoints brought in from Blender."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from engine.requests.params import Params
from engine.watch import Watch
from engine.worker.messages import RpcError
from engine.worker.protocol import PARAMS, Code

if TYPE_CHECKING:
    from engine.worker.state import Engine

MAX_HEADS = 128

log = logging.getLogger(__name__)


def convert_weights(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Make a model folder of two published files; the loaded model, if any, stays the one in use."""
    params = Params(values)
    params.allow(*PARAMS["weights/convert"])
    vq, transformer, out = (_path(params, name) for name in ("vq", "transformer", "out"))
    mean, std = (_path(params, name) if name in values else None for name in ("mean", "std"))
    heads = params.whole("heads") if params.has("heads") else None
    if heads is not None and not 1 <= heads <= MAX_HEADS:
        raise InputError(f"heads {heads} is out of range: choose 1 to {MAX_HEADS}")
    watch.report("engine", 0, 1)
    from engine.conversion.convert import convert_checkpoints
    from engine.weights import find_text_encoder

    watch.report("engine", 1, 1)

    done = convert_checkpoints(vq, transformer, out, mean, std, heads, watch)
    log.info("%s converted to %s", transformer, out)
    missing = ""
    try:
        find_text_encoder(done.config, out)
    except InputError as error:
        missing = str(error)
    return {
        "model": {
            "name": done.config.name,
            "path": str(out),
            "licence": done.config.licence,
            "description": done.config.description,
        },
        "parameters": done.parameters,
        "same_tokenizer": done.same_tokenizer,
        "upper_body": done.config.transformer.predicted_parts == "upper",
        "missing": missing,
    }


def _path(params: Params, name: str) -> Path:
    """An absolute path: the worker's own folder means nothing to the one who asks."""
    path = Path(params.text(name))
    if not path.is_absolute():
        raise RpcError(Code.WRONG_PARAMS, f"{name} must be an absolute path")
    return path
