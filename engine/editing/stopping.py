"""A story that comes to stand at places: its parts one after the other, each going on from the joints before it.

Where nobody stops, a story's parts share one token grid. A way to a place is bent and filled in on joints, so here a
part is made when the one before is finished.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.editing.arriving import Ending, come_to_stop
from engine.editing.directing import within
from engine.editing.editor import MotionEditor
from engine.editing.path import CANDIDATES, find_misfit, follow_path
from engine.editing.seams import TRANSITION_FRAMES
from engine.errors import InputError
from engine.generation.clauses import CONTEXT_TOKENS
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.features import facing
from engine.pipeline import PART_STRIDE, Pipeline
from engine.requests.checks import SEEDS
from engine.requests.edit import EditConfig
from engine.requests.generate import GenerateRequest
from engine.requests.path import PathRequest
from engine.requests.stops import Stop
from engine.requests.story import StoryPart, StoryRequest
from engine.requests.targets import Target
from engine.watch import Watch

Array = NDArray[np.floating]

# Frames of what went before that a part goes on from.
CONTEXT = CONTEXT_TOKENS * FRAMES_PER_TOKEN


def tell_stopping(
    pipeline: Pipeline, request: StoryRequest, spans: Sequence[tuple[int, int]], targets: Sequence[Target], watch: Watch
) -> Array:
    """Joints (T, J, 3) of a story whose parts lie on the frames `spans`, in its own world.

    Raises InputError, with the part that it is about, for a place that nobody gets to in time.
    """
    made: Array | None = None
    for number, (part, (start, stop)) in enumerate(zip(request.story.parts, spans, strict=True)):
        own = watch.share(number, len(spans))
        seed = (request.seed + PART_STRIDE * number) % SEEDS
        teller = _Teller(pipeline, request, part, stop - start, seed, own)
        try:
            if made is None:
                made = teller.begin(within(targets, start, stop))
            else:
                tail = made[-CONTEXT:]
                made = np.concatenate((made[: -len(tail)], teller.go_on(tail, within(targets, start, stop, start))))
        except InputError as error:
            raise InputError(f"part {number + 1}, {part.prompt!r}: {error}") from error
    assert made is not None
    return made


class _Teller:
    """One part of a story, on so many frames."""

    def __init__(
        self, pipeline: Pipeline, request: StoryRequest, part: StoryPart, frames: int, seed: int, watch: Watch
    ) -> None:
        self.pipeline, self.sampling = pipeline, request.sampling
        self.part, self.frames, self.seed, self.watch = part, frames, seed, watch

    def begin(self, targets: tuple[Target, ...]) -> Array:
        """Joints (frames, J, 3) from the origin on; targets on their clock."""
        if self.part.stop is not None:
            return follow_path(self.pipeline, self._way(self.part.stop), self.watch).joints
        seconds = self.frames / self.pipeline.model.config.fps
        asked = GenerateRequest(self.part.prompt, seconds, self.seed, self.sampling, targets)
        return self.pipeline.generate_requests([asked], self.watch)[0].joints

    def go_on(self, tail: Array, targets: tuple[Target, ...]) -> Array:
        """Joints (K + frames, J, 3): the tail (K, J, 3) and what follows; targets on the clock of that."""
        if self.part.stop is None:
            later = tuple(target.later(len(tail)) for target in targets)
            return self._extend(tail, self.seed, later, self.watch)
        root, ahead = tail[-1, 0], facing(tail[-1:])[0]
        way = self._way(self.part.stop, (float(root[0]), float(root[2])), float(np.arctan2(ahead[0], ahead[2])))
        ending = Ending.of(way, None)
        seeds = [(self.seed + number) % SEEDS for number in range(CANDIDATES)]
        walks = [self._extend(tail, seed, (), self.watch.silent())[len(tail) :] for seed in seeds]
        came = come_to_stop(self.pipeline, way, ending, walks, find_misfit, self.watch)
        joined = np.concatenate((tail, came)).astype(np.float32)
        seam = len(tail)
        editor = MotionEditor(self.pipeline).set_motion(joined, 0.0)
        first = max(1, seam - TRANSITION_FRAMES)
        return editor.regenerate(
            first, seam + TRANSITION_FRAMES, self.part.prompt, seed=self.seed, watch=self.watch.silent()
        ).joints

    def _extend(self, tail: Array, seed: int, targets: tuple[Target, ...], watch: Watch) -> Array:
        editor = MotionEditor(self.pipeline, EditConfig(candidates=1)).set_motion(tail, 0.0)
        return editor.extend(0, self.frames, self.part.prompt, seed, watch, targets).joints

    def _way(self, stop: Stop, start: tuple[float, float] = (0.0, 0.0), yaw: float = 0.0) -> PathRequest:
        points, ahead = stop.way(start, yaw)
        asked = PathRequest(points, self.part.prompt, None, self.seed, self.sampling)
        return replace(asked, stop=True, facing=ahead, arrive=stop.arrive)
