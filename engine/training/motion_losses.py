"""How far a reconstructed motion is from its target, in the terms a viewer cares about.

MMM (section 3.1, after T2M-GPT) uses smooth-L1 on features plus positions.  A small
model has to choose, so the features are weighed by what they contribute to joint
positions, and what the eye notices - speed, sliding feet, a drifting path - is
measured in metres on top.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.motion.parts import CONTACT_JOINTS, FeatureLayout
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
    step = torch.stack(
        [features[:, :-1, 1], torch.zeros_like(features[:, :-1, 0]), features[:, :-1, 2]], -1
    )
    path = torch.cumsum(turn(step, -yaw[:, 1:]), dim=1)[..., [0, 2]]
    return yaw, F.pad(path, (0, 0, 1, 0))


def world_positions(features: Tensor, layout: FeatureLayout) -> Tensor:
    """Raw features [B, T, F] -> joints [B, T, J, 3] in metres, starting over the origin."""
    yaw, path = root_path(features)
    joints = turn(heading_positions(features, layout), -yaw[..., None])
    offset = torch.stack([path[..., 0], torch.zeros_like(yaw), path[..., 1]], -1)
    return joints + offset[..., None, :]


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
        self, normalised: Tensor, normalised_target: Tensor, raw: Tensor, target: Tensor
    ) -> dict[str, Tensor]:
        """Weighted losses by name; their sum is what is minimised."""
        config, layout = self.config, self.layout
        by_feature = self._close(normalised, normalised_target).mean((0, 1))
        positions, wanted = (heading_positions(x, layout) for x in (raw, target))
        moves, wanted_moves = displacements(raw, positions), displacements(target, wanted)
        # Slow errors hide in single frames: a step of 1 cm too much is 20 cm a second.
        move_error = self._close(moves * 5 * PER_METRE, wanted_moves * 5 * PER_METRE)
        feet = list(CONTACT_JOINTS[layout.joint_count])
        contact = target[:, :-1, layout.contacts]
        foot_error = move_error[..., feet, :].mean(-1)
        (yaw, path), (wanted_yaw, wanted_path) = root_path(raw), root_path(target)
        drift = self._close(path * PER_METRE, wanted_path * PER_METRE).mean()
        swing = self._close(yaw * PER_METRE, wanted_yaw * PER_METRE).mean()
        return {
            "features": (by_feature * self.weights.to(by_feature)).mean(),
            "positions": config.metric_positions
            * self._close(positions * PER_METRE, wanted * PER_METRE).mean(),
            "displacement": config.displacement * move_error.mean(),
            "feet": config.foot_displacement
            * (foot_error * contact).sum() / contact.sum().clamp_min(1.0),
            "path": config.path * (drift + swing),
        }  # fmt: skip

    def _close(self, value: Tensor, target: Tensor) -> Tensor:
        return F.smooth_l1_loss(value, target, reduction="none", beta=self.config.beta)


def joint_errors(raw: Tensor, target: Tensor, layout: FeatureLayout) -> dict[str, float]:
    """Mean joint errors in millimetres: in the heading frame and along the walked path."""
    heading = heading_positions(raw, layout) - heading_positions(target, layout)
    world = world_positions(raw, layout) - world_positions(target, layout)
    return {
        "heading_mm": 1000.0 * float(heading.norm(dim=-1).mean()),
        "world_mm": 1000.0 * float(world.norm(dim=-1).mean()),
    }
