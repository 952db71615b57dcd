"""Records on motions and actions, read back as the requests that they are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.requests.edit import EditRequest
from engine.requests.generate import GenerateRequest
from engine.requests.interact import InteractRequest
from engine.requests.params import ParamError, Params
from engine.requests.path import PathRequest
from engine.requests.story import StoryRequest

Request = GenerateRequest | EditRequest | StoryRequest | PathRequest | InteractRequest
FAMILY: dict[str, type[Request]] = {
    kind.METHOD: kind for kind in (GenerateRequest, EditRequest, StoryRequest, PathRequest, InteractRequest)
}


def read_record(record: Mapping[str, Any]) -> Request:
    """The request that `Motion.request` tells of, be it of this version or an older one; what came of it is left out.

    Raises ParamError for what no version wrote.
    """
    method = record.get("method", GenerateRequest.METHOD)
    if method == StoryRequest.METHOD and "parts" not in record:
        method = EditRequest.METHOD  # A part that was told anew: an edit that knows the strips.
    if method not in FAMILY:
        raise ParamError(f"the record is of {method!r}: there are {', '.join(FAMILY)}")
    return FAMILY[method].read(Params(dict(record)))
