"""Actions for a library: from the origin, whatever pose the rig has, marked as assets; the rig plays what it played."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import bpy

from ...files.whole import written_whole
from ...motion_file import Motion
from ...rig.finding.find_mapping import find_mapping
from ..apply import ApplyOptions, apply_motion
from ..asset_preview import mark_asset

CATALOGUES = "blender_assets.cats.txt"
HEADER = "# This is an Asset Catalog Definition file for Blender.\n\nVERSION 1\n\n"


def add_to_library(
    armature: bpy.types.Object,
    motion: Motion,
    scene: bpy.types.Scene,
    name: str,
    loop: bool = False,
    catalogue: str = "",
) -> bpy.types.Action:
    """An action of ``motion`` for ``armature``, which does not play it; all or nothing.

    ``catalogue``: of the asset, like "Hero/Walks"; its file is ``write_catalogue``'s. Raises ValueError, saying what to
    do, where the rig does not fit.
    """
    options = ApplyOptions(start_frame=1, target="LIBRARY", set_frame_range=False)
    action = apply_motion(armature, find_mapping(armature), motion, scene, options)
    action.name = name
    mark_asset(action, motion)
    data: Any = action.asset_data
    if loop:
        action.use_cyclic = True
        data.tags.new("loop", skip_if_exists=True)
    if catalogue:
        data.catalog_id = str(catalogue_id(catalogue))
    return action


def catalogue_id(catalogue: str) -> uuid.UUID:
    """The same for the same catalogue everywhere, so that libraries of several files come together."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"mmm_blender:{catalogue}")


def write_catalogue(folder: Path, catalogue: str) -> None:
    """Enter ``catalogue`` in the file of catalogues that is in force in ``folder``, or in a new one there."""
    path = next((each / CATALOGUES for each in (folder, *folder.parents) if (each / CATALOGUES).is_file()), None)
    path = path or folder / CATALOGUES
    text = path.read_text(encoding="utf-8") if path.is_file() else HEADER
    identifier = str(catalogue_id(catalogue))
    if identifier not in text:
        entry = f"{identifier}:{catalogue}:{catalogue.replace('/', '-')}\n"
        with written_whole(path) as unfinished:
            unfinished.write_text(text + ("" if text.endswith("\n") else "\n") + entry, encoding="utf-8")
