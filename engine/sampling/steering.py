"""Logits steered towards places that joints are to reach, while a motion is decoded.

The idea is that of MaskControl (Pinyoanuntapong et al., ICCV 2025, arXiv 2410.10780): the codes that a step expects go
through the tokenizer's decoder to joints, and the distance to the targets is differentiated back into the logits; when
all tokens are settled, what is left is taken up by the vectors that enter the decoder. Written from the paper's idea:
here the logits move by mirror descent, so that what the model finds likely stays likely among what serves the target,
and the step is measured by what it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.tokenizer import MotionTokenizer
from engine.motion.contacts import contact_weights
from engine.motion.feet import LEGS
from engine.motion.parts import FeatureLayout
from engine.motion.reaching.goals import BUTTOCKS, GAZE, GAZE_LENGTH, HEAD, HIPS, SEAT, Goals
from engine.motion.reaching.route import Route, find_route
from engine.motion.skeleton import skeleton_of
from engine.solvers import require_room


@dataclass(frozen=True)
class SteeringConfig:
    """How strongly targets pull.

    Attributes:
        pull: how much a step moves the logits, in their own deviation over the codes
        passes: looks at the targets in a pass of the coarse level; fine_passes: of a finer one
        begin: share of the coarse passes that go by before the targets are looked at
        rounds, step, hold: of the descent (L-BFGS) on the decoder's vectors when all tokens are settled: how often the
            misses are looked at, the length of the first step in deviations of the codes, and how strongly the vectors
            are drawn back to the codes
        near: metres from which on a miss counts in proportion to itself
        slide: metres of a miss that a square metre a frame weighs by which feet that stand travel
    """

    pull: float = 1.0
    passes: int = 1
    fine_passes: int = 1
    begin: float = 0.5
    rounds: int = 20
    step: float = 0.8
    hold: float = 0.00002
    near: float = 0.05
    slide: float = 100.0


STEERING = SteeringConfig()
ANKLE = 0.05  # metres by which the ankle of a flat foot is higher than its toe
STEP = 8  # frames from a foot's own goal within which it may step


@dataclass(frozen=True)
class Course:
    """What one motion of a batch has to reach, and what it comes out of.

    Attributes:
        before: [M, S] settled tokens in front of the window that is sampled
        count: tokens of the window
        goals: frames count from the first of `before`
    """

    before: Tensor
    count: int
    goals: Goals


class Steering:
    """The targets of a batch of motions, and how they are looked at."""

    def __init__(
        self, tokenizer: MotionTokenizer, courses: Sequence[Course | None] = (), config: SteeringConfig = STEERING
    ) -> None:
        self.tokenizer, self.courses, self.config = tokenizer, courses, config
        self.layout = FeatureLayout(tokenizer.config.joint_count)
        skeleton = skeleton_of(tokenizer.config.joint_count)
        self.feet = [joint for leg in LEGS for joint in leg[2:]]
        self.sides = (*skeleton.hips, *skeleton.shoulders)

    def looks(self, level: int, number: int, steps: int) -> bool:
        """Whether pass `number` of `steps` of a level minds the targets: at first the words alone decide."""
        return level > 0 or number > self.config.begin * steps

    def __call__(self, logits: Tensor, places: Tensor | None, ids: Tensor, hidden: Tensor, level: int) -> Tensor:
        """Logits [B, A, P, K] of a level, moved.

        Args:
            places: [B, A] the tokens that they are of; None for all
            ids: [B, N, S] as they are now; hidden: [B, N, P] of this level
        """
        steered = logits.clone()
        passes = self.config.passes if level == 0 else self.config.fine_passes
        for row, course in enumerate(self.courses):
            if course is not None and len(course.goals):
                own = slice(course.count)
                where = torch.arange(course.count, device=ids.device) if places is None else places[row]
                rows = own if places is None else slice(None)
                for _ in range(passes):
                    moved = self._moved(steered[row, rows], where, ids[row, own], hidden[row, own], level, course)
                    steered[row, rows] = moved
        return steered

    def _moved(self, logits: Tensor, where: Tensor, ids: Tensor, hidden: Tensor, level: int, course: Course) -> Tensor:
        """Logits [A, P, K] of the tokens `where` [A] of one motion, a step down the slope of its misses."""
        levels = self.tokenizer.config.levels
        flags = hidden[where].float()[..., None]
        with torch.inference_mode(False), torch.enable_grad():
            table = self.tokenizer.code_table()[level::levels].clone()
            chances = logits.clone().softmax(-1)
            # [A, P, D] the codes that this step expects.
            expected = torch.einsum("apk,pkd->apd", chances, table) * flags.clone()
            expected = expected.detach().requires_grad_()
            known = self._vectors(ids, level, hidden)
            # Motions with fewer hidden tokens repeat their last place.
            first = torch.ones_like(where, dtype=torch.bool)
            first[1:] = where[1:] != where[:-1]
            full = torch.zeros_like(known).index_add(0, where.clone(), expected * first.clone()[:, None, None])
            before = self._vectors(course.before, levels - 1, None)
            vectors = torch.cat([before, known + full])
            # What a little more turn and stride bring about is not asked of the codes.
            features = self.features(vectors)
            joints = self._placed(features, find_route(features.detach().cpu().numpy(), course.goals))
            loss, miss = self.distance(joints, course.goals)
            [slope] = torch.autograd.grad(loss, expected)
            change = torch.einsum("apd,pkd->apk", slope, table)
            change = change - (chances * change).sum(-1, keepdim=True)
            spread = change.std(-1).amax().clamp_min(1e-12)
            size = self.config.pull * (miss / (miss + self.config.near))
            moved = logits.clone() - size * change / spread
        return moved

    def refine(
        self,
        vectors: Tensor,
        goals: Goals,
        rounds: int,
        route: Route,
        start: Tensor | None = None,
        free: Tensor | None = None,
    ) -> Tensor:
        """Decoder vectors [N, P, D] of settled tokens, moved until the joints on the route are where they should be.

        Those that are not `free` [N, P] stay.
        """
        config = self.config
        settled = vectors.clone()
        scale = float(settled.std().clamp_min(1e-6))
        stands = self._stands(self.joints(settled, route), goals)
        begun = torch.zeros_like(settled) if start is None else (start - settled) / scale

        def fall(state: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            """What is to become small at an offset of the vectors, and its slope."""
            with torch.inference_mode(False), torch.enable_grad():
                offset = torch.from_numpy(state).float().view_as(settled).requires_grad_()
                joints = self.joints(settled.clone() + scale * config.step * offset, route)
                loss, _ = self.distance(joints, goals)
                loss = loss + config.slide * self._slide(joints, stands)
                loss = loss + config.hold * config.step**2 * offset.square().sum()
                [slope] = torch.autograd.grad(loss, offset)
                slope = slope if free is None else slope * free[..., None]
            return float(loss.detach()), slope.double().numpy().ravel()

        # Motions without targets, the first one of a session among them, need not wait for scipy.
        require_room()
        from scipy.optimize import minimize

        found = minimize(
            fall,
            (begun / config.step).double().numpy().ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxfun": rounds, "maxiter": rounds},
        )
        return settled + scale * config.step * torch.from_numpy(found.x).float().view_as(settled)

    def _stands(self, joints: Tensor, goals: Goals) -> Tensor:
        """(T - 1, 4) how surely each ankle and toe of joints (T, J, 3) stands between two frames.

        A foot does not near its own goals: it may have to step there.
        """
        feet = joints.detach().cpu().numpy()[:, self.feet].astype(np.float64)
        feet = feet - [[0.0, ANKLE, 0.0], [0.0, 0.0, 0.0]] * len(LEGS)
        stands = np.stack([contact_weights(feet[:, foot]) for foot in range(len(self.feet))], axis=1)
        for foot, (ankle, toe) in enumerate(leg[2:] for leg in LEGS):
            for frame in goals.frames[np.isin(goals.joints, (ankle, toe))]:
                stands[max(0, frame - STEP) : frame + STEP, 2 * foot : 2 * foot + 2] = 0.0
        return torch.from_numpy(stands).float()

    def _slide(self, joints: Tensor, stands: Tensor) -> Tensor:
        """Square metres a frame by which ankles and toes that stand travel."""
        steps = joints[1:, self.feet] - joints[:-1, self.feet]
        travel = steps[..., [0, 2]].square().sum(-1)
        return (stands * travel).sum() / stands.sum().clamp_min(1.0)

    def distance(self, joints: Tensor, goals: Goals) -> tuple[Tensor, Tensor]:
        """What is to become small, and the mean miss in metres, of joints (T, J, 3)."""
        rows = np.flatnonzero(goals.frames < len(joints))
        frames, which = torch.from_numpy(goals.frames[rows]), torch.from_numpy(goals.joints[rows])
        aims = torch.from_numpy(goals.places[rows]).float()
        looks = torch.tensor([goals.parts[row] == GAZE for row in rows])
        found = joints[frames, which]
        if bool(looks.any()):
            head = joints[frames, HEAD]
            look = head + GAZE_LENGTH * torch.nn.functional.normalize(aims - head, dim=-1)
            aims = torch.where(looks[:, None], look, aims)
        sits = torch.tensor([goals.parts[row] == SEAT for row in rows])
        if bool(sits.any()):
            seat = joints[frames][:, list(HIPS)].mean(1) - joints.new_tensor([0.0, BUTTOCKS, 0.0])
            found = torch.where(sits[:, None], seat, found)
        gap = (found - aims).square().sum(-1)
        near = self.config.near
        loss = ((gap + near**2).sqrt() - near).mean() if len(rows) else joints.sum() * 0.0
        miss = (gap.detach() + 1e-12).sqrt().mean() if len(rows) else joints.new_zeros(())
        return loss, miss

    def vectors(self, ids: Tensor) -> Tensor:
        """[N, P, D] what enters the decoders for settled tokens [N, S]."""
        return self._vectors(ids, self.tokenizer.config.levels - 1, None)

    def _vectors(self, ids: Tensor, level: int, hidden: Tensor | None) -> Tensor:
        """[N, P, D] codes summed up to `level`, without those of it that are hidden."""
        levels = self.tokenizer.config.levels
        table = self.tokenizer.code_table().clone()
        ids = ids.clone()
        total = []
        for part in range(ids.shape[1] // levels):
            codes = torch.zeros((), device=ids.device)
            for number in range(level + 1):
                stream = part * levels + number
                own = table[stream][ids[:, stream].clamp_max(table.shape[1] - 1)]
                if number == level and hidden is not None:
                    own = own * (~hidden[:, part]).clone()[:, None]
                codes = codes + own
            total.append(codes)
        return torch.stack(total, dim=1)

    def features(self, vectors: Tensor) -> Tensor:
        """Features [4N, F] of decoder vectors [N, P, D]."""
        return self.tokenizer.decode_vectors(vectors[None])[0]

    def joints(self, vectors: Tensor, route: Route | None = None) -> Tensor:
        """Joints (T, J, 3) of decoder vectors [N, P, D], facing +Z over the origin as a finished motion does."""
        return self._placed(self.features(vectors), route)

    def _placed(self, features: Tensor, route: Route | None) -> Tensor:
        """Joints (T, J, 3) of features (T, F) on a route."""
        if route is not None:
            turn, stride = (torch.from_numpy(it).float() for it in (route.turn, route.stride))
            led = [features[:, :1] + turn[:, None], features[:, 1:3] * stride[:, None], features[:, 3:]]
            features = torch.cat(led, dim=-1)
        yaw = torch.cat([features.new_zeros(1), 2.0 * features[:-1, 0].cumsum(0)])
        sine, cosine = yaw.sin(), yaw.cos()
        step = torch.cat([features.new_zeros(1, 2), features[:-1, 1:3]])
        ground = torch.stack(_turned(step[:, 0], step[:, 1], sine, cosine), dim=-1).cumsum(0)
        relative = features[:, self.layout.positions].view(len(features), -1, 3)
        x, z = _turned(relative[..., 0], relative[..., 2], sine[:, None], cosine[:, None])
        placed = torch.stack([x + ground[:, :1], relative[..., 1], z + ground[:, 1:]], dim=-1)
        root = torch.stack([ground[:, 0], features[:, 3], ground[:, 1]], dim=-1)[:, None]
        joints = torch.cat([root, placed], dim=1)
        right_hip, left_hip, right_shoulder, left_shoulder = joints[0, list(self.sides)].unbind(0)
        across = (right_hip - left_hip) + (right_shoulder - left_shoulder)
        # Forward is up x across; turning it onto +Z turns everything.
        forward = torch.stack([across[2], -across[0]])
        sine, cosine = forward / forward.norm().clamp_min(1e-9)
        x, z = joints[..., 0], joints[..., 2]
        return torch.stack([cosine * x - sine * z, joints[..., 1], sine * x + cosine * z], dim=-1)


def _turned(x: Tensor, z: Tensor, sine: Tensor, cosine: Tensor) -> tuple[Tensor, Tensor]:
    """Ground vectors out of the heading frame, by headings that turn the world into it."""
    return cosine * x - sine * z, sine * x + cosine * z
