"""The benchmark of a model folder on a data set, with the pipeline plugged into the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import InputError
from engine.evaluation.clips import load_clips
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.report import Models, Report, ReportConfig, evaluate
from engine.generation.settings import SamplingConfig
from engine.models.config import FRAMES_PER_TOKEN
from engine.motion.parts import fit_features
from engine.motion.skeleton import HUMANML3D
from engine.pipeline import Pipeline, Precision
from engine.requests import GenerateRequest

BATCH = 32  # motions generated at once
# Models of 22 and of 27 joints are judged by what both have.
BODY_WIDTH = HUMANML3D.num_features


def run_benchmark(
    data: Path,
    evaluator_dir: Path,
    weights: str,
    split: str,
    repeats: int,
    sampling: SamplingConfig,
    precision: Precision = "fp32",
) -> Report:
    """Evaluate on all clips of a split; mirrored twins halve the sampling noise of the FID.

    Raises InputError if the data set or the evaluator is missing.
    """
    if not (data / f"{split}.txt").is_file():
        raise InputError(f"{data} is no data set: it has no {split}.txt")
    if not (evaluator_dir / "config.json").is_file():
        raise InputError(f"{evaluator_dir} is no evaluator: train one with 'mmm train evaluator'")
    pipeline = Pipeline.from_pretrained(weights, precision=precision)
    evaluator = Evaluator.load(evaluator_dir)
    clips = load_clips(data, split)
    config = replace(ReportConfig(), generation_repeats=repeats)
    return evaluate(clips, evaluator, PipelineModels(pipeline, sampling).models(), config)


class PipelineModels:
    """What the report asks of a model, answered by a pipeline."""

    def __init__(self, pipeline: Pipeline, sampling: SamplingConfig) -> None:
        self.pipeline = pipeline
        self.sampling = sampling

    def models(self) -> Models:
        return Models(
            reconstruct=self.reconstruct,
            tokenize=self.tokenize,
            codebook_size=self.pipeline.model.config.tokenizer.codebook_size,
            generate=self.generate,
            predict_lengths=self.predict_lengths,
        )

    def tokenize(self, features: NDArray[np.floating]) -> NDArray[np.integer]:
        """(T, F) -> ids (T/4, S)."""
        width = self.pipeline.model.config.tokenizer.feature_dim
        return self.pipeline.encode(fit_features(np.asarray(features, dtype=np.float32), width)).cpu().numpy()

    def reconstruct(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """(T, F) -> (T - T % 4, F) through the tokens."""
        ids = torch.from_numpy(self.tokenize(features)).to(self.pipeline.device)
        return fit_features(self.pipeline.decode(ids, len(ids) * FRAMES_PER_TOKEN), features.shape[1])

    def generate(self, captions: list[str], lengths: list[int], seed: int) -> list[NDArray[np.float32]]:
        """Features of generated motions as the user gets them."""
        fps = self.pipeline.model.config.fps
        motions = []
        for first in range(0, len(captions), BATCH):
            requests = [
                GenerateRequest(caption, length / fps, seed * 100_003 + first + i, self.sampling)
                for i, (caption, length) in enumerate(
                    zip(captions[first : first + BATCH], lengths[first : first + BATCH], strict=True)
                )
            ]
            motions += self.pipeline.generate_requests(requests)
        return [fit_features(motion.features, BODY_WIDTH) for motion in motions]

    def predict_lengths(self, captions: list[str], seed: int) -> list[int]:
        return self.pipeline.choose_frames([GenerateRequest(caption) for caption in captions])
