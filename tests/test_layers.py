"""Imports point one way, and no folder is crowded."""

from pathlib import Path

import pytest

from tests.layers import Layers, find_faults

ROOT = Path(__file__).parents[1]

ENGINE: Layers = (
    ("engine",),
    ("engine.cli",),
    ("engine.commands", "engine.worker"),
    ("engine.conversion", "engine.speed"),
    ("engine.evaluation.direction", "engine.evaluation.moods"),
    ("engine.evaluation.editing", "engine.evaluation.paper", "engine.evaluation.prompts"),
    ("engine.evaluation",),
    ("engine.interaction",),
    ("engine.training",),
    ("engine.training.examples",),
    ("engine.training.config", "engine.editing", "engine.data"),
    ("engine.data.formats",),
    ("engine.data.captions", "engine.data.hand_keyed", "engine.data.skeletons", "engine.pipeline"),
    ("engine.acting", "engine.direction"),
    ("engine.requests", "engine.weights", "engine.generation"),
    ("engine.sampling",),
    ("engine.generation.settings",),
    ("engine.models", "engine.predicates"),
    ("engine.motion", "engine.blender_process"),
    ("engine.files",),
    ("engine.errors", "engine.filters", "engine.meta_rules", "engine.solvers", "engine.version", "engine.watch"),
)
ADDON: Layers = (
    ("mmm_blender.headless.__main__",),
    ("mmm_blender",),
    ("mmm_blender.headless.rigs", "mmm_blender.operators", "mmm_blender.ui.timeline"),
    ("mmm_blender.headless", "mmm_blender.ui.panels", "mmm_blender.ui.heartbeat"),
    ("mmm_blender.ui",),
    ("mmm_blender.ui.properties",),
    ("mmm_blender.ui.bone_mapping", "mmm_blender.ui.preferences"),
    ("mmm_blender.engine_install",),
    ("mmm_blender.client",),
    ("mmm_blender.editing",),
    ("mmm_blender.filming",),
    ("mmm_blender.animation",),
    ("mmm_blender.character", "mmm_blender.ghost"),
    ("mmm_blender.body_mesh", "mmm_blender.rig.finding", "mmm_blender.rig.retarget", "mmm_blender.rig.sampling"),
    ("mmm_blender.rig.basis", "mmm_blender.rig.foot_meshes"),
    ("mmm_blender.rig.body",),
    ("mmm_blender.rig.skeleton",),
    ("mmm_blender.rig.mapping",),
    ("mmm_blender.rig",),
    ("mmm_blender.materials", "mmm_blender.motion_file", "mmm_blender.target"),
    ("mmm_blender.rig.canonical",),
    ("mmm_blender.i18n",),
    (
        "mmm_blender.compat",
        "mmm_blender.coordinates",
        "mmm_blender.palette",
        "mmm_blender.registration",
        "mmm_blender.scene",
    ),
    (
        "mmm_blender.extension_paths",
        "mmm_blender.files",
        "mmm_blender.protocol",
        "mmm_blender.redraw",
        "mmm_blender.translation",
    ),
)
PACKAGES = {"engine": ENGINE, "mmm_blender": ADDON}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_down_and_no_folder_is_crowded(package):
    assert find_faults(ROOT, package, PACKAGES[package]) == []


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def house(tmp_path) -> Path:
    write(
        tmp_path,
        {
            "__init__.py": "",
            "roof/__init__.py": "",
            "roof/tiles.py": "from ..cellar import wine\n",
            "cellar/__init__.py": "",
            "cellar/wine.py": "from house.errors import Dry\n",
            "errors.py": "class Dry(Exception): ...\n",
        },
    )
    return tmp_path


LAYERS: Layers = (("house",), ("house.roof",), ("house.cellar",), ("house.errors",))


def test_a_house_in_order_has_no_faults(house):
    assert find_faults(house, "house", LAYERS) == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"errors.py": "def late():\n    from house.roof import tiles\n"}, "house.errors imports house.roof.tiles"),
        (
            {"errors.py": "def late():\n    from house.roof import tiles\n"},
            "import circle: house.cellar.wine -> house.errors -> house.roof.tiles",
        ),
        ({"cellar/ale.py": "import house.roof.tiles\n"}, "house.cellar.ale imports house.roof.tiles"),
        (
            {"cellar/ale.py": "from . import wine\n", "cellar/wine.py": "from . import ale\n"},
            "import circle: house.cellar.ale -> house.cellar.wine",
        ),
        (
            {"roof/__init__.py": "TILES = 9\n", "errors.py": "from house.roof import TILES\n"},
            "house.errors imports house.roof: house.roof is not below house.errors",
        ),
        ({f"roof/tile{number}.py": "" for number in range(15)}, "house/roof holds 16 modules side by side"),
    ],
)
def test_what_breaks_the_order_is_named(house, files, told):
    write(house, files)
    assert any(fault.startswith(told) for fault in find_faults(house, "house", LAYERS))


def test_every_room_is_lived_in_and_every_module_has_one(house):
    faults = find_faults(house, "house", (("house.roof",), ("house.attic",)))
    assert "house.errors has no place in the layers" in faults
    assert "no module lives in house.attic" in faults
