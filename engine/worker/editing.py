"""The worker's editing methods, and what they share with generating."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from engine.watch import Watch
from engine.worker.messages import Code, RpcError, array_to_json
from engine.worker.params import Params

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.editing.editor import MotionEditor
    from engine.generation.settings import SamplingConfig
    from engine.motion.motion import Motion
    from engine.worker.state import Engine

MAX_STEPS = 200
MAX_FRAMES = 20 * 60 * 60
MAX_CANDIDATES = 16
SAMPLING = ("steps", "fine_steps", "guidance", "temperature")
COMMON = ("motion", "kind", "prompt", "seed", "candidates", "floor", *SAMPLING)
BODY = "body"


def read_sampling(params: Params, default: SamplingConfig | None = None) -> SamplingConfig:
    """The sampling settings that `generate` and all edits share; what is not given is that of `default`."""
    from engine.generation.settings import SamplingConfig

    default = default or SamplingConfig()
    return SamplingConfig(
        steps=params.whole("steps", 1, MAX_STEPS, default.steps),
        fine_steps=params.whole("fine_steps", 1, MAX_STEPS, default.fine_steps),
        guidance=params.number("guidance", 0.0, 100.0, default.guidance),
        temperature=params.number("temperature", 0.0, 100.0, default.temperature),
    )


def motion_to_json(motion: Motion) -> dict[str, Any]:
    return {"joints": array_to_json(motion.joints), "fps": motion.fps, "request": motion.request}


def edit(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """One edit of the motion that comes with the request."""
    pipeline = engine.loaded()
    from engine.editing.editor import EditConfig, MotionEditor

    params = Params(values)
    kind = params.choice("kind", tuple(KINDS), "inpaint")
    read, names = KINDS[kind]
    params.allow(*COMMON, *names)
    sampling = read_sampling(params, EditConfig.sampling)
    config = EditConfig(sampling, params.whole("candidates", 1, MAX_CANDIDATES, EditConfig.candidates))
    editor = MotionEditor(pipeline, config)
    editor.set_motion(_read_motion(params), params.number_or_none("floor"))
    prompt, seed = params.text("prompt", ""), params.whole("seed", 0, 2**31 - 1, 0)
    act = read(editor, params, prompt, seed)
    with answering(watch) as watch:
        motion = act(watch)
    return {"motions": [motion_to_json(motion)]}


def _inpaint(editor: MotionEditor, params: Params, prompt: str, seed: int) -> Callable[[Watch], Motion]:
    mask = editor.mask() & False
    for span in params.entries("mask"):
        span.allow("part", "start", "stop")
        part = span.choice("part", (BODY, *editor.parts), BODY)
        start, stop = (span.whole(name, 0, MAX_FRAMES) for name in ("start", "stop"))
        mask |= editor.mask(start, stop, None if part == BODY else part)
    for frame in params.numbers("keep"):
        mask &= ~editor.mask(frame, frame + 1)
    return lambda watch: editor.inpaint(mask, prompt, seed, watch)


def _extend(editor: MotionEditor, params: Params, prompt: str, seed: int) -> Callable[[Watch], Motion]:
    before, after = (params.whole(name, 0, MAX_FRAMES, 0) for name in ("before", "after"))
    return lambda watch: editor.extend(before, after, prompt, seed, watch)


def _vary(editor: MotionEditor, params: Params, prompt: str, seed: int) -> Callable[[Watch], Motion]:
    strength = params.number("strength", 0.0, 1.0)
    most = params.choice("order", ("least", "most"), "least") == "most"
    part = params.choice("part", (BODY, *editor.parts), BODY)
    only = None if part == BODY else part
    return lambda watch: editor.vary(strength, prompt, seed, "most" if most else "least", only, watch)


def _loop(editor: MotionEditor, params: Params, prompt: str, seed: int) -> Callable[[Watch], Motion]:
    span, travel = params.whole("span", 1, MAX_FRAMES, 20), params.flag_or_none("travel")
    return lambda watch: editor.loop(span, prompt, seed, travel, watch)


Reader = Callable[["MotionEditor", Params, str, int], Callable[[Watch], "Motion"]]
KINDS: dict[str, tuple[Reader, tuple[str, ...]]] = {
    "inpaint": (_inpaint, ("mask", "keep")),
    "extend": (_extend, ("before", "after")),
    "vary": (_vary, ("strength", "order", "part")),
    "loop": (_loop, ("span", "travel")),
}


def story(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """One motion through many prompts."""
    pipeline = engine.loaded()
    from engine.editing.story import tell_story
    from engine.requests import Story, StoryPart

    params = Params(values)
    params.allow("parts", "seed", *SAMPLING)
    parts = []
    for part in params.entries("parts"):
        part.allow("prompt", "seconds")
        parts.append(StoryPart(part.text("prompt"), part.number_or_none("seconds")))
    told = Story(tuple(parts), params.whole("seed", 0, 2**31 - 1, 0))
    sampling = read_sampling(params)
    with answering(watch) as watch:
        motion = tell_story(pipeline, told, sampling, watch)
    return {"motions": [motion_to_json(motion)]}


def path(engine: Engine, values: dict[str, Any], watch: Watch) -> dict[str, Any]:
    """A motion along a curve."""
    pipeline = engine.loaded()
    from engine.editing.path import follow_path

    params = Params(values)
    params.allow("points", "prompt", "speed", "seed", *SAMPLING)
    points = params.array("points")
    prompt, speed = params.text("prompt"), params.number_or_none("speed")
    seed, sampling = params.whole("seed", 0, 2**31 - 1, 0), read_sampling(params)
    with answering(watch) as watch:
        motion = follow_path(pipeline, points, prompt, speed, seed, sampling, watch)
    return {"motions": [motion_to_json(motion)]}


def _read_motion(params: Params) -> NDArray[np.float32]:
    motion = params.array("motion")
    if len(motion) > MAX_FRAMES:
        raise RpcError(Code.BAD_INPUT, f"the motion has {len(motion)} frames, the limit is {MAX_FRAMES}: cut it")
    return motion


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
