"""The bundled model and a walk that it made, once for all tests of editing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.editing.editor import MotionEditor
from engine.generation.settings import SamplingConfig
from engine.pipeline import Pipeline
from engine.requests import EditConfig

WALK = "a person walks forward"

# Tiny tensors are computed fastest by one thread, and do not wait for busy cores.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline.from_pretrained("mmm-open", device="cpu")


@pytest.fixture(scope="session")
def walk(pipeline: Pipeline) -> np.ndarray:
    """121 frames, so that no count of whole tokens fits."""
    return pipeline.generate([WALK], seconds=6.05, seed=3)[0].joints


@pytest.fixture
def editor(pipeline: Pipeline, walk: np.ndarray) -> MotionEditor:
    return MotionEditor(pipeline, EditConfig(SamplingConfig(steps=4, fine_steps=1), candidates=2)).set_motion(walk)
