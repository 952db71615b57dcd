"""Fixtures of the extension's tests. Run them through ``run.py``, not through plain pytest."""

from __future__ import annotations

import time
from types import ModuleType

import bpy
import harness
import pytest
from studio import Studio


@pytest.fixture
def extension() -> ModuleType:
    """The harness, with the zip installed, enabled and set to an engine that works; an empty scene."""
    if not harness.is_enabled():
        if not harness.installed_folder().is_dir():
            harness.install(enable=False)
        begin = time.perf_counter()
        harness.enable()
        print(f"\nBlender {bpy.app.version_string}: enabled in {time.perf_counter() - begin:.3f} s")
    assert harness.is_enabled()
    bpy.ops.wm.read_homefile(use_empty=True)
    harness.use_existing_python()
    return harness


@pytest.fixture
def empty_studio(extension: ModuleType) -> Studio:
    """Nothing in the scene, no results."""
    studio = Studio(extension)
    studio.session.discard_all()
    return studio


@pytest.fixture
def studio(empty_studio: Studio) -> Studio:
    """Our character in the scene, selected; no results. Modules that need more add to it."""
    empty_studio.add_character()
    return empty_studio
