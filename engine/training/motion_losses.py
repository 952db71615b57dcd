"""How far a reconstructed motion is from its target, in the terms a viewer cares about.

MMM (section 3.1, after T2M-GPT) uses smooth-L1 on features plus positions.  A small
model has to choose, so the features are weighed by what they contribute to joint
positions, and what the eye notices - speed, sliding feet, a drifting path - is
measured in metres on top.  What a recording does not know of its motion (NaN in
the target) is left out of every loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.motion.parts import CONTACT_JOINTS, FeatureLayout
from engine.motion.skeleton import SKELETONS
from engine.training.config import TokenizerLossConfig

# Metric losses are taken in decimetres, so that an ordinary error is of the order of one.
PER_METRE = 10.0


def feature_weights(layout: FeatureLayout, config: TokenizerLossConfig) -> Tensor:
    """[F] weight of each feature in the normalised loss, mean 1."""
    weights = torch.empty(layout.dim)
    for name in ("root", "positions", "rotations", "velocities", "contacts"):
        weights[getattr(layout, name)] = getattr(config, name)
    return weights / weights.mean()


def turn(vectors: Tensor, angle: Tensor) -> Tensor:
    """Rotate [..., 3] about +Y by angle [...] (radians)."""
    x, y, z = vectors.unbind(-1)
    cosine, sine = angle.cos(), angle.sin()
    return torch.stack([x * cosine + z * sine, y, z * cosine - x * sine], dim=-1)


def heading_positions(features: Tensor, layout: FeatureLayout) -> Tensor:
    """Raw features [B, T, F] -> [B, T, J, 3] joints relative to the root's ground point."""
    root = F.pad(features[..., 3:4], (1, 1))
    others = features[..., layout.positions].unflatten(-1, (layout.joint_count - 1, 3))
    return torch.cat([root[..., None, :], others], dim=-2)


def displacements(features: Tensor, positions: Tensor) -> Tensor:
    """[B, T-1, J, 3] travel of each joint over the ground between frames, in the next heading."""
    steps = features[:, :-1]
    travel = torch.stack([steps[..., 1], torch.zeros_like(steps[..., 1]), steps[..., 2]], -1)
    yaw = 2.0 * steps[..., 0]
    return positions[:, 1:] + travel[..., None, :] - turn(positions[:, :-1], yaw[..., None])


def root_path(features: Tensor) -> tuple[Tensor, Tensor]:
    """Integrated yaw [B, T] and ground position [B, T, 2], starting from zero."""
    yaw = F.pad(torch.cumsum(2.0 * features[:, :-1, 0], dim=1), (1, 0))
    step = torch.stack([features[:, :-1, 1], torch.zeros_like(features[:, :-1, 0]), features[:, :-1, 2]], -1)
    path = torch.cumsum(turn(step, -yaw[:, 1:]), dim=1)[..., [0, 2]]
    return yaw, F.pad(path, (0, 0, 1, 0))


def world_positions(features: Tensor, layout: FeatureLayout) -> Tensor:
    """Raw features [B, T, F] -> joints [B, T, J, 3] in metres, starting over the origin."""
    yaw, path = root_path(features)
    joints = turn(heading_positions(features, layout), -yaw[..., None])
    offset = torch.stack([path[..., 0], torch.zeros_like(yaw), path[..., 1]], -1)
    return joints + offset[..., None, :]


@dataclass(frozen=True)
class BatchTotals:
    """What losses of a share of a batch are divided by: the whole batch's motions and foot contacts."""

    rows: int
    contacts: float

    @classmethod
    def of(cls, target: Tensor, layout: FeatureLayout) -> BatchTotals:
        """Of a whole batch of raw features [B, T, F]."""
        return cls(len(target), max(1.0, float(target[:, :-1, layout.contacts].sum())))


