"""What can be asked for: validated once, before anything is loaded, with the standard library only.

The same requests stand behind the worker's methods, the command line, Python and the record on an action.
"""

from engine.requests.edit import EditConfig, EditRequest
from engine.requests.generate import GenerateRequest
from engine.requests.interact import InteractRequest
from engine.requests.interactions import Interaction, bundled_interactions, find_interaction, read_interactions
from engine.requests.kinds import (
    Extend,
    InBetween,
    Inpaint,
    Loop,
    Middle,
    Pin,
    Regenerate,
    Retime,
    Span,
    Vary,
)
from engine.requests.path import PathRequest
from engine.requests.records import Request, read_record
from engine.requests.stops import Stop
from engine.requests.story import Story, StoryPart, StoryRequest
from engine.requests.targets import Target

__all__ = [
    "EditConfig",
    "EditRequest",
    "Extend",
    "GenerateRequest",
    "InBetween",
    "Inpaint",
    "InteractRequest",
    "Interaction",
    "Loop",
    "Middle",
    "PathRequest",
    "Pin",
    "Regenerate",
    "Request",
    "Retime",
    "Span",
    "Stop",
    "Story",
    "StoryPart",
    "StoryRequest",
    "Target",
    "Vary",
    "bundled_interactions",
    "find_interaction",
    "read_interactions",
    "read_record",
]
