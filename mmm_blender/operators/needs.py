"""What operators need before they can run, told where Blender asks why a button is grey."""

from __future__ import annotations

from typing import Any

import bpy

from ..client.session import find_character
from ..engine_install import installation
from ..target import why_not_keyable
from ..translation import rpt_


class NeedsCharacter:
    """An operator for the character, whatever becomes of it."""

    poll_message_set: Any

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if find_character(context.view_layer) is None:
            cls.poll_message_set(rpt_("Select an armature first"))
            return False
        return True


class NeedsKeyable(NeedsCharacter):
    """An operator that changes the character or its keys."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not super().poll(context):
            return False
        armature = find_character(context.view_layer)
        reason = why_not_keyable(armature) if armature is not None else ""
        if reason:
            cls.poll_message_set(reason)
        return not reason


class NeedsInstaller:
    """An operator that sets something up: one at a time."""

    poll_message_set: Any

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        if installation.is_running():
            cls.poll_message_set(rpt_("The engine is being set up: wait or press Cancel"))
            return False
        return True
