"""Editing by masking: say which frames of which body parts to regenerate, keep all the rest.

    editor = MotionEditor.from_pretrained("mmm-open")
    editor.set_motion(motion)                        # (T, 22, 3) joints at 20 fps, anywhere
    edited = editor.replace(30, 60, "a person jumps")
    edited = editor.inpaint(mask, "a person waves")  # mask (T, P): frames x body parts

Every edit is a mask and a prompt for the same sampler; an empty prompt lets the model fill the gap
as it likes. What is not masked comes back bit-identical. Path and story build on the same steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.editing.canonical_frame import Placement, find_placement
from engine.editing.compose import Take, compose, joint_masks, measure_gaps, trace_root, untouched_joints
from engine.editing.seams import find_spans
from engine.errors import InputError
from engine.generation.fill import Grid
from engine.generation.masks import (
    Order,
    choose_certain,
    grid_to_tokens,
    part_grid,
    part_names,
    pinned_grid,
    span_grid,
    tokens_to_grid,
)
from engine.generation.settings import SamplingConfig
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.features import features_of_every_frame
from engine.motion.motion import Motion
from engine.motion.parts import BodyPart
from engine.motion.skeleton import HUMANML3D
from engine.pipeline import Pipeline, Precision
from engine.requests import check_prompt, check_seed
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

# Seeds of the candidates of one edit lie this far apart.
CANDIDATE_STRIDE = 1_000_003
# A clip whose root ends this far from its start, in metres at the model's size, goes somewhere.
TRAVEL_DISTANCE = 0.5
SHORTEST_SPAN = 2
# What is kept tells much of what happens: guided as strongly as a motion from nothing, a span between kept
# frames comes out overdone, and fewer steps do for fewer tokens (docs/decisions.md).
EDIT_SAMPLING = SamplingConfig(steps=8, temperature=0.8, guidance=1.5)


@dataclass(frozen=True)
class EditConfig:
    """How an edit is made.

    sampling: of the masked sampler
    candidates: fillings to draw; the one that fits the kept frames best is taken
    """

    sampling: SamplingConfig = EDIT_SAMPLING
    candidates: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.candidates <= 16:
            raise InputError(f"{self.candidates} candidates cannot be drawn: choose 1 to 16")


@dataclass(frozen=True)
class _Scene:
    """The motion that is edited: world joints (T, 22, 3) as they came, and the same for the model."""

    joints: NDArray[np.float32]
    placement: Placement
    take: Take


class MotionEditor:
    """A pipeline with a motion to edit; every edit leaves that motion as it is and returns a new one.

    Frames are counted at the model's rate (20 fps). Joints of results stand where the input stands,
    in its unit; `Motion.features` are those of the same motion in the canonical frame.
    """

    def __init__(self, pipeline: Pipeline, config: EditConfig | None = None) -> None:
        self.pipeline = pipeline
        self.config = config or EditConfig()
        self._scene: _Scene | None = None

    @classmethod
    def from_pretrained(
        cls, weights: str | Path = "mmm-open", device: str = "auto", precision: Precision = "fp32"
    ) -> MotionEditor:
        """Load a model by name or folder. Raises InputError as `Pipeline.from_pretrained` does."""
        return cls(Pipeline.from_pretrained(weights, device, precision))

    def set_motion(self, motion: Motion | Array, floor: float | None = None) -> MotionEditor:
        """Take joints (T >= 2, 22, 3), Y up, any place, heading and unit; returns the editor itself.

        `floor` is the height of the ground; None takes it from the motion. Raises InputError for
        another shape and for values that are not finite.
        """
        given = motion.joints if isinstance(motion, Motion) else motion
        joints = np.array(given, dtype=np.float32)
        wanted = (HUMANML3D.num_joints, 3)
        if joints.ndim != 3 or joints.shape[1:] != wanted:
            raise InputError(f"a motion needs joints of shape (frames, 22, 3), got {list(joints.shape)}")
        if len(joints) < 2:
            raise InputError("a single frame is no motion: give at least 2 frames at 20 fps")
        if not np.isfinite(joints).all():
            raise InputError("the motion has joints that are not finite numbers: check the rig's animation")
        placement = find_placement(joints, floor)
        self._scene = _Scene(joints, placement, Take.of(placement.to_canonical(joints)))
        return self

    @property
    def frames(self) -> int:
        """Length of the motion."""
        return len(self._motion.joints)

    @property
    def parts(self) -> tuple[str, ...]:
        """Body parts that can be edited apart, the columns of a mask."""
        return part_names(self.pipeline.model.config.tokenizer)

    def mask(self, start: int = 0, stop: int | None = None, part: str | None = None) -> Flags:
        """A mask (T, P) over the frames start..stop-1 of one part or the whole body."""
        stop = self.frames if stop is None else stop
        if not 0 <= start < stop <= self.frames:
            raise InputError(
                f"frames {start} to {stop - 1} do not lie within the motion, which has frames 0 to "
                f"{self.frames - 1}: choose a span inside it"
            )
        config = self.pipeline.model.config.tokenizer
        if part is not None and part not in self.parts:
            raise InputError(f"unknown body part {part!r}: this model has {', '.join(self.parts)}")
        parts = self.parts if part is None else (part,)
        return span_grid(self.frames, start, stop, config) & part_grid(self.frames, parts, config)

    def inpaint(
        self,
        mask: Flags,
        prompt: str = "",
        seed: int = 0,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Regenerate what is true in `mask` (T, P); a mask (T,) speaks of the whole body.

        A mask with nothing in it gives the motion back as it is. Raises InputError for a mask of
        another shape, Cancelled if asked to stop.
        """
        mask = np.asarray(mask, dtype=np.bool_)
        if mask.ndim == 1:
            mask = np.repeat(mask[:, None], len(self.parts), axis=1)
        if mask.shape != (self.frames, len(self.parts)):
            raise InputError(
                f"the mask has shape {list(mask.shape)}, the motion needs [{self.frames}, {len(self.parts)}]"
            )
        record = self._record("inpaint", prompt, seed, mask=self._runs(mask))
        return self._edit(self._motion, mask, record, watch)

    def replace(
        self,
        start: int,
        stop: int,
        prompt: str = "",
        part: str | None = None,
        seed: int = 0,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Regenerate the frames start..stop-1, of one body part or the whole body.

        Between two kept poses this is in-betweening; over the whole clip with part "upper" it is
        upper-body editing. Raises InputError for spans of less than two frames or outside the motion.
        """
        mask = self.mask(start, stop, part)
        if stop - start < SHORTEST_SPAN:
            raise InputError("a span of one frame has no motion in it: select at least 2 frames at 20 fps")
        return self.inpaint(mask, prompt, seed, watch)

    def pin(
        self,
        frames: Sequence[int],
        prompt: str = "",
        seed: int = 0,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Keep these frames exactly, change everything around them."""
        wrong = sorted(frame for frame in frames if not 0 <= frame < self.frames)
        if wrong or not frames:
            told = f"frame {wrong[0]} is outside the motion" if wrong else "there is no frame to keep"
            raise InputError(f"{told}: pin frames from 0 to {self.frames - 1}")
        grid = pinned_grid(self.frames, frames, self.pipeline.model.config.tokenizer)
        record = self._record("pin", prompt, seed, frames=sorted(frames))
        return self._edit(self._motion, grid, record, watch)

    def vary(
        self,
        strength: float,
        prompt: str = "",
        seed: int = 0,
        order: Order = "least",
        part: str | None = None,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Regenerate a share of the tokens: those that the model finds least (or most) likely.

        `strength` is the share, above 0 and up to 1, of the tokens of `part` or of the whole body. `prompt`
        says what the motion shows. The request of the result tells as `mask` which spans were chosen.
        """
        allowed = self.mask(part=part)[0]
        if not 0.0 < strength <= 1.0:
            raise InputError(f"strength {strength:g} is out of range: choose more than 0, up to 1")
        check_prompt(prompt, empty=True)
        config = self.pipeline.model.config.tokenizer
        features = _whole_tokens(self._motion.take.features, 0)
        ids = self.pipeline.encode(features)
        longest = self.pipeline.model.config.transformer.max_tokens
        certainty = np.concatenate(
            [self.pipeline.certainty(ids[first : first + longest], prompt) for first in range(0, len(ids), longest)]
        )
        mask = tokens_to_grid(choose_certain(certainty, strength, order, allowed, config), self.frames, config)
        record = self._record(
            "vary", prompt, seed, strength=strength, order=order, part=part, mask=self._runs(mask)
        )
        return self._edit(self._motion, mask, record, watch)

    def extend(
        self,
        before: int = 0,
        after: int = 0,
        prompt: str = "",
        seed: int = 0,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Add frames in front of the motion and behind it."""
        if min(before, after) < 0 or before + after < 1:
            raise InputError("there is nothing to add: extend by at least one frame, before or after")
        scene = self._motion
        order = np.clip(np.arange(-before, self.frames + after), 0, self.frames - 1)
        hidden = np.ones(len(order), dtype=np.bool_)
        hidden[before : before + self.frames] = False
        mask = np.repeat(hidden[:, None], len(self.parts), axis=1)
        longer = _Scene(scene.joints[order], scene.placement, scene.take.at(order))
        record = self._record("extend", prompt, seed, before=before, after=after)
        return self._edit(longer, mask, record, watch)

    def loop(
        self,
        span: int = 20,
        prompt: str = "",
        seed: int = 0,
        travel: bool | None = None,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Make the end run into the start: `span` frames across the wrap are regenerated.

        The frame after the last is the first again in pose, velocity and heading. With `travel` the
        root may end elsewhere, as in a walk cycle; None lets it if the motion goes somewhere.
        """
        scene, count = self._motion, self.frames
        if not 2 * SHORTEST_SPAN <= span <= count - 2 * SHORTEST_SPAN:
            raise InputError(
                f"{span} frames cannot be regenerated across the wrap of a motion of {count}: "
                f"choose {2 * SHORTEST_SPAN} to {count - 2 * SHORTEST_SPAN}, or a longer motion"
            )
        head, tail = span // 2, span - span // 2
        middle = count // 2
        order = np.concatenate((np.arange(middle, count), np.arange(middle)))
        rolled = scene.take.at(order)
        kept = (order >= head) & (order < count - tail)
        mask = np.repeat(~kept[:, None], len(self.parts), axis=1)
        decoded = self._fill(rolled, mask, prompt, seed, watch)
        ground = scene.take.joints[[0, -1], 0][:, [0, 2]]
        if travel is None:
            travel = bool(np.linalg.norm(ground[1] - ground[0]) > TRAVEL_DISTANCE)
        shift = np.zeros(3)
        if travel:
            free = trace_root(rolled.root, rolled.features, decoded, kept, meet=False)
            shift[[0, 2]] = free.places[-1] - rolled.root.places[-1]
        moved = np.where((order < middle)[:, None, None], shift, 0.0)
        joints = compose(replace(rolled, joints=rolled.joints + moved), decoded, mask, self._body_parts) - moved
        back = np.argsort(order)
        record = self._record("loop", prompt, seed, span=span, travel=travel)
        return self._finish(joints[back], mask[back], scene, record)

    @property
    def _motion(self) -> _Scene:
        if self._scene is None:
            raise InputError("there is no motion to edit: call set_motion first")
        return self._scene

    @property
    def _body_parts(self) -> tuple[BodyPart, ...]:
        return self.pipeline.model.tokenizer.body_parts

    def _edit(
        self,
        scene: _Scene,
        mask: Flags,
        record: dict[str, Any],
        watch: Watch,
    ) -> Motion:
        """A scene with what is masked filled in; prompt and seed are those of the record."""
        if not mask.any():
            return self._finish(scene.take.joints, mask, scene, record)
        decoded = self._fill(scene.take, mask, record["prompt"], record["seed"], watch)
        return self._finish(compose(scene.take, decoded, mask, self._body_parts), mask, scene, record)

    def _fill(
        self,
        take: Take,
        mask: Flags,
        prompt: str,
        seed: int,
        watch: Watch,
    ) -> NDArray[np.float32]:
        """Features (T, 263) of the best of the candidates, decoded from its tokens."""
        check_prompt(prompt, empty=True)
        check_seed(seed)
        config = self.pipeline.model.config.tokenizer
        # Tokens begin where the first span does, so that no kept frame there is hidden with it.
        lead = -int(np.flatnonzero(mask.any(axis=1))[0]) % FRAMES_PER_TOKEN
        ids = self.pipeline.encode(_whole_tokens(take.features, lead))
        hidden = grid_to_tokens(np.pad(mask, ((lead, 0), (0, 0))), config)
        regenerate = torch.from_numpy(hidden).to(ids.device)
        wanted = self.config.candidates if self._has_gap(mask) else 1
        grids = [Grid(ids, regenerate, (seed + CANDIDATE_STRIDE * i) % 2**31) for i in range(wanted)]
        filled = self.pipeline.fill(grids, [prompt] * wanted, self.config.sampling, watch)
        stop = lead + len(take.features)
        decoded = [self.pipeline.decode(tokens, stop)[lead:] for tokens in filled]
        return min(decoded, key=lambda features: measure_gaps(take, features, mask, self._body_parts))

    def _finish(self, canonical: Array, mask: Flags, scene: _Scene, record: dict[str, Any]) -> Motion:
        """The motion in the input's place; what is kept are the input's own numbers."""
        joints = scene.placement.to_world(canonical).astype(np.float32)
        joints = np.where(untouched_joints(mask, self._body_parts)[..., None], scene.joints, joints)
        features = features_of_every_frame(scene.placement.to_canonical(joints))
        return Motion(joints, features, self.pipeline.model.config.fps, record)

    def _record(self, kind: str, prompt: str, seed: int, **details: Any) -> dict[str, Any]:
        sampling = self.config.sampling
        return {
            "method": "edit", "kind": kind, "prompt": prompt, "seed": seed, **details,
            "candidates": self.config.candidates, "steps": sampling.steps, "fine_steps": sampling.fine_steps,
            "guidance": sampling.guidance, "temperature": sampling.temperature,
            "model": self.pipeline.model.config.name,
        }

    def _has_gap(self, mask: Flags) -> bool:
        """Whether the root has to get from one kept place to another."""
        hidden = joint_masks(mask, self._body_parts)[:, 0]
        return any(first > 0 and stop < len(mask) for first, stop in find_spans(hidden))

    def _runs(self, mask: Flags) -> list[dict[str, Any]]:
        """A mask as JSON: spans of frames a body part."""
        return [
            {"part": name, "start": first, "stop": stop}
            for column, name in enumerate(self.parts)
            for first, stop in find_spans(mask[:, column])
        ]


def _whole_tokens(features: NDArray[np.float32], lead: int) -> NDArray[np.float32]:
    """Features (T, 263) with `lead` frames in front and as many behind as make whole tokens.

    Repeating a row of features goes on with its velocity.
    """
    behind = -(lead + len(features)) % FRAMES_PER_TOKEN
    return np.pad(features, ((lead, behind), (0, 0)), mode="edge")
