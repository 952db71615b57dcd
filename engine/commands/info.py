"""The command `mmm info`."""

from __future__ import annotations

import argparse


def run_info(options: argparse.Namespace) -> None:
    """Print what a bug report needs."""
    import importlib.metadata
    import platform

    import torch

    from engine.models.folder import load_config
    from engine.pipeline import choose_device
    from engine.version import __version__
    from engine.weights import list_weights

    print(f"mmm {__version__}, Python {platform.python_version()}, {platform.platform()}")
    packages = ("torch", "numpy", "transformers", "safetensors", "bpy")
    for package in packages:
        try:
            print(f"  {package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            print(f"  {package} not installed")
    print(f"device: {choose_device('auto')} ({torch.get_num_threads()} threads)")
    for folder in list_weights():
        config = load_config(folder)
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
        print(f"model: {config.name} ({config.licence}, {size:.0f} MB) in {folder}")
