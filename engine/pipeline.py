"""From prompts to motions: text encoder, duration, masked sampler, tokenizer, joints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import InputError
from engine.generation.sampler import (
    MaskedSampler,
    Progress,
    SamplingConfig,
    SamplingRequest,
    ShouldCancel,
)
from engine.generation.windows import plan_windows
from engine.models.config import FRAMES_PER_TOKEN
from engine.models.folder import MotionModel, load_model_folder
from engine.models.text_encoder import TextEncoder, load_text_encoder
from engine.motion.cleanup import clean_joints
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.motion import Motion
from engine.weights import find_text_encoder, find_weights

MAX_PROMPT_LENGTH = 2000
MIN_SECONDS, MAX_SECONDS = 0.2, 60.0
# Share of a window that a long motion hands on to the next one.
WINDOW_OVERLAP = 0.25


@dataclass(frozen=True)
class Request:
    """One motion to generate.

    Attributes:
        seconds: length, or None to let the duration estimate decide.
    """

    prompt: str
    seconds: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise InputError("the prompt is empty: say what the character should do")
        if len(self.prompt) > MAX_PROMPT_LENGTH:
            raise InputError(
                f"the prompt has {len(self.prompt):,} characters, the limit is "
                f"{MAX_PROMPT_LENGTH:,}: shorten it"
            )
        if self.seconds is not None and not MIN_SECONDS <= self.seconds <= MAX_SECONDS:
            raise InputError(
                f"{self.seconds:g} s cannot be generated: choose a length from {MIN_SECONDS:g} to "
                f"{MAX_SECONDS:g} seconds, or 'auto'"
            )
        if not 0 <= self.seed < 2**31:
            raise InputError(f"seed {self.seed} is out of range: use 0 to {2**31 - 1}")


class Pipeline:
    """A loaded model that generates motions.

    Example:
        >>> pipeline = Pipeline.from_pretrained("mmm-open")  # doctest: +SKIP
        >>> motion, = pipeline.generate(["a person waves"], seconds=4, seed=1)  # doctest: +SKIP
    """

    def __init__(self, model: MotionModel, encoder: TextEncoder, device: torch.device) -> None:
        self.model = model
        self.encoder = encoder
        self.device = device
        model.tokenizer.to(device)
        model.transformer.to(device)
        self._sampler = MaskedSampler(model.transformer, model.config.tokenizer.levels)

    @classmethod
    def from_pretrained(cls, weights: str | Path = "mmm-open", device: str = "auto") -> Pipeline:
        """Load a bundled model by name or any model folder by path.

        Raises InputError for unknown weights or devices and ModelError for broken ones.
        """
        chosen = choose_device(device)
        folder = find_weights(weights)
        model = load_model_folder(folder)
        encoder = load_text_encoder(model.config.text_encoder, find_text_encoder(model.config, folder))
        return cls(model, encoder, chosen)

    def generate(
        self,
        prompts: list[str],
        seconds: float | None = None,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        progress: Progress | None = None,
        should_cancel: ShouldCancel | None = None,
    ) -> list[Motion]:
        """One motion a prompt; motion i uses seed + i, so each can be had again alone."""
        requests = [Request(prompt, seconds, seed + i) for i, prompt in enumerate(prompts)]
        return self.generate_requests(requests, sampling, progress, should_cancel)

    def generate_requests(
        self,
        requests: list[Request],
        sampling: SamplingConfig | None = None,
        progress: Progress | None = None,
        should_cancel: ShouldCancel | None = None,
    ) -> list[Motion]:
        """Motions of the requests, in one batch.

        Raises Cancelled (engine.generation.sampler) when `should_cancel` says so between steps.
        """
        if not requests:
            raise InputError("there is nothing to generate: give at least one prompt")
        frames = self.choose_frames(requests)
        ids = self._sample(requests, frames, sampling or SamplingConfig(), progress, should_cancel)
        motions = []
        for row, request in enumerate(requests):
            joints = clean_joints(features_to_joints(self.decode(ids[row], frames[row])))
            features = features_of_every_frame(joints)
            motions.append(
                Motion(
                    joints, features, self.model.config.fps, request.prompt, request.seed,
                    self.model.config.name,
                )
            )
        return motions

    def choose_frames(self, requests: list[Request]) -> list[int]:
        """Frames of each motion: as asked, or by the learned estimate of the prompt's duration."""
        fps = self.model.config.fps
        if all(request.seconds is not None for request in requests):
            return [max(1, round((request.seconds or 0) * fps)) for request in requests]
        sentence = self.encoder.encode([request.prompt for request in requests]).sentence
        tokens = self.model.transformer.duration.most_likely(sentence.to(self.device))
        return [
            int(tokens[row]) * FRAMES_PER_TOKEN
            if request.seconds is None
            else max(1, round(request.seconds * fps))
            for row, request in enumerate(requests)
        ]

    def decode(self, ids: torch.Tensor, frames: int) -> NDArray[np.float32]:
        """Features (frames, 263) of a token grid [N, S]."""
        with torch.inference_mode():
            count = -(-frames // FRAMES_PER_TOKEN)
            features = self.model.tokenizer.decode(ids[None, :count])[0, :frames]
        return features.float().cpu().numpy()

    def _sample(
        self,
        requests: list[Request],
        frames: list[int],
        sampling: SamplingConfig,
        progress: Progress | None,
        should_cancel: ShouldCancel | None,
    ) -> torch.Tensor:
        """Token grids [B, N, S]; longer motions are sampled window after window."""
        text = self.encoder.encode([request.prompt for request in requests]).to(self.device)
        lengths = torch.tensor([-(-count // FRAMES_PER_TOKEN) for count in frames])
        longest = self.model.config.transformer.max_tokens
        streams = self.model.config.tokenizer.streams
        shape = (len(requests), int(lengths.max()), streams)
        ids = torch.zeros(shape, dtype=torch.long, device=self.device)
        windows = plan_windows(shape[1], longest, round(longest * WINDOW_OVERLAP))
        for number, window in enumerate(windows):

            def report(step: int, of: int, number: int = number) -> None:
                if progress is not None:
                    progress(number * of + step, len(windows) * of)

            part = ids[:, window.start : window.stop]
            regenerate = torch.ones_like(part, dtype=torch.bool)
            regenerate[:, : window.known] = False
            inside = (lengths - window.start).clamp(1, window.stop - window.start)
            seeds = tuple(request.seed + 7919 * number for request in requests)
            request = SamplingRequest(part, regenerate, inside.to(self.device), text, seeds)
            sampled = self._sampler.sample(request, sampling, report, should_cancel)
            ids[:, window.start : window.stop] = sampled
        return ids


def choose_device(name: str) -> torch.device:
    """"auto" takes CUDA (also ROCm), then Apple's MPS, then the CPU; raises InputError."""
    available = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    if name not in available:
        raise InputError(f"unknown device {name!r}: choose auto, cpu, cuda or mps")
    if not available[name]:
        raise InputError(f"device {name!r} is not available here: use --device auto or cpu")
    return torch.device(name)
