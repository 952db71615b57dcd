"""Every text that the interface shows, in English: what the translations in ``i18n/`` have to hold.

Read off two places. The classes that Blender has registered tell their labels, tips, properties and choices. The
source tells what is marked for translation (``iface_``, ``rpt_``, ``n_``) and what layouts are given as text.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

from .. import i18n
from ..i18n.catalogue import DEFAULT, FOLDER, OPERATOR, read_entries, write_catalogue

ROOT = Path(__file__).parents[1]
MARKS = {"iface_", "rpt_", "n_"}
TEXTS = {"text", "heading", "placeholder"}  # arguments of layouts that Blender translates
PREFIX = "MMM_"
# Names of products and files, the same in all languages.
PROPER_NAMES = {("MMM_Preferences", "backend"), ("MMM_Preferences", "model")}
# Not of the interface: programs without a window, and what only programs tell each other.
SILENT = ("headless",)

Message = tuple[str, str]  # context, text


def collect_messages() -> dict[Message, str]:
    """(context, message) -> the file it is from, in the order of files; the add-on must be registered."""
    found: dict[Message, str] = {}
    registered = list(_registered_messages())
    for path in source_files():
        place = path.relative_to(ROOT.parent).as_posix()
        for message in (*(message for file, message in registered if file == path), *marked_messages(path)):
            if message[1].strip():
                found.setdefault(message, place)
    return found


def source_files() -> list[Path]:
    """Modules whose texts an artist may see."""
    return [path for path in sorted(ROOT.rglob("*.py")) if not set(SILENT) & set(path.relative_to(ROOT).parts)]


def marked_messages(path: Path) -> Iterator[Message]:
    """What a module's source marks for translation or gives to a layout."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name in MARKS and isinstance(node.func, ast.Name):
            yield from ((DEFAULT, text) for text in _texts(node.args[0]))
        context = OPERATOR if name == "operator" else DEFAULT
        untranslated = any(keyword.arg == "translate" for keyword in node.keywords)
        for keyword in node.keywords:
            if keyword.arg in TEXTS and isinstance(node.func, ast.Attribute) and not untranslated:
                yield from ((context, text) for text in _texts(keyword.value))
        if name == "report" and len(node.args) == 2:
            yield from ((DEFAULT, text) for text in _texts(node.args[1]))


def update_catalogues() -> dict[str, int]:
    """Bring all catalogues up to what the source has, keeping their translations; locale -> how many are missing."""
    places = collect_messages()
    missing = {}
    for locale in i18n.LOCALES:
        path = FOLDER / f"{locale}.po"
        known = read_entries(path)
        by_text = {message: text for (_, message), text in known.items() if text}
        entries = {each: known.get(each, "") or by_text.get(each[1], "") for each in places}
        write_catalogue(path, locale, entries, places)
        missing[locale] = sum(not text for text in entries.values())
    return missing


def run() -> int:
    """The command ``update-translations``."""
    for locale, count in update_catalogues().items():
        print(f"{locale}: {count} messages without translation" if count else f"{locale}: complete")
    return 0


def _registered_messages() -> Iterator[tuple[Path, Message]]:
    for kind in (bpy.types.Operator, bpy.types.Panel, bpy.types.Menu, bpy.types.UIList, bpy.types.PropertyGroup):
        for each in _subclasses(kind):
            yield from _messages_of(each, OPERATOR if kind is bpy.types.Operator else DEFAULT)
    for each in _subclasses(bpy.types.AddonPreferences):
        yield from _messages_of(each, DEFAULT)


def _messages_of(each: Any, context: str) -> Iterator[tuple[Path, Message]]:
    file = Path(inspect.getfile(each))
    if not issubclass(each, bpy.types.PropertyGroup | bpy.types.AddonPreferences | bpy.types.UIList):
        yield file, (context, each.bl_label)
    rna, inherited = each.bl_rna, set(each.bl_rna.base.properties.keys())
    if issubclass(each, bpy.types.Operator):
        rna = getattr(bpy.ops.mmm, each.bl_idname.partition(".")[2]).get_rna_type()  # type: ignore[attr-defined]
        inherited = {"rna_type"}
        yield file, (DEFAULT, rna.description)
    for name, prop in rna.properties.items():
        if name in inherited or prop.is_hidden or (each.__name__, name) in PROPER_NAMES:
            continue
        own = prop.translation_context
        if prop.name != name:  # the name where none is given
            yield file, (own, prop.name)
        yield file, (DEFAULT, prop.description)
        for item in getattr(prop, "enum_items_static", ()):
            yield file, (own, item.name)
            yield file, (DEFAULT, item.description)


def _subclasses(kind: Any) -> list[Any]:
    """Registered classes of the add-on, those of classes of its own too, in the order in which they are defined."""
    found = []
    for each in kind.__subclasses__():
        if each.__name__.startswith(PREFIX) and getattr(each, "is_registered", False):
            found.append(each)
        found += _subclasses(each)
    return found


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _texts(node: ast.expr) -> Iterator[str]:
    """The literal, or those of both branches."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
