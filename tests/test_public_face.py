"""`from engine import ...`: everything named is there, and importing it costs nothing."""

import os
import platform
import subprocess
import sys

import pytest

import engine
from engine.generation.settings import SamplingConfig
from engine.pipeline import Pipeline


def test_importing_loads_nothing():
    script = "import sys, engine; dir(engine); print(sorted(n for n in sys.modules if n.startswith('engine')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['engine', 'engine.version']"


@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="elsewhere torch may need them")
def test_small_systems_leave_the_cores_to_torch():
    told = "import engine, numpy, os; print(os.environ['OPENBLAS_NUM_THREADS'])"
    for given, seen in ((None, "1"), ("2", "2")):
        environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
        environment |= {"OPENBLAS_NUM_THREADS": given} if given else {}
        done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [seen]


@pytest.mark.parametrize("name", engine.__all__)
def test_every_name_is_there(name):
    assert name in dir(engine)
    assert getattr(engine, name) is not None
    assert name.startswith("__") or getattr(engine, name).__module__.startswith("engine.")


def test_names_are_those_of_their_modules():
    assert engine.Pipeline is Pipeline and engine.SamplingConfig is SamplingConfig
    with pytest.raises(AttributeError, match="'Pipelines'"):
        engine.Pipelines  # noqa: B018


def test_a_single_prompt_is_one_motion():
    pipeline = Pipeline.from_pretrained("mmm-open", "cpu")
    sampling = SamplingConfig(steps=2)
    (alone,) = pipeline.generate("a person waves", 1.0, 3, sampling)
    (listed,) = pipeline.generate(["a person waves"], 1.0, 3, sampling)
    assert (alone.joints == listed.joints).all() and alone.request == listed.request
