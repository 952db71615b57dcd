"""How a motion of the results looks in the list: a small picture, a name, and what tells it from its neighbours."""

from __future__ import annotations

from typing import Any

import bpy.utils.previews

from ..animation.asset_preview import draw_poses
from ..animation.assets.summary import summarise
from ..client.session import Variation, session
from ..translation import iface_, n_

SIZE = 64  # pixels of a picture
LEAST_TURN = 20.0  # degrees that are told
ENDS = {"STANDING": n_("ends standing"), "LOW": n_("ends low"), "LYING": n_("ends lying")}

_pictures: Any = None  # Blender's collection of previews
_lines: dict[int, str] = {}  # by variation


def picture(variation: Variation) -> int:
    """Icon of three poses of the motion; made when it is first asked for."""
    global _pictures
    if _pictures is None:
        _pictures = bpy.utils.previews.new()
    name = str(variation.id)
    if name not in _pictures:
        _forget_lost()
        image = _pictures.new(name)
        pixels = draw_poses(variation.motion.joints, SIZE).ravel()
        image.image_size = image.icon_size = (SIZE, SIZE)
        image.image_pixels_float.foreach_set(pixels)
        image.icon_pixels_float.foreach_set(pixels)
    return int(_pictures[name].icon_id)


def title(variation: Variation) -> str:
    """What the artist calls it, or its length and seed."""
    if variation.name:
        return variation.name
    seed = variation.motion.seed
    if variation.edit is not None:
        span = variation.edit.span
        return iface_("frames {first} to {last}, seed {seed}").format(first=span.first, last=span.last, seed=seed)
    return iface_("{seconds:.1f} s, seed {seed}").format(seconds=variation.motion.seconds, seed=seed)


def describe(variation: Variation) -> str:
    """Travel, turn and end pose; or what is wrong with it."""
    if variation.id not in _lines:
        found = summarise(variation.motion.joints)
        turned = iface_("{degrees:.0f}° left") if found.turn > 0 else iface_("{degrees:.0f}° right")
        parts = [iface_("{metres:.1f} m").format(metres=found.travel)]
        if abs(found.turn) >= LEAST_TURN:
            parts.append(turned.format(degrees=abs(found.turn)))
        _lines[variation.id] = ", ".join([*parts, iface_(ENDS[found.end])])
    line = _lines[variation.id]
    return f"{variation.warning} · {line}" if variation.faults else line


def _forget_lost() -> None:
    """Let go of what is no longer in the list."""
    known = {variation.id for variation in session.results}
    for name in [name for name in _pictures if int(name) not in known]:
        del _pictures[name]
    for number in set(_lines) - known:
        del _lines[number]


def register() -> None:
    """Pictures are made with the first list."""


def unregister() -> None:
    """Give the pictures back."""
    global _pictures
    if _pictures is not None:
        bpy.utils.previews.remove(_pictures)
    _pictures = None
    _lines.clear()
