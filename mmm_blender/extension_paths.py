"""Where the extension lies and where it may write."""

from __future__ import annotations

from pathlib import Path

import bpy

# The name Blender knows the extension by: bl_ext.<repository>.mmm_blender.
PACKAGE = (__package__ or "").rpartition(".")[0] or __package__ or ""
# The folder that holds mmm_blender/, engine/ and weights/.
ROOT = Path(__file__).resolve().parents[1]
BUNDLED_MODEL = ROOT / "weights" / "mmm-open"


def user_folder() -> Path:
    """The extension's own folder among the user's files, which survives updates; it may not exist yet."""
    if PACKAGE.startswith("bl_ext."):
        return Path(bpy.utils.extension_path_user(PACKAGE))
    return Path(bpy.utils.user_resource("DATAFILES")) / PACKAGE


def engine_folder() -> Path:
    """The engine's own Python environment."""
    return user_folder() / "engine"


def engine_log() -> Path:
    """What the engine says on stderr."""
    return user_folder() / "logs" / "engine.log"


def install_log() -> Path:
    """What pip says."""
    return user_folder() / "logs" / "install.log"


def presets_folder() -> Path:
    """Bone mapping presets of the artist."""
    return user_folder() / "presets"
