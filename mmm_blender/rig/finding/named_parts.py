"""What the names of a whole rig suggest: one bone's name is read beside those of the bones it hangs on and carries.

"Shoulder" is a collar bone where an upper arm hangs on it, and the upper arm where an elbow does; "leg 1" to "leg 3"
say which comes first and not which is the knee; a palm is a hand where no other bone is.
"""

from __future__ import annotations

from ..skeleton import RestSkeleton
from .bone_names import is_end_name, part_of, series_of, vague_word

Parts = tuple[str | None, ...]

END = "end"  # marks where a bone ends, and moves nothing
FACE = ("eye", "jaw", "ear", "face", "tongue", "nose", "brow", "cheek", "lip", "lid", "mouth", "teeth")


def parts_of(rig: RestSkeleton) -> Parts:
    """The part of the body that each bone's name suggests, of those of ``part_of`` and ``END``, or None."""
    children = rig.children()
    parts = [part_of(name) for name in rig.names]
    for row in reversed(range(len(parts))):
        if is_end_name(rig.names[row]) and all(parts[child] == END for child in children[row]):
            parts[row] = END
    below = _parts_below(children, parts)
    plain = list(parts)
    for row, name in enumerate(rig.names):  # parents come first: what they were found to be is known
        above = [parts[each] for each in rig.ancestors(row)]
        word = vague_word(name)
        if word in ("arm", "leg") and _is_numbered(rig, row, word, below[row]):
            parts[row] = None
        elif word == "leg" and "knee" in _plain_below(rig, children, plain, row):
            parts[row] = "hip"
        elif word == "arm" and "shoulder" in above:
            parts[row] = "elbow"
        elif word == "shoulder":
            carries_arm = "shoulder" in below[row] or "elbow" not in below[row]
            parts[row] = "collar" if carries_arm and "collar" not in above else "shoulder"
        elif parts[row] == "hip" and plain[row] == "hip" and "hip" in below[row] and "hip" not in above:
            parts[row] = None if "knee" not in {plain[child] for child in children[row]} else "hip"
        elif parts[row] in ("palm", "wrist") and "wrist" in above:
            parts[row] = "palm"  # what hangs on a hand is part of it
        elif parts[row] == "palm" and not any(plain[twin] == "wrist" for twin in _siblings(rig, children, row)):
            parts[row] = "wrist"
    return tuple(parts)


def is_face(name: str) -> bool:
    """Whether a name says that the bone is part of a face."""
    return any(word in name.casefold() for word in FACE)


def _parts_below(children: list[list[int]], parts: list[str | None]) -> list[set[str | None]]:
    found: list[set[str | None]] = [set() for _ in parts]
    for row in reversed(range(len(parts))):
        for child in children[row]:
            found[row] |= found[child] | {parts[child]}
    return found


def _plain_below(rig: RestSkeleton, children: list[list[int]], parts: list[str | None], row: int) -> set[str | None]:
    """Parts of the bones that hang on ``row``, of those whose names say them outright."""
    found: set[str | None] = set()
    queue = list(children[row])
    while queue:
        each = queue.pop()
        queue += children[each]
        if vague_word(rig.names[each]) is None:
            found.add(parts[each])
    return found


def _is_numbered(rig: RestSkeleton, row: int, word: str, below: set[str | None]) -> bool:
    """Whether the bone's name comes several times in its chain, told apart by numbers alone."""
    series = series_of(rig.names[row])
    chain = set(rig.ancestors(row))
    return any(
        each != row and series_of(name) == series and (each in chain or row in rig.ancestors(each))
        for each, name in enumerate(rig.names)
        if vague_word(name) == word
    )


def _siblings(rig: RestSkeleton, children: list[list[int]], row: int) -> list[int]:
    parent = int(rig.parents[row])
    return [each for each in children[parent] if each != row] if parent >= 0 else []
