"""What has Blender's undo bring a character's pose back."""

from __future__ import annotations

import bpy

APPLIED = "mmm_applied"  # property of objects: how often keys were written


def count_applied(armature: bpy.types.Object) -> None:
    """Called where keys are written, so that the object is another one afterwards.

    Undo leaves an object in which nothing differs as it is in memory: bones that lose their keys again stay in the
    pose of the frame that was looked at in between.
    """
    if hasattr(armature, APPLIED):  # not so where the extension is not registered, and nothing is undone
        setattr(armature, APPLIED, getattr(armature, APPLIED) + 1)
