"""Which way a package's imports point: rooms in layers, read from the source with ast.

A room is a folder or a module, named by its dotted path; a module lives in the longest room that fits. Rooms may
import from lower layers only, not from their neighbours in the same layer. Imports inside functions and for type
checking count too: a reader follows them all the same.
"""

from __future__ import annotations

import ast
from pathlib import Path

MOST_MODULES = 15

# From the top down.
Layers = tuple[tuple[str, ...], ...]


def modules_of(root: Path, package: str) -> dict[str, Path]:
    """Modules of a package by dotted name; a folder's `__init__` has the folder's name."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_names(path: Path, root: Path) -> set[str]:
    """Dotted names that a file imports anywhere, relative ones made absolute, ``from a import b`` as a.b too."""
    parents = path.relative_to(root).with_suffix("").parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(parents[: len(parents) - node.level]) if node.level else ""
            base = ".".join(part for part in (above, node.module or "") if part)
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def import_graph(root: Path, package: str) -> dict[str, set[str]]:
    """For each module the other modules of the package that it imports."""
    modules = modules_of(root, package)
    graph = {}
    for name, path in modules.items():
        imported = imported_names(path, root)
        known = imported & set(modules)
        # `from a.b import c` names both a.b and a.b.c: where c is a module, the folder is only the way to it.
        ways = {other for other in known if any(longer.startswith(f"{other}.") for longer in known)}
        graph[name] = {other for other in known if other not in ways or _is_used(other, modules, imported)} - {name}
    return graph


def _is_used(folder: str, modules: dict[str, Path], imported: set[str]) -> bool:
    """Whether a file that imports these names takes something from a folder's `__init__` itself."""
    if modules[folder].name != "__init__.py":
        return True
    prefix = f"{folder}."
    taken = {name for name in imported if name.startswith(prefix) and "." not in name[len(prefix) :]}
    return any(name not in modules for name in taken)


def find_circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other, by taking away what imports or is imported by nothing left."""
    left = {name: set(others) for name, others in graph.items()}
    while True:
        ends = {name for name, others in left.items() if not others & set(left)}
        starts = set(left) - set().union(*left.values()) if left else set()
        if not ends | starts:
            break
        left = {name: others for name, others in left.items() if name not in ends | starts}
    circles = []
    while left:
        first = min(left)
        group = {name for name in left if name in _reached(first, left) and first in _reached(name, left)}
        if group:
            circles.append(sorted(group))
        left = {name: others for name, others in left.items() if name not in group | {first}}
    return circles


def _reached(name: str, graph: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in graph.get(waiting.pop(), set()) & set(graph) - found:
            found.add(other)
            waiting.append(other)
    return found


def room_of(module: str, layers: Layers) -> str | None:
    """The longest room that the module lies in."""
    rooms = [room for layer in layers for room in layer if module == room or module.startswith(f"{room}.")]
    return max(rooms, key=len, default=None)


def find_faults(root: Path, package: str, layers: Layers) -> list[str]:
    """What breaks the order, a line each: circles, imports from below, rooms without place, crowded folders."""
    graph = import_graph(root, package)
    floor = {room: number for number, layer in enumerate(layers) for room in layer}
    faults = [f"import circle: {' -> '.join(circle)}" for circle in find_circles(graph)]
    for name, others in graph.items():
        room = room_of(name, layers)
        if room is None:
            faults.append(f"{name} has no place in the layers")
            continue
        for other in sorted(others):
            there = room_of(other, layers)
            if there is not None and there != room and floor[there] <= floor[room]:
                faults.append(f"{name} imports {other}: {there} is not below {room}")
    rooms = {room_of(name, layers) for name in graph}
    faults += [f"no module lives in {room}" for room in floor if room not in rooms]
    for folder in [root / package, *(path for path in (root / package).rglob("*") if path.is_dir())]:
        count = sum(path.stem not in ("__init__", "__main__") for path in folder.glob("*.py"))
        if count > MOST_MODULES:
            inside = folder.relative_to(root).as_posix()
            faults.append(f"{inside} holds {count} modules side by side, more than {MOST_MODULES}")
    return faults
