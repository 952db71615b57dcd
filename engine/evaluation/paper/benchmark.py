"""The paper's protocol run on a model folder and a data set."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.evaluation.paper.clips import load_protocol_clips
from engine.evaluation.paper.evaluator import load_evaluator
from engine.evaluation.paper.tables import ProtocolConfig, ProtocolReport, run_protocol
from engine.generation.settings import SamplingConfig
from engine.pipeline import Pipeline, Precision

PAPER_SAMPLING = SamplingConfig(steps=10, guidance=1.0, choice_noise=0.0)

log = logging.getLogger(__name__)


def run_paper_benchmark(
    data: Path,
    evaluator_dir: Path,
    weights: str,
    upper_weights: str | None,
    split: str,
    config: ProtocolConfig,
    sampling: dict[str, Any],
    precision: Precision = "fp32",
) -> ProtocolReport:
    """The paper's tables; `sampling` overrides single settings of PAPER_SAMPLING. Raises InputError."""
    evaluator = load_evaluator(evaluator_dir)
    pipeline = Pipeline.from_pretrained(weights, precision=precision)
    if pipeline.model.config.transformer.predicted_parts != "all":
        raise InputError(f"{weights} is an upper-body model: give it as --upper-weights, beside a whole-body one")
    upper = Pipeline.from_pretrained(upper_weights, precision=precision) if upper_weights else None
    if evaluator.network.config.feature_dim != pipeline.model.tokenizer.mean.numel():
        raise InputError(
            f"the evaluator reads {evaluator.network.config.feature_dim} features, the model makes "
            f"{pipeline.model.tokenizer.mean.numel()}: they are of different data sets"
        )
    clips = load_protocol_clips(data, split, pipeline.model.config.fps)
    return run_protocol(clips, evaluator, pipeline, upper, replace(PAPER_SAMPLING, **sampling), config, log.info)
