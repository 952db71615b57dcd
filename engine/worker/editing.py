"""The worker's methods that make motions."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.errors import InputError
from engine.requests.arrays import array_to_json
from engine.requests.checks import SEEDS
from engine.requests.edit import EditRequest
from engine.requests.generate import GenerateRequest
from engine.requests.interact import InteractRequest
from engine.requests.kinds import KINDS, MAX_FRAMES, Inpaint
from engine.requests.params import Params
from engine.requests.path import PathRequest
from engine.requests.story import StoryRequest
from engine.watch import Watch
from engine.worker.protocol import MAX_SAMPLES, PARAMS

if TYPE_CHECKING:
    from engine.generation.familiar import Hint
    from engine.motion.motion import Motion
    from engine.worker.state import Engine


def generate(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Motions of one prompt; sample i has seed + i."""
    pipeline = engine.loaded()
    params = Params(values)
    params.allow(*PARAMS["generate"])
    request, samples = GenerateRequest.read(params), read_samples(params)
    requests = [replace(request, seed=request.seed + index) for index in range(samples)]
    with answering(watch) as watch:
        motions = pipeline.generate_requests(requests, watch)
    return answer(motions, pipeline.find_hint(request.prompt))


def edit(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Edits of the motion that comes with the request; sample i has seed + i."""
    pipeline = engine.loaded()
    from engine.editing.editor import MotionEditor

    params = Params(values)
    kind = params.choice("kind", tuple(KINDS), Inpaint.KIND)
    params.allow(*PARAMS["edit"], *KINDS[kind].PARAMS)
    request, samples = EditRequest.read(params), read_samples(params)
    motion = params.array("motion")
    if len(motion) > MAX_FRAMES:
        raise InputError(f"the motion has {len(motion)} frames, the limit is {MAX_FRAMES}: cut it")
    editor = MotionEditor(pipeline).set_motion(motion, params.number_or_none("floor"))
    with answering(watch) as watch:
        edited = [
            editor.edit(replace(request, seed=request.seed + index), watch.share(index, samples))
            for index in range(samples)
        ]
    return answer(edited, pipeline.find_hint(request.prompt))


def story(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Motions through many prompts; sample i has seed + i."""
    pipeline = engine.loaded()
    from engine.editing.story import tell_story

    params = Params(values)
    params.allow(*PARAMS["story"])
    request, samples = StoryRequest.read(params), read_samples(params)
    requests = [replace(request, story=replace(request.story, seed=request.seed + index)) for index in range(samples)]
    with answering(watch) as watch:
        told = [tell_story(pipeline, each, watch.share(index, samples)) for index, each in enumerate(requests)]
    return answer(told, pipeline.find_hint(*(part.prompt for part in request.story.parts)))


def path(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Motions along a curve; sample i has seed + 4 i, for each chooses among four seeds."""
    pipeline = engine.loaded()
    from engine.editing.path import CANDIDATES, follow_path

    params = Params(values)
    params.allow(*PARAMS["path"])
    request, samples = PathRequest.read(params), read_samples(params)
    requests = [replace(request, seed=(request.seed + index * CANDIDATES) % SEEDS) for index in range(samples)]
    with answering(watch) as watch:
        led = [follow_path(pipeline, each, watch.share(index, samples)) for index, each in enumerate(requests)]
    return answer(led, pipeline.find_hint(request.prompt))


def interact(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """Two motions a sample, of a and of b, who do something with each other; sample i has seed + i."""
    pipeline = engine.loaded()
    from engine.interaction.pair import interact as make

    params = Params(values)
    params.allow(*PARAMS["interact"])
    request, samples = InteractRequest.read(params), read_samples(params)
    requests = [replace(request, seed=(request.seed + index) % SEEDS) for index in range(samples)]
    with answering(watch) as watch:
        pairs = [make(pipeline, each, watch.share(index, samples)) for index, each in enumerate(requests)]
    return answer([motion for pair in pairs for motion in pair.motions])


def read_samples(params: Params) -> int:
    """How many motions are wanted. Raises InputError."""
    samples = params.whole("samples", 1)
    if not 1 <= samples <= MAX_SAMPLES:
        raise InputError(f"samples {samples} is out of range: ask for 1 to {MAX_SAMPLES}")
    return samples


def answer(motions: Sequence[Motion], hint: Hint | None = None) -> dict[str, Any]:
    """Motions as the protocol carries them, with what is to be told of their prompt."""
    return {
        "motions": [
            {
                "joints": array_to_json(motion.joints),
                "fps": motion.fps,
                "request": motion.request,
                "faults": list(motion.faults),
            }
            | ({"note": motion.note} if motion.note else {})
            for motion in motions
        ],
        "hint": None if hint is None else {"prompt": hint.prompt, "kind": hint.kind, "nearest": hint.nearest},
    }


@contextlib.contextmanager
def answering(watch: Watch) -> Iterator[Watch]:
    """A watch for making motions: before the first step and after the last one it tells what goes on then."""

    def report(stage: str, step: int, of: int) -> None:
        watch.report(stage, step, of)
        if stage == "decode" and step == of:
            watch.report("motion", 0, 1)

    watch.report("text", 0, 1)
    yield Watch(report, watch.is_cancelled)
    watch.report("motion", 1, 1)
