"""Editing by masking: say which frames of which body parts to regenerate, keep all the rest.

    editor = MotionEditor.from_pretrained("mmm-open")
    editor.set_motion(motion)                        # (T, 22 or 27, 3) joints at 20 fps, anywhere
    edited = editor.regenerate(30, 60, "a person jumps")
    edited = editor.inpaint(mask, "a person waves")  # mask (T, P): frames x body parts

Every edit is a mask and a prompt for the same sampler; an empty prompt lets the model fill the gap
as it likes. What is not masked comes back bit-identical. Path and story build on the same steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatchmethod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.acting import course_between
from engine.direction import goals_of, tell_missed
from engine.editing.canonical_frame import Placement, find_placement
from engine.editing.compose import Take, compose, trace_root, untouched_joints
from engine.editing.directing import place_goals, within
from engine.editing.filling import Filling
from engine.editing.going_on import find_parts
from engine.editing.holding import aim_at_holds, hold
from engine.editing.limbs import ARMS, ARMS_TOKENS, arms_of, keep_trunk
from engine.editing.seams import find_spans
from engine.errors import InputError
from engine.generation.clauses import CONTEXT_TOKENS
from engine.generation.masks import (
    choose_certain,
    part_grid,
    part_names,
    pinned_grid,
    span_grid,
    tokens_to_grid,
)
from engine.generation.settings import Order
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.acting.bearing import bear
from engine.motion.completion import with_joint_count
from engine.motion.features import features_of_every_frame
from engine.motion.motion import Motion
from engine.motion.parts import BodyPart
from engine.motion.skeleton import EXPRESSIVE, HUMANML3D
from engine.pipeline import PART_STRIDE, Pipeline, Precision
from engine.requests.checks import SEEDS
from engine.requests.edit import EditConfig, EditRequest
from engine.requests.kinds import (
    BODY,
    RETIME_STRENGTH,
    Change,
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
from engine.requests.targets import Target
from engine.watch import UNWATCHED, Watch

Array = NDArray[np.floating]
Flags = NDArray[np.bool_]

# A clip whose root ends this far from its start, in metres at the model's size, goes somewhere.
TRAVEL_DISTANCE = 0.5
SHORTEST_SPAN = 2  # frames


@dataclass(frozen=True)
class _Scene:
    """The motion that is edited: world joints (T, J, 3) as they came, and the same for the model."""

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
        cls,
        weights: str | Path = "mmm-open",
        device: str = "auto",
        precision: Precision = "fp32",
        config: EditConfig | None = None,
    ) -> MotionEditor:
        """Load a model by name or folder. Raises InputError as `Pipeline.from_pretrained` does."""
        return cls(Pipeline.from_pretrained(weights, device, precision), config)

    def set_motion(self, motion: Motion | Array, floor: float | None = None) -> MotionEditor:
        """Take joints (T >= 2, 22 or 27, 3), Y up, any place, heading and unit; returns the editor itself.

        A model with another number of joints than the motion takes the ones it has, or completes head and hands.
        `floor` is the height of the ground; None takes it from the motion. Raises InputError for
        another shape and for values that are not finite.
        """
        given = motion.joints if isinstance(motion, Motion) else motion
        joints = np.array(given, dtype=np.float32)
        count = self.pipeline.model.config.tokenizer.joint_count
        counts = sorted({count, HUMANML3D.num_joints, EXPRESSIVE.num_joints})
        if joints.ndim != 3 or joints.shape[1] not in counts or joints.shape[2] != 3:
            known = " or ".join(map(str, counts))
            raise InputError(f"a motion needs joints of shape (frames, {known}, 3), got {list(joints.shape)}")
        if len(joints) < 2:
            raise InputError("a single frame is no motion: give at least 2 frames at 20 fps")
        if not np.isfinite(joints).all():
            raise InputError("the motion has joints that are not finite numbers: check the rig's animation")
        joints = with_joint_count(joints, count).astype(np.float32)
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

    def edit(self, request: EditRequest, watch: Watch = UNWATCHED) -> Motion:
        """Change the motion as asked; its request tells with what, and what came of it.

        Raises InputError for what this motion or model cannot be changed by, Cancelled if asked to stop.
        """
        scene, part = self._motion, arms_of(request.change)
        aimed = aim_at_holds(request, scene.take.joints, scene.placement) if request.hold else request
        made = self._change(request.change, aimed, watch)
        if part is not None:
            made = keep_trunk(made, part, scene.joints, scene.placement)
        return hold(made, scene.joints, request, scene.placement) if request.hold else made

    def inpaint(self, mask: Flags, prompt: str = "", seed: int = 0, watch: Watch = UNWATCHED) -> Motion:
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
        return self.edit(EditRequest(Inpaint(self._spans(mask)), prompt, seed, self.config), watch)

    def regenerate(
        self,
        start: int,
        stop: int,
        prompt: str = "",
        part: str | None = None,
        seed: int = 0,
        watch: Watch = UNWATCHED,
        targets: Sequence[Target] = (),
        hold: Sequence[str] = (),
    ) -> Motion:
        """Regenerate the frames start..stop-1, of one body part or the whole body, with joints on the `targets`.

        Targets are in the world, the unit and on the frames of the motion; `hold`: "left_hand", "right_hand" or "seat"
        stay in place. Over the whole clip with part "upper" it is upper-body editing. Raises InputError for spans of
        less than two frames or outside the motion, and for targets on what is kept.
        """
        change = Regenerate.of(start, stop, part)
        return self.edit(EditRequest(change, prompt, seed, self.config, tuple(targets), tuple(hold)), watch)

    def in_between(
        self,
        first: int,
        last: int,
        prompt: str = "",
        part: str | None = None,
        seed: int = 0,
        watch: Watch = UNWATCHED,
        targets: Sequence[Target] = (),
        hold: Sequence[str] = (),
    ) -> Motion:
        """Fill the way between the poses on `first` and `last`, which stay; targets and `hold` as in `regenerate`."""
        change = InBetween.poses(first, last, part)
        return self.edit(EditRequest(change, prompt, seed, self.config, tuple(targets), tuple(hold)), watch)

    def middle(
        self,
        share: float = 0.5,
        prompt: str = "",
        part: str | None = None,
        seed: int = 0,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Regenerate the middle `share` of the motion; as much stays at either end."""
        return self.edit(EditRequest(Middle.share(share, self.frames, part), prompt, seed, self.config), watch)

    def pin(self, frames: Sequence[int], prompt: str = "", seed: int = 0, watch: Watch = UNWATCHED) -> Motion:
        """Keep these frames exactly, change everything around them."""
        return self.edit(EditRequest(Pin(tuple(frames)), prompt, seed, self.config), watch)

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
        return self.edit(EditRequest(Vary(strength, order, part or BODY), prompt, seed, self.config), watch)

    def extend(
        self,
        before: int = 0,
        after: int | None = 0,
        prompt: str = "",
        seed: int = 0,
        watch: Watch = UNWATCHED,
        targets: Sequence[Target] = (),
    ) -> Motion:
        """Add frames in front of the motion and behind it; `after` None: for as long as such a prompt usually takes.

        Behind it, "then" makes one thing after the other, as in generating. Frames of `targets` are those of the
        result.
        """
        return self.edit(EditRequest(Extend(before, after), prompt, seed, self.config, tuple(targets)), watch)

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
        return self.edit(EditRequest(Loop(span, travel), prompt, seed, self.config), watch)

    def retime(
        self,
        start: int,
        stop: int,
        length: int,
        prompt: str = "",
        seed: int = 0,
        strength: float = RETIME_STRENGTH,
        watch: Watch = UNWATCHED,
    ) -> Motion:
        """Make the frames start..stop-1 `length` frames long; what is behind comes earlier or later, and stays.

        The span is stretched over its new time. Of its tokens the share `strength` that then fits the least is
        made anew, and those where its speed changes.
        """
        return self.edit(EditRequest(Retime(start, stop, length, strength), prompt, seed, self.config), watch)

    @singledispatchmethod
    def _change(self, change: Change, request: EditRequest, watch: Watch) -> Motion:
        raise TypeError(f"no method makes a change of kind {change.KIND!r}")

    @_change.register
    def _inpaint(self, change: Inpaint, request: EditRequest, watch: Watch) -> Motion:
        mask = self._union(change.mask)
        for frame in change.keep:
            mask &= ~self.mask(frame, frame + 1)
        return self._edit(self._motion, mask, request, {"mask": self._runs(mask)}, watch)

    @_change.register
    def _regenerate(self, change: Regenerate, request: EditRequest, watch: Watch) -> Motion:
        mask = self.mask(change.start, change.stop, self._part(change.part))
        return self._edit(self._motion, mask, request, {}, watch)

    @_change.register
    def _pin(self, change: Pin, request: EditRequest, watch: Watch) -> Motion:
        wrong = sorted(frame for frame in change.frames if not 0 <= frame < self.frames)
        if wrong:
            raise InputError(f"frame {wrong[0]} is outside the motion: pin frames from 0 to {self.frames - 1}")
        grid = pinned_grid(self.frames, change.frames, self.pipeline.model.config.tokenizer)
        if change.mask:
            grid &= self._union(change.mask)
        return self._edit(self._motion, grid, request, {}, watch)

    @_change.register
    def _vary(self, change: Vary, request: EditRequest, watch: Watch) -> Motion:
        allowed = self.mask(part=self._part(change.part))[0]
        config = self.pipeline.model.config.tokenizer
        whole = np.ones((self.frames, len(self.parts)), dtype=np.bool_)
        certainty = Filling.of(self.pipeline, self._motion.take, whole).certainty(request.prompt)
        chosen = choose_certain(certainty, change.strength, change.order, allowed, config)
        mask = tokens_to_grid(chosen, self.frames, config)
        return self._edit(self._motion, mask, request, {"mask": self._runs(mask)}, watch)

    @_change.register
    def _extend(self, change: Extend, request: EditRequest, watch: Watch) -> Motion:
        (prompt, after), *later = find_parts(self.pipeline, change.after, request.prompt)
        scene, shares = self._motion, 1 + len(later)
        order = np.clip(np.arange(-change.before, self.frames + after), 0, self.frames - 1)
        hidden = np.ones(len(order), dtype=np.bool_)
        hidden[change.before : change.before + self.frames] = False
        longer = _Scene(scene.joints[order], scene.placement, scene.take.at(order))
        total = len(order) + sum(count for _, count in later)
        goals = goals_of(request.targets, scene.joints.shape[1], total, scene.placement.to_canonical)
        soon = within(request.targets, 0, len(order))
        first = replace(request, prompt=prompt, targets=soon)
        joints = self._edit(longer, self._all_parts(hidden), first, {}, watch.share(0, shares)).joints
        for number, (prompt, after) in enumerate(later, 1):
            # Of what came before, a part sees as much as in generating: enough to go on from.
            tail = joints[-CONTEXT_TOKENS * FRAMES_PER_TOKEN :]
            take = Take.of(scene.placement.to_canonical(tail))
            order = np.minimum(np.arange(len(tail) + after), len(tail) - 1)
            longer = _Scene(tail[order], scene.placement, take.at(order))
            mask = self._all_parts(np.arange(len(order)) >= len(tail))
            own = within(request.targets, len(joints), len(joints) + after, len(joints) - len(tail))
            seed = (request.seed + PART_STRIDE * number) % SEEDS
            part = replace(request, prompt=prompt, seed=seed, targets=own)
            made = self._edit(longer, mask, part, {}, watch.share(number, shares))
            joints = np.concatenate((joints, made.joints[len(tail) :]))
        canonical, note = scene.placement.to_canonical(joints), ""
        if goals is not None:
            note = tell_missed(goals, goals.errors(canonical))
        config = self.pipeline.model.config
        features = features_of_every_frame(canonical)
        return Motion(joints, features, config.fps, request.record(config.name), note=note)

    def _all_parts(self, frames: Flags) -> Flags:
        """A mask (T, P) of the whole body on `frames` (T,)."""
        return np.repeat(frames[:, None], len(self.parts), axis=1)

    @_change.register
    def _loop(self, change: Loop, request: EditRequest, watch: Watch) -> Motion:
        scene, count, span = self._motion, self.frames, change.span
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
        decoded = Filling.of(self.pipeline, rolled, mask).fill(request, watch).features
        ground = scene.take.joints[[0, -1], 0][:, [0, 2]]
        travel = change.travel
        if travel is None:
            travel = bool(np.linalg.norm(ground[1] - ground[0]) > TRAVEL_DISTANCE)
        shift = np.zeros(3)
        if travel:
            free = trace_root(rolled.root, rolled.features, decoded, kept, meet=False)
            shift[[0, 2]] = free.places[-1] - rolled.root.places[-1]
        moved = np.where((order < middle)[:, None, None], shift, 0.0)
        joints = compose(replace(rolled, joints=rolled.joints + moved), decoded, mask, self._body_parts) - moved
        back = np.argsort(order)
        return self._finish(joints[back], mask[back], scene, request, {"travel": travel})

    @_change.register
    def _retime(self, change: Retime, request: EditRequest, watch: Watch) -> Motion:
        self.mask(change.start, change.stop)  # raises what is wrong with the span
        scene, stop = self._stretched(change), change.start + change.length
        mask = np.zeros((len(scene.joints), len(self.parts)), dtype=np.bool_)
        mask[change.start : stop] = True
        config = self.pipeline.model.config.tokenizer
        filling = Filling.of(self.pipeline, scene.take, mask)
        rows = np.flatnonzero(filling.hidden.any(axis=1))
        certainty = filling.certainty(request.prompt)[rows]
        every = np.ones(len(self.parts), dtype=np.bool_)
        hidden = np.zeros_like(filling.hidden)
        hidden[rows] = choose_certain(certainty, change.strength, "least", every, config)
        # Where the speed changes nothing of the stretched motion is right, but at an end of the motion.
        hidden[rows[:1] if change.start else rows[:0]] = True
        hidden[rows[-1:] if stop < len(mask) else rows[:0]] = True
        decoded = replace(filling, hidden=hidden).fill(request, watch).features
        return self._finish(compose(scene.take, decoded, mask, self._body_parts), mask, scene, request, {})

    def _stretched(self, change: Retime) -> _Scene:
        """The motion with a span spread over its new length; frames outside of it are the same numbers."""
        scene = self._motion
        before, behind = change.start - 1, change.stop
        inside = np.linspace(before, behind, change.length + 2)[1:-1]
        at = np.concatenate((np.arange(change.start), inside, np.arange(change.stop, self.frames)))
        at = np.clip(at, 0, self.frames - 1)
        left = np.floor(at).astype(np.int64)
        right = np.minimum(left + 1, self.frames - 1)
        share = (at - left).astype(np.float32)[:, None, None]
        joints = np.where(share > 0, scene.joints[left] * (1 - share) + scene.joints[right] * share, scene.joints[left])
        return _Scene(joints, scene.placement, Take.of(scene.placement.to_canonical(joints)))

    @property
    def _motion(self) -> _Scene:
        if self._scene is None:
            raise InputError("there is no motion to edit: call set_motion first")
        return self._scene

    @property
    def _body_parts(self) -> tuple[BodyPart, ...]:
        return self.pipeline.model.tokenizer.body_parts

    def _edit(self, scene: _Scene, mask: Flags, request: EditRequest, found: dict[str, Any], watch: Watch) -> Motion:
        """A scene with what is masked filled in; `found` is what the record tells beside the request."""
        joints, note = scene.take.joints, ""
        arms = arms_of(request.change)
        goals = place_goals(request.targets, scene.placement, mask, arms, self._body_parts)
        if mask.any():
            stays = isinstance(request.change, InBetween) and not request.prompt.strip()
            filling = Filling.of(self.pipeline, scene.take, mask)
            tone = self.pipeline.tone_of(request.mood, request.intensity, request.prompt)
            bearing = course_between(tone, mask.all(axis=1))

            def fit(features: Array) -> Array:
                return bear(compose(scene.take, features, mask, self._body_parts, stays), bearing)

            if goals is None:
                joints = fit(filling.fill(request, watch).features)
            else:
                joints, note = filling.direct(request, goals, arms, fit, watch)
        return self._finish(joints, mask, scene, request, found, note)

    def _finish(
        self,
        canonical: Array,
        mask: Flags,
        scene: _Scene,
        request: EditRequest,
        found: dict[str, Any],
        note: str = "",
    ) -> Motion:
        """The motion in the input's place; what is kept are the input's own numbers."""
        joints = scene.placement.to_world(canonical).astype(np.float32)
        joints = np.where(untouched_joints(mask, self._body_parts)[..., None], scene.joints, joints)
        features = features_of_every_frame(scene.placement.to_canonical(joints))
        config = self.pipeline.model.config
        return Motion(joints, features, config.fps, request.record(config.name) | found, note=note)

    def _union(self, spans: Sequence[Span]) -> Flags:
        """A mask (T, P) over several spans."""
        mask = np.zeros((self.frames, len(self.parts)), dtype=np.bool_)
        for span in spans:
            mask |= self.mask(span.start, span.stop, self._part(span.part))
        return mask

    def _part(self, name: str) -> str | None:
        """A part as `mask` takes it: arms are of the upper body."""
        return None if name == BODY else ARMS_TOKENS if name in ARMS else name

    def _spans(self, mask: Flags) -> tuple[Span, ...]:
        """The spans of frames of each body part that a mask (T, P) is made of."""
        return tuple(
            Span(first, stop, name)
            for column, name in enumerate(self.parts)
            for first, stop in find_spans(mask[:, column])
        )

    def _runs(self, mask: Flags) -> list[dict[str, Any]]:
        """A mask as JSON."""
        return [{"part": span.part, "start": span.start, "stop": span.stop} for span in self._spans(mask)]
