"""What the worker can do: method names, their params and the pipeline's calls behind them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Literal, cast

from engine.errors import InputError
from engine.meta_rules import quick_imports
from engine.requests.params import Params
from engine.version import __version__
from engine.watch import Watch
from engine.worker.conversion import convert_weights
from engine.worker.editing import edit, generate, interact, path, story
from engine.worker.messages import RpcError, describe_exception
from engine.worker.protocol import DEVICES, PARAMS, PRECISIONS, VERSION, Code
from engine.worker.state import Engine

log = logging.getLogger(__name__)


Method = Callable[[Engine, dict[str, Any], Watch], Any]


def initialize(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Load a model, or another one; if that fails, the one before it stays."""
    params = Params(values)
    # First of all: another version may have other params.
    asked = params.whole("protocol")
    if asked != VERSION:
        raise RpcError(
            Code.UNKNOWN_PROTOCOL,
            f"this engine speaks protocol {VERSION}, the add-on protocol {asked}: update the older of the two",
        )
    params.allow(*PARAMS["initialize"])
    weights = params.text("weights", "mmm-open")
    device = params.choice("device", DEVICES, "auto")
    precision = cast(Literal["fp32", "bf16", "fast"], params.choice("precision", PRECISIONS, "fp32"))
    _import_engine(watch)
    import torch

    from engine.pipeline import Pipeline

    watch.check()
    watch.report("model", 0, 1)
    pipeline = Pipeline.from_pretrained(weights, device, precision)
    watch.report("model", 1, 1)
    watch.check()
    engine.pipeline = pipeline
    config = pipeline.model.config
    log.info("%s on %s, %s", config.name, pipeline.device, precision)
    return {
        "protocol": VERSION,
        "engine": __version__,
        "model": {
            "name": config.name,
            "licence": config.licence,
            "description": config.description,
            "fps": config.fps,
            "moods": list(pipeline.moods),
        },
        "device": pipeline.device.type,
        "torch": torch.__version__,
    }


def _import_engine(watch: Watch) -> None:
    """Import the heavy libraries; raises ImportError when one is missing or broken."""
    watch.report("engine", 0, 2)
    try:
        with quick_imports():
            import torch  # noqa: F401

            watch.report("engine", 1, 2)
            import tokenizers  # noqa: F401

            import engine.pipeline  # noqa: F401
    except (ImportError, MemoryError):
        raise
    except Exception as error:
        # Half-installed libraries raise whatever they stumble over: OSError, SyntaxError, AttributeError.
        raise ImportError(describe_exception(error)) from error
    watch.report("engine", 2, 2)


def list_models(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """The bundled models; one whose config cannot be read is left out and logged."""
    Params(values).allow()
    engine.loaded()
    from engine.models.folder import load_config
    from engine.weights import list_weights

    models = []
    for folder in list_weights():
        try:
            config = load_config(folder)
        except InputError as error:
            log.warning("%s", error)
            continue
        models.append(
            {
                "name": config.name,
                "path": str(folder),
                "licence": config.licence,
                "description": config.description,
            }
        )
    return {"models": models}


def shutdown(engine: Engine, values: dict[str, Any], watch: Watch) -> None:
    """Nothing is left to do: the server leaves when it has answered."""
    Params(values).allow()


METHODS: dict[str, Method] = {
    "initialize": initialize,
    "models/list": list_models,
    "generate": generate,
    "edit": edit,
    "story": story,
    "path": path,
    "interact": interact,
    "weights/convert": convert_weights,
    "shutdown": shutdown,
}
