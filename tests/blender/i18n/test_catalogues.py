"""No text of the interface is missing in any language.

Covered are labels and tips of operators, panels, menus and lists; names, tips and choices of properties; texts,
headings and placeholders in layouts; and every report, error and message that is marked with ``iface_``, ``rpt_`` or
``n_``. A message that is not marked fails here too. Not covered, and English in every language: what the engine's
process says of its own, what is wrong inside damaged files, and names of data that the add-on makes, but for layers of
corrections.
"""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import mmm_blender
from mmm_blender import i18n
from mmm_blender.headless.messages import (
    MARKS,
    collect_messages,
    marked_messages,
    source_files,
)
from mmm_blender.i18n.catalogue import DEFAULT, FOLDER, OPERATOR, read_catalogue, read_entries

# Errors of these say to programmers what they did, or stand in brackets behind a message that is translated.
FOR_PROGRAMMERS = {"files", "motion_file.py", "protocol.py", "canonical.py", "sampling.py", "kind.py", "catalogue.py"}
ERRORS = {"ValueError", "JobError", "CheckError", "NothingSelected", "FileNotFoundError"}
PLAIN = {  # the same for mistakes of a caller, which no button can make
    "key_every must be at least 1",
    "tolerance must be between 0 and 1",
    "mapping '",
    "this is not a rig mapping",
    "'{}': {}",
    "no scene is open",
    "no view layer is open",
}


@pytest.fixture(scope="module")
def messages() -> dict[tuple[str, str], str]:
    mmm_blender.register()
    try:
        return collect_messages()
    finally:
        mmm_blender.unregister()


def test_what_an_artist_sees_is_collected(messages: dict[tuple[str, str], str]) -> None:
    for message in (
        (OPERATOR, "Generate Motion"),  # an operator's label
        (DEFAULT, "Make motions from the prompt; Blender stays free meanwhile"),  # its docstring
        (DEFAULT, "Keep in Menu"),  # a property of an operator
        (DEFAULT, "Bone Mapping"),  # a panel
        (DEFAULT, "Lock Feet"),  # a property of a class that another one inherits
        (DEFAULT, "Draft"),  # a choice
        (OPERATOR, "Apply Anyway"),  # text of a button
        (DEFAULT, "Left Fingers"),  # a constant
        (DEFAULT, "{count} bones"),  # a template
        (DEFAULT, "The disk is full: make room and press Install again"),  # an error
    ):
        assert message in messages, message
    assert len(messages) > 800


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_catalogue_is_complete(locale: str, messages: dict[tuple[str, str], str]) -> None:
    translated = read_catalogue(FOLDER / f"{locale}.po")
    missing = [f"{messages[each]}: {each[1]}" for each in messages if each not in translated]
    assert not missing, f"translate {len(missing)} messages in {locale}.po, the first: {missing[:5]}"
    old = set(read_entries(FOLDER / f"{locale}.po")) - set(messages)
    assert not old, "run python -m mmm_blender.headless update-translations"


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_translations_fit_their_templates(locale: str) -> None:
    for (_, message), text in read_catalogue(FOLDER / f"{locale}.po").items():
        assert holes(text) == holes(message), (message, text)
        assert text.startswith(" ") == message.startswith(" ") and text == text.rstrip(), (message, text)
        assert "\n" not in text and (message.endswith(":") == text.endswith((":", "："))), (message, text)


def test_every_language_has_a_catalogue_and_every_catalogue_a_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.po")} == set(i18n.LOCALES)


@pytest.mark.parametrize("path", source_files(), ids=lambda path: path.stem)
def test_messages_are_marked(path: Path) -> None:
    if FOR_PROGRAMMERS & {path.name, path.parent.name}:
        return
    unmarked = [f"line {line}: {text}" for line, text in bare_messages(path.read_text("utf-8"))]
    assert not [each for each in unmarked if not any(plain in each for plain in PLAIN)], path


def test_constants_that_are_translated_are_marked() -> None:
    """What is given to ``rpt_`` by a constant's name is marked where the constant is."""
    trees = [ast.parse(path.read_text("utf-8")) for path in source_files()]
    used = {
        node.args[0].id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and called(node) in MARKS
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id.isupper()
    }
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in used:
                assert not isinstance(node.value, ast.Constant | ast.JoinedStr), ast.unparse(node)


def test_a_bare_message_and_a_marked_one_are_told_apart(tmp_path: Path) -> None:
    source = tmp_path / "room.py"
    source.write_text(
        "def f(self, layout, name):\n"
        "    layout.label(text='Here' if name else 'There')\n"
        "    layout.operator('mmm.go', text='Go')\n"
        "    layout.label(text='Walk.001', translate=False)\n"
        "    self.report({'INFO'}, f'{name} was done')\n"
        "    raise ValueError(rpt_('{name} is gone').format(name=name))\n"
    )
    assert set(marked_messages(source)) == {
        (DEFAULT, "Here"),
        (DEFAULT, "There"),
        (OPERATOR, "Go"),
        (DEFAULT, "{name} is gone"),
    }
    assert [text for _, text in bare_messages(source.read_text())] == ["{} was done"]


def test_po_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "xx.po"
    path.write_text(
        'msgid ""\nmsgstr "Language: xx\\n"\n\n#: a.py\nmsgctxt "Operator"\nmsgid "Go"\nmsgstr "Los"\n\n'
        'msgid "a "\n"long \\"one\\""\nmsgstr ""\n"ein "\n"langes"\n\nmsgid "open"\nmsgstr ""\n'
    )
    assert read_entries(path) == {
        (OPERATOR, "Go"): "Los",
        (DEFAULT, 'a long "one"'): "ein langes",
        (DEFAULT, "open"): "",
    }
    assert (DEFAULT, "open") not in read_catalogue(path)
    path.write_text('msgid "Go"\nmsgstr Los\n')
    with pytest.raises(ValueError, match=r"xx.po, line 2"):
        read_catalogue(path)


def holes(text: str) -> list[tuple[str, str, str]]:
    """Placeholders of a template with their formats, in a fixed order."""
    found = string.Formatter().parse(text)
    return sorted((name, spec or "", conversion or "") for _, name, spec, conversion in found if name is not None)


def bare_messages(source: str) -> list[tuple[int, str]]:
    """Texts of errors, reports and reasons that are not marked for translation: line and text."""
    found = []
    for node in ast.walk(ast.parse(source)):
        given: list[ast.expr] = []
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and called(node.exc) in ERRORS:
            given = node.exc.args[:1]
        elif isinstance(node, ast.Call) and called(node) == "report":
            # literals are translated by Blender, templates are not
            given = [each for each in node.args[1:] if isinstance(each, ast.JoinedStr)]
        elif isinstance(node, ast.Call) and called(node) in ("poll_message_set", "_fail", "fail", "Failure"):
            given = node.args[:2]
        for each in given:
            if isinstance(each, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in each.values]
                found.append((each.lineno, "".join(map(str, parts))))
            elif isinstance(each, ast.Constant) and isinstance(each.value, str):
                found.append((each.lineno, each.value))
    return found


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
