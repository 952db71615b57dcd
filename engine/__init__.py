"""MMM engine: text to human motion by masked token modelling, in PyTorch and numpy, without Blender.

    from engine import Pipeline

    motion, = Pipeline.from_pretrained("mmm-open").generate("a person waves")
    motion.save("wave.npz")

What is named here is the public face: it keeps its names, and importing it loads nothing until a name is used.
"""

from __future__ import annotations

import importlib
import os
import platform
from typing import TYPE_CHECKING, Any

from engine.version import __version__

if TYPE_CHECKING:
    from engine.editing.editor import MotionEditor
    from engine.editing.path import follow_path
    from engine.editing.story import retell_part, tell_story
    from engine.errors import InputError
    from engine.generation.settings import SamplingConfig
    from engine.interaction.pair import interact
    from engine.motion.motion import Motion
    from engine.pipeline import Pipeline
    from engine.requests.edit import EditConfig, EditRequest
    from engine.requests.generate import GenerateRequest
    from engine.requests.interact import InteractRequest
    from engine.requests.interactions import Interaction, find_interaction, read_interactions
    from engine.requests.path import PathRequest
    from engine.requests.records import read_record
    from engine.requests.story import Story, StoryPart, StoryRequest
    from engine.requests.targets import Target
    from engine.watch import Cancelled, Watch

# numpy's and scipy's OpenBLAS reads this when they are loaded. Its threads wait for work by spinning, and between the
# small systems of targets they took torch's cores: on two, six seconds with one target took 1.4 s instead of 0.9. On
# other processors than these torch itself may multiply by OpenBLAS.
if platform.machine().lower() in ("x86_64", "amd64"):
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__ = [
    "Cancelled",
    "EditConfig",
    "EditRequest",
    "GenerateRequest",
    "InputError",
    "InteractRequest",
    "Interaction",
    "Motion",
    "MotionEditor",
    "PathRequest",
    "Pipeline",
    "SamplingConfig",
    "Story",
    "StoryPart",
    "StoryRequest",
    "Target",
    "Watch",
    "__version__",
    "find_interaction",
    "follow_path",
    "interact",
    "read_interactions",
    "read_record",
    "retell_part",
    "tell_story",
]

_HOMES = {
    "Cancelled": "engine.watch",
    "EditConfig": "engine.requests.edit",
    "EditRequest": "engine.requests.edit",
    "GenerateRequest": "engine.requests.generate",
    "InputError": "engine.errors",
    "InteractRequest": "engine.requests.interact",
    "Interaction": "engine.requests.interactions",
    "Motion": "engine.motion.motion",
    "MotionEditor": "engine.editing.editor",
    "PathRequest": "engine.requests.path",
    "Pipeline": "engine.pipeline",
    "SamplingConfig": "engine.generation.settings",
    "Story": "engine.requests.story",
    "StoryPart": "engine.requests.story",
    "StoryRequest": "engine.requests.story",
    "Target": "engine.requests.targets",
    "Watch": "engine.watch",
    "find_interaction": "engine.requests.interactions",
    "follow_path": "engine.editing.path",
    "interact": "engine.interaction.pair",
    "read_interactions": "engine.requests.interactions",
    "read_record": "engine.requests.records",
    "retell_part": "engine.editing.story",
    "tell_story": "engine.editing.story",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
