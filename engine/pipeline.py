"""From prompts to motions: text encoder, duration, masked sampler, tokenizer, joints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import InputError
from engine.generation.fill import Grid, fill_grids
from engine.generation.sampler import Cancelled, MaskedSampler, Progress, SamplingConfig, ShouldCancel
from engine.models.config import FRAMES_PER_TOKEN
from engine.models.folder import MotionModel, load_model_folder
from engine.models.text_encoder import TextEncoder, load_text_encoder
from engine.motion.cleanup import clean_joints
from engine.motion.features import features_of_every_frame, features_to_joints
from engine.motion.motion import Motion
from engine.weights import find_text_encoder, find_weights

MAX_PROMPT_LENGTH = 2000
MIN_SECONDS, MAX_SECONDS = 0.2, 60.0

Precision = Literal["fp32", "bf16"]


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
        check_prompt(self.prompt)
        if self.seconds is not None and not MIN_SECONDS <= self.seconds <= MAX_SECONDS:
            raise InputError(
                f"{self.seconds:g} s cannot be generated: choose a length from {MIN_SECONDS:g} to "
                f"{MAX_SECONDS:g} seconds, or 'auto'"
            )
        check_seed(self.seed)

    def record(self, sampling: SamplingConfig, model: str) -> dict[str, Any]:
        """What `Motion.request` keeps of a motion made with these settings by this model."""
        return {
            "method": "generate",
            "prompt": self.prompt,
            "seconds": self.seconds,
            "seed": self.seed,
            "steps": sampling.steps,
            "fine_steps": sampling.fine_steps,
            "guidance": sampling.guidance,
            "temperature": sampling.temperature,
            "model": model,
        }


class Pipeline:
    """A loaded model that generates motions.

    Example:
        >>> pipeline = Pipeline.from_pretrained("mmm-open")  # doctest: +SKIP
        >>> motion, = pipeline.generate(["a person waves"], seconds=4, seed=1)  # doctest: +SKIP
    """

    def __init__(
        self, model: MotionModel, encoder: TextEncoder, device: torch.device, precision: Precision = "fp32"
    ) -> None:
        self.model = model
        self.encoder = encoder
        self.device = device
        self.precision = precision
        model.tokenizer.to(device)
        model.transformer.to(device)
        self._sampler = MaskedSampler(model.transformer, model.config.tokenizer.levels)

    @classmethod
    def from_pretrained(
        cls, weights: str | Path = "mmm-open", device: str = "auto", precision: Precision = "fp32"
    ) -> Pipeline:
        """Load a bundled model by name or any model folder by path.

        `precision` is that of the transformer while it samples; bf16 gives other motions than fp32.
        Raises InputError for unknown weights or devices and ModelError for broken ones.
        """
        chosen = choose_device(device)
        check_precision(precision, chosen)
        folder = find_weights(weights)
        model = load_model_folder(folder)
        encoder = load_text_encoder(model.config.text_encoder, find_text_encoder(model.config, folder))
        return cls(model, encoder, chosen, precision)

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
        sampling = sampling or SamplingConfig()
        ids = self._sample(requests, frames, sampling, progress, should_cancel)
        motions = []
        for row, request in enumerate(requests):
            if should_cancel is not None and should_cancel():
                raise Cancelled
            joints = clean_joints(features_to_joints(self.decode(ids[row], frames[row])))
            features = features_of_every_frame(joints)
            record = request.record(sampling, self.model.config.name)
            motions.append(Motion(joints, features, self.model.config.fps, record))
        return motions

    def choose_frames(self, requests: list[Request]) -> list[int]:
        """Frames of each motion: as asked, or by the learned estimate of the prompt's duration."""
        fps = self.model.config.fps
        if all(request.seconds is not None for request in requests):
            return [max(1, round((request.seconds or 0) * fps)) for request in requests]
        duration = self.model.transformer.duration
        if duration is None:
            raise InputError(
                f"the model {self.model.config.name} cannot tell how long a motion lasts: give its length in seconds"
            )
        sentence = self.encoder.encode([request.prompt for request in requests]).sentence
        tokens = duration.most_likely(sentence.to(self.device))
        return [
            int(tokens[row]) * FRAMES_PER_TOKEN
            if request.seconds is None
            else max(1, round(request.seconds * fps))
            for row, request in enumerate(requests)
        ]

    def encode(self, features: NDArray[np.floating]) -> torch.Tensor:
        """Token grid [T // 4, S] of features (T, 263)."""
        with torch.inference_mode():
            batch = torch.from_numpy(np.asarray(features, dtype=np.float32))[None]
            return self.model.tokenizer.encode(batch.to(self.device))[0]

    def decode(self, ids: torch.Tensor, frames: int) -> NDArray[np.float32]:
        """Features (frames, 263) of a token grid [N, S]."""
        with torch.inference_mode():
            count = -(-frames // FRAMES_PER_TOKEN)
            features = self.model.tokenizer.decode(ids[None, :count])[0, :frames]
        return features.float().cpu().numpy()

    def fill(
        self,
        grids: Sequence[Grid],
        prompts: list[str],
        sampling: SamplingConfig,
        progress: Progress | None = None,
        should_cancel: ShouldCancel | None = None,
    ) -> list[torch.Tensor]:
        """Token grids [N, S] with the hidden tokens filled in, one prompt each.

        If all prompts are empty, the model's own idea of a motion fills the gaps. Raises Cancelled.
        """
        text = self.encoder.encode(prompts).to(self.device)
        if not any(prompt.strip() for prompt in prompts):
            sampling = replace(sampling, guidance=0.0)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16"):
            return fill_grids(self._sampler, grids, text, sampling, progress, should_cancel)

    def certainty(self, ids: torch.Tensor, prompt: str) -> NDArray[np.float32]:
        """(N, S) how likely the model finds each token of a grid [N, S] that fits into one pass."""
        text = self.encoder.encode([prompt]).to(self.device)
        return self._sampler.certainty(ids, text, blank=not prompt.strip()).cpu().numpy()

    def _sample(
        self,
        requests: list[Request],
        frames: list[int],
        sampling: SamplingConfig,
        progress: Progress | None,
        should_cancel: ShouldCancel | None,
    ) -> list[torch.Tensor]:
        """Token grids [N, S] of the requests."""
        streams = self.model.config.tokenizer.streams
        grids = []
        for request, count in zip(requests, frames, strict=True):
            ids = torch.zeros(-(-count // FRAMES_PER_TOKEN), streams, dtype=torch.long, device=self.device)
            grids.append(Grid(ids, torch.ones_like(ids, dtype=torch.bool), request.seed))
        return self.fill(grids, [request.prompt for request in requests], sampling, progress, should_cancel)


def check_prompt(prompt: str, empty: bool = False) -> None:
    """Raises InputError for a prompt that is too long, or has nothing in it unless it may be `empty`."""
    if not empty and not prompt.strip():
        raise InputError("the prompt is empty: say what the character should do")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise InputError(
            f"the prompt has {len(prompt):,} characters, the limit is {MAX_PROMPT_LENGTH:,}: shorten it"
        )


def check_seed(seed: int) -> None:
    """Raises InputError for what cannot seed the sampler."""
    if not 0 <= seed < 2**31:
        raise InputError(f"seed {seed} is out of range: use 0 to {2**31 - 1}")


def choose_device(name: str) -> torch.device:
    """"auto" takes CUDA (also ROCm), Intel's XPU, Apple's MPS or else the CPU; raises InputError."""
    available = {
        "cuda": torch.cuda.is_available(),
        "xpu": hasattr(torch, "xpu") and torch.xpu.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    if name not in available:
        raise InputError(f"unknown device {name!r}: choose auto, cpu, cuda, mps or xpu")
    if not available[name]:
        raise InputError(f"device {name!r} is not available here: choose auto or cpu")
    return torch.device(name)


def check_precision(precision: str, device: torch.device) -> None:
    """Raises InputError unless the device can sample in that precision."""
    if precision not in get_args(Precision):
        raise InputError(f"unknown precision {precision!r}: choose {' or '.join(get_args(Precision))}")
    if precision == "fp32":
        return
    capable = torch.amp.is_autocast_available(device.type)  # type: ignore[attr-defined]
    if device.type == "cuda":
        # Older cards only emulate it, slower than fp32.
        capable = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "mps":
        capable = torch.backends.mps.is_macos_or_newer(14, 0)
    if not capable:
        raise InputError(f"precision 'bf16' does not work on this {device.type} device: choose fp32")