@dataclass(frozen=True)
class ReconstructionLoss:
    """All reconstruction losses; call with normalised and raw prediction and target [B, T, F]."""

    layout: FeatureLayout
    config: TokenizerLossConfig
    weights: Tensor

    @classmethod
    def create(cls, joint_count: int, config: TokenizerLossConfig) -> ReconstructionLoss:
        layout = FeatureLayout(joint_count)
        return cls(layout, config, feature_weights(layout, config))

    def __call__(
        self,
        normalised: Tensor,
        normalised_target: Tensor,
        raw: Tensor,
        target: Tensor,
        whole: BatchTotals | None = None,
    ) -> dict[str, Tensor]:
        """Weighted losses by name; their sum is what is minimised.

        Given a share of a batch and the totals of the `whole`, the losses are that share's part of the
        batch's: those of all shares add up.
        """
        config, layout = self.config, self.layout
        whole = whole or BatchTotals.of(target, layout)
        part = len(target) / whole.rows
        known = target.isfinite()
        losses = {"features": part * self._features(normalised, normalised_target, known)}
        if config.normalised_positions:
            places = layout.positions
            near = self._close(normalised[..., places], normalised_target[..., places])
            near = near.where(known[..., places], 0.0)
            losses["normalised_positions"] = part * config.normalised_positions * near.mean()
        if any((config.metric_positions, config.displacement, config.foot_displacement, config.path)):
            losses |= self._metric(raw, target, whole)
        return losses

    def _features(self, normalised: Tensor, target: Tensor, known: Tensor) -> Tensor:
        by_feature = self._close(normalised, target).where(known, 0.0).mean((0, 1))
        return (by_feature * self.weights.to(by_feature)).mean()

    def _metric(self, raw: Tensor, target: Tensor, whole: BatchTotals) -> dict[str, Tensor]:
        """What is measured in decimetres, over the ground and in the air."""
        config, layout, part = self.config, self.layout, len(target) / whole.rows
        per_unit = PER_METRE * SKELETONS[layout.joint_count].metres_per_unit
        positions, wanted = (heading_positions(x, layout) for x in (raw, target))
        moves, wanted_moves = displacements(raw, positions), displacements(target, wanted)
        # Slow errors hide in single frames: a step of 1 cm too much is 20 cm a second.
        move_error = self._close(moves * 5 * per_unit, wanted_moves * 5 * per_unit)
        feet = list(CONTACT_JOINTS[layout.joint_count])
        contact = target[:, :-1, layout.contacts]
        foot_error = move_error[..., feet, :].mean(-1)
        (yaw, path), (wanted_yaw, wanted_path) = root_path(raw), root_path(target)
        drift = self._close(path * per_unit, wanted_path * per_unit).mean()
        swing = self._close(yaw * PER_METRE, wanted_yaw * PER_METRE).mean()
        near = self._close(positions * per_unit, wanted * per_unit).mean()
        losses = {
            "positions": part * config.metric_positions * near,
            "displacement": part * config.displacement * move_error.mean(),
            "feet": config.foot_displacement * (foot_error * contact).sum() / whole.contacts,
            "path": part * config.path * (drift + swing),
        }
        optional = list(SKELETONS[layout.joint_count].optional)
        if optional and config.extremities:
            points, meant = (_directions(joints, layout.joint_count) for joints in (positions, wanted))
            losses["extremities"] = part * config.extremities * self._close(points, meant).mean()
        return losses

    def _close(self, value: Tensor, target: Tensor) -> Tensor:
        """Smooth-L1, nothing where the target is not known."""
        target = torch.where(target.isfinite(), target, value.detach())
        return F.smooth_l1_loss(value, target, reduction="none", beta=self.config.beta)


def _directions(positions: Tensor, joint_count: int) -> Tensor:
    """[B, T, J, 3] -> [B, T, O, 3] unit directions of head and hands: from its parent to each optional joint."""
    skeleton = SKELETONS[joint_count]
    optional = list(skeleton.optional)
    above = [skeleton.parents[joint] for joint in optional]
    return F.normalize(positions[..., optional, :] - positions[..., above, :], dim=-1)


def joint_errors(raw: Tensor, target: Tensor, layout: FeatureLayout) -> dict[str, float]:
    """Mean joint errors in millimetres: in the heading frame and along the walked path.

    Of the joints that every recording has; `extremities_deg` is how far the directions of head and hands are off.
    """
    skeleton = SKELETONS[layout.joint_count]
    body = skeleton.required
    made, wanted = heading_positions(raw, layout), heading_positions(target, layout)
    world = world_positions(raw, layout) - world_positions(target, layout)
    millimetres = 1000.0 * skeleton.metres_per_unit
    errors = {
        "heading_mm": millimetres * float((made - wanted)[..., body, :].norm(dim=-1).mean()),
        "world_mm": millimetres * float(world[..., body, :].norm(dim=-1).mean()),
    }
    if skeleton.optional:
        points, meant = (_directions(motion, layout.joint_count) for motion in (made, wanted))
        cosine = (points * meant).sum(-1)
        known = cosine[cosine.isfinite()]
        if known.numel():
            errors["extremities_deg"] = float(known.clamp(-1.0, 1.0).acos().rad2deg().mean())
    return errors
