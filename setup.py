"""What `pip install .` copies: both packages with their data, and the weights as a package of files beside them."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["engine", "engine.*", "mmm_blender", "mmm_blender.*"]), "mmm_weights"],
    # In the checkout and in the extension they lie in a folder at the top; `engine/weights.py` knows both.
    package_dir={"mmm_weights": "weights"},
    package_data={
        "": ["py.typed", "*.json", "*.jsonl", "*.md", "*.npz", "*.po", "*.toml", "*.txt"],
        "engine.training": ["recipes/*.toml"],
        "mmm_blender": ["presets/*.json"],
        "mmm_weights": ["*/*"],
    },
)
