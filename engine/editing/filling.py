"""What an edit hides of a motion, filled in by the sampler: candidates, the best fitting of them, and its targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.direction import Kept, direct, tell_missed
from engine.editing.compose import Take, joint_masks, measure_gaps
from engine.editing.directing import Alignment, align, changing_joints
from engine.editing.limbs import take_arms
from engine.editing.seams import find_spans
from engine.generation.fill import Grid
from engine.generation.masks import grid_to_tokens
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.parts import BodyPart
from engine.motion.reaching.goals import Goals
from engine.pipeline import Pipeline
from engine.requests.checks import SEEDS
from engine.requests.edit import EditRequest
from engine.sampling.steering import Steering
from engine.watch import Watch

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

CANDIDATE_STRIDE = 1_000_003  # between the seeds of one edit's candidates


@dataclass(frozen=True)
class Filled:
    """Tokens [N, S] of a whole motion, and its features (T, F)."""

    ids: torch.Tensor
    features: NDArray[np.float32]


@dataclass(frozen=True)
class Filling:
    """A take of which something is to be filled in.

    Attributes:
        mask: (T, P) frames x body parts that change
        lead: frames in front of the take, so that a token begins where the first span does: then no kept frame there is
            hidden with it
        hidden: (N, S) tokens to regenerate, by default all that the mask touches
    """

    pipeline: Pipeline
    take: Take
    mask: Flags
    lead: int
    hidden: Flags

    @classmethod
    def of(cls, pipeline: Pipeline, take: Take, mask: Flags) -> Filling:
        lead = -int(np.flatnonzero(mask.any(axis=1))[0]) % FRAMES_PER_TOKEN
        hidden = grid_to_tokens(np.pad(mask, ((lead, 0), (0, 0))), pipeline.model.config.tokenizer)
        return cls(pipeline, take, mask, lead, hidden)

    @property
    def parts(self) -> tuple[BodyPart, ...]:
        return self.pipeline.model.tokenizer.body_parts

    @property
    def frames(self) -> int:
        """Of the take and what is in front of it."""
        return self.lead + len(self.take.features)

    def tokens(self) -> torch.Tensor:
        """[N, S] those of the take as it is; repeating a row of features goes on with its velocity."""
        behind = -self.frames % FRAMES_PER_TOKEN
        return self.pipeline.encode(np.pad(self.take.features, ((self.lead, behind), (0, 0)), mode="edge"))

    def fill(self, request: EditRequest, watch: Watch, goals: Goals | None = None) -> Filled:
        """The best of the candidates; goals are in the world that tokens decode to (`Steering.joints`).

        Raises Cancelled.
        """
        ids = self.tokens()
        regenerate = torch.from_numpy(self.hidden).to(ids.device)
        wanted = request.config.candidates if self._has_gap() else 1
        seeds = [(request.seed + CANDIDATE_STRIDE * number) % SEEDS for number in range(wanted)]
        grids = [Grid(ids, regenerate, seed, goals, ids[:0]) for seed in seeds]
        tone = self.pipeline.tone_of(request.mood, request.intensity, request.prompt)
        sampling = request.config.sampling
        filled = self.pipeline.fill(grids, [request.prompt] * wanted, sampling, watch, [tone] * wanted)
        made = [Filled(tokens, self.pipeline.decode(tokens, self.frames)[self.lead :]) for tokens in filled]
        return min(made, key=lambda each: measure_gaps(self.take, each.features, self.mask, self.parts))

    def direct(
        self, request: EditRequest, goals: Goals, arms: str | None, fit: Callable[[Array], Array], watch: Watch
    ) -> tuple[Array, str]:
        """Joints (T, J, 3) with what is masked brought to goals in the take's world, and what nobody could reach.

        `fit` puts features (T, F) between what is kept; `arms`: the part whose arms alone are taken. Raises Cancelled.
        """
        there = self._alignment()
        lead = self.lead
        sought = replace(goals, frames=goals.frames + lead, places=there.to_decoded(goals.lowered().places))
        filled = self.fill(request, watch, sought)
        watch.check()

        def clean(features: Array) -> Array:
            joints = fit(features[lead:])
            if arms is not None:
                joints = take_arms(self.take.joints, joints, arms).astype(np.float64)
            return there.to_decoded(np.concatenate((np.repeat(joints[:1], lead, axis=0), joints)))

        still = ~changing_joints(self.mask, arms, self.parts)
        columns = self.hidden[:, :: self.pipeline.model.config.tokenizer.levels]
        kept = Kept(np.pad(still, ((lead, 0), (0, 0)), constant_values=True), torch.from_numpy(~columns))
        reached = direct(self.pipeline.model.tokenizer, filled.ids, sought, self.frames, clean, kept)
        joints = there.to_take(reached.joints[lead:])
        return joints, tell_missed(goals, goals.errors(joints))

    def certainty(self, prompt: str) -> NDArray[np.float32]:
        """(N, S) how likely the model finds each token of the take."""
        ids = self.tokens()
        longest = self.pipeline.model.config.transformer.max_tokens
        windows = [ids[first : first + longest] for first in range(0, len(ids), longest)]
        return np.concatenate([self.pipeline.certainty(window, prompt) for window in windows])

    def _alignment(self) -> Alignment:
        """The way between the take and what its tokens decode to, at the last pose before what changes."""
        frame = max(0, int(np.flatnonzero(self.mask.any(axis=1))[0]) - 1)
        steering = Steering(self.pipeline.model.tokenizer)
        joints = steering.joints(steering.vectors(self.tokens())).detach().cpu().numpy()
        decoded = Take.of(joints[: self.frames].astype(np.float64))
        return align(self.take.root, frame, decoded.root, self.lead + frame)

    def _has_gap(self) -> bool:
        """Whether the root has to get from one kept place to another."""
        hidden = joint_masks(self.mask, self.parts)[:, 0]
        return any(first > 0 and stop < len(hidden) for first, stop in find_spans(hidden))
