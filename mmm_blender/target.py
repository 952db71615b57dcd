"""The armature a motion is meant for, remembered without holding on to it.

A Python reference to a data-block dies with undo, deletion and file load. Name and session uid do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from .translation import rpt_


@dataclass(frozen=True)
class Target:
    """An armature object by name and by the number Blender gives every data-block for one session."""

    name: str
    uid: int

    @classmethod
    def of(cls, armature: bpy.types.Object) -> Target:
        return cls(armature.name, _uid(armature))

    def resolve(self) -> bpy.types.Object | None:
        """The armature as it is now, also when it was renamed; None when it is gone.

        After a file was loaded every uid is new, and the name is what is left to go by.
        """
        named = bpy.data.objects.get(self.name)
        if named is not None and _uid(named) == self.uid and named.type == "ARMATURE":
            return named
        for candidate in bpy.data.objects:
            if _uid(candidate) == self.uid:
                return candidate if candidate.type == "ARMATURE" else None
        return named if named is not None and named.type == "ARMATURE" else None


def active_armature(view_layer: bpy.types.ViewLayer | None) -> bpy.types.Object | None:
    """The active object if it is an armature, or the armature that deforms it."""
    active = view_layer.objects.active if view_layer is not None else None
    if active is None:
        return None
    return active if active.type == "ARMATURE" else active.find_armature()


def selected_armatures(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The armatures that are selected, or that deform what is selected, the active one first."""
    active = active_armature(context.view_layer)
    found = [] if active is None else [active]
    for chosen in context.selected_objects or ():
        armature = chosen if chosen.type == "ARMATURE" else chosen.find_armature()
        if armature is not None and armature not in found:
            found.append(armature)
    return found


def why_not_keyable(armature: bpy.types.Object) -> str | None:
    """One line saying why keyframes cannot be written on ``armature`` and what to do; None when they can."""
    if armature.library is not None:
        return rpt_(
            "'{name}' is linked from another file and cannot be keyed: make a library override of it "
            "(Object > Library Override > Make)"
        ).format(name=armature.name)
    if armature.override_library is not None and armature.override_library.is_system_override:
        return rpt_("'{name}' is a read-only library override: make it editable (Object > Library Override)").format(
            name=armature.name
        )
    if armature.mode == "EDIT":
        return rpt_("'{name}' is in Edit Mode: leave it first (Tab)").format(name=armature.name)
    return None


def _uid(owner: bpy.types.ID) -> int:
    return int(getattr(owner, "session_uid"))  # noqa: B009 - not in the stubs of every Blender version
