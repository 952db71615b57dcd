"""Which joint of a skeleton is what, told by the add-on's finder: a file in, a line of JSON out. Needs no bpy.

In: .npz with ``names`` (B,), ``parents`` (B,) int, -1 for none, parents first, ``heads`` and ``tails`` (B, 3) of a
rest pose in any axes and unit. Out: ``{"bones": {slot: name}}`` (slots as in ``rig.slots``) or ``{"problem": why}``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files.arrays import read_arrays
from ..rig.finding import automatic
from ..rig.finding.bone_names import side_of
from ..rig.skeleton import RestSkeleton
from ..rig.slots import SIDES

ARRAYS = frozenset({"names", "parents", "heads", "tails"})
MOST_BONES = 5000
FARTHEST = 1e9  # whatever the unit


def run(path: Path) -> int:
    """Print what is found; returns 0, also where nothing is. Raises ValueError for a file that holds no skeleton."""
    try:
        data = read_arrays(path, ARRAYS)
        if missing := ARRAYS - set(data):
            raise ValueError(f"it lacks {', '.join(sorted(missing))}")
        rig = make_skeleton(path.stem, data["names"], data["parents"], data["heads"], data["tails"])
    except ValueError as error:
        raise ValueError(f"{path} holds no skeleton ({error})") from error
    try:
        found = dict(automatic.find_bones(rig).bones)
    except ValueError as error:
        print(json.dumps({"problem": str(error)}))
        return 0
    # A pose in which somebody leans may look like one that faces the other way: names know better.
    sided = {slot: bone for slot, bone in found.items() if slot.startswith(SIDES)}
    if any(side_of(bone) not in (None, slot.split("_")[0]) for slot, bone in sided.items()):
        print(json.dumps({"problem": f"'{rig.name}': left and right are not where the names say"}))
    else:
        print(json.dumps({"bones": found}))
    return 0


def make_skeleton(
    name: str, names: NDArray[Any], parents: NDArray[Any], heads: NDArray[Any], tails: NDArray[Any]
) -> RestSkeleton:
    """A rest pose of bones that do as their parents do. Raises ValueError for arrays that are none."""
    count = np.size(names)
    if not (np.shape(names) == np.shape(parents) == (count,) and heads.shape == tails.shape == (count, 3)):
        raise ValueError("its arrays differ in length")
    if not 0 < count <= MOST_BONES:
        raise ValueError(f"{count} bones, where 1 to {MOST_BONES} are read")
    if not (heads.dtype.kind in "fiu" and tails.dtype.kind in "fiu" and parents.dtype.kind in "iu"):
        raise ValueError("its arrays hold no numbers")
    if not (np.abs(heads) <= FARTHEST).all() or not (np.abs(tails) <= FARTHEST).all():
        raise ValueError("its bones are nowhere")
    if any(not -1 <= parent < bone for bone, parent in enumerate(parents)):
        raise ValueError("a parent does not stand before its bone")
    return RestSkeleton(
        name,
        tuple(str(one) for one in names),
        np.asarray(parents, np.int32),
        heads.astype(float),
        tails.astype(float),
        np.tile(np.eye(3), (count, 1, 1)),
        np.ones(count, bool),
        np.zeros(count, bool),
        np.ones(count, bool),
    )
