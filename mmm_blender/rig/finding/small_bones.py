"""The small bones of a body whose limbs are known: toes, collar bones, fingers and twist bones."""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..skeleton import RestSkeleton
from .bone_names import finger_of, is_twist, words_of
from .named_parts import END, Parts
from .symmetry import Symmetry

SAME = 0.01  # share of the upper arm's length: bones that begin as near to each other begin in one point
HAND = ("finger", "palm", "wrist")  # what bones beside a hand are called that belong to it
AWAY, ASIDE = 0.05, 0.05  # shares of a limb's bone: how far off its ends, and its line, a twist bone may begin


def add_toe(rig: RestSkeleton, bones: dict[str, int], side: str, up: FloatArray, parts: Parts) -> None:
    """The toes of one side, where the ankle's bone carries any."""
    ankle = bones[f"{side}_ankle"]
    leg = np.linalg.norm(rig.heads[ankle] - rig.heads[bones[f"{side}_hip"]])
    children = [child for child in rig.children()[ankle] if parts[child] != END]
    # a foot's only bone need not lie as far ahead as one of several
    best, longest = None, (0.06 if len(children) > 1 else 0.04) * float(leg)
    for child in children:
        offset = rig.heads[child] - rig.heads[ankle]
        level = float(np.linalg.norm(offset - up * (offset @ up)))
        if "heel" in "".join(words_of(rig.names[child])) or parts[child] == "helper":
            continue
        level *= 1.5 if parts[child] == "foot" else 1.0
        if level > longest:
            best, longest = child, level
    if best is not None:
        bones[f"{side}_foot"] = best


def add_collar(rig: RestSkeleton, bones: dict[str, int], side: str, symmetry: Symmetry, parts: Parts) -> None:
    """The collar bone of one side, where there is a paired bone above the upper arm."""
    above = [row for row in rig.ancestors(bones[f"{side}_shoulder"]) if row in symmetry.pairs]
    if not above:
        return
    # of several bones between chest and shoulder the first carries the rest
    choices = [row for row in above if parts[row] == "collar"] or above
    arm = np.linalg.norm(rig.heads[bones[f"{side}_elbow"]] - rig.heads[bones[f"{side}_shoulder"]])
    first = rig.heads[choices[-1]]
    # ... and of those that begin in one point the last one: the others are there to move it
    bones[f"{side}_collar"] = next(row for row in choices if np.linalg.norm(rig.heads[row] - first) < SAME * arm)


def add_fingers(rig: RestSkeleton, bones: dict[str, int], side: str, parts: Parts) -> None:
    """The fingers of one hand, by name or, five of them, by shape; also those that hang beside it on the forearm."""
    children = [[child for child in below if parts[child] != END] for below in rig.children()]
    wrist = bones[f"{side}_wrist"]
    elbow = rig.heads[wrist] - rig.heads[bones[f"{side}_elbow"]]
    starts = []
    beside = [row for row in children[int(rig.parents[wrist])] if row != wrist and parts[row] in HAND]
    queue = [*children[wrist], *beside]
    while queue:
        row = queue.pop(0)
        if parts[row] == "helper" and finger_of(rig.names[row]) is None:
            continue
        if len(children[row]) > 1 or parts[row] in ("palm", "wrist"):
            queue += children[row]
        elif children[row]:
            starts.append(row)
    named = {finger_of(rig.names[row]): row for row in starts}
    found = {finger: row for finger, row in named.items() if finger is not None}
    if len(found) < 2:
        found = _fingers_by_shape(rig, starts, wrist, elbow) or found
    for finger, row in found.items():
        chain = [row]
        while len(children[chain[-1]]) == 1 and len(chain) < slots.PHALANGES:
            chain.append(children[chain[-1]][0])
        for slot, each in zip(slots.finger_slots(side, finger), chain, strict=False):
            bones[slot] = each


def _fingers_by_shape(rig: RestSkeleton, starts: list[int], wrist: int, forearm: FloatArray) -> dict[str, int]:
    """Five chains in a row, the thumb nearest to the wrist; fewer are left alone."""
    if len(starts) != 5:
        return {}
    along = forearm / max(float(np.linalg.norm(forearm)), 1e-9)
    offsets = rig.heads[starts] - rig.heads[wrist]
    thumb = int((offsets @ along).argmin())
    others = [place for place in range(5) if place != thumb]
    flat = offsets[others] - np.outer(offsets[others] @ along, along)
    _, _, axes = np.linalg.svd(flat - flat.mean(0))
    order = np.argsort(flat @ axes[0])
    side = offsets[thumb] - along * (offsets[thumb] @ along)
    if (flat[order[-1]] - flat[order[0]]) @ side > 0:
        order = order[::-1]
    names = ("index", "middle", "ring", "pinky")
    return {"thumb": starts[thumb], **{name: starts[others[place]] for name, place in zip(names, order, strict=True)}}


def add_twists(rig: RestSkeleton, bones: dict[str, int], side: str, parts: Parts) -> None:
    """Twist bones: beside the chain and named so or lying along the limb, or lying in it between two joints."""
    children = rig.children()
    used = set(bones.values())
    ends = {"shoulder": "elbow", "elbow": "wrist", "hip": "knee", "knee": "ankle"}
    for joint, end in ends.items():
        row, following = bones[f"{side}_{joint}"], bones[f"{side}_{end}"]
        above = rig.ancestors(following)
        between = above[: above.index(row)] if row in above else []
        found = between[::-1] or _beside(rig, children, row, following, parts)
        found = [each for each in found if each not in used]
        found.sort(key=lambda each: float(np.linalg.norm(rig.heads[each] - rig.heads[row])))
        for slot, each in zip(slots.twist_slots(f"{side}_{joint}"), found, strict=False):
            bones[slot] = each


def _beside(rig: RestSkeleton, children: list[list[int]], row: int, following: int, parts: Parts) -> list[int]:
    """Bones that hang on ``row``, carry nothing, and share its twist: by name, or since they lie on its line."""
    named = [child for child in children[row] if is_twist(rig.names[child])]
    if named:
        return named
    start, line = rig.heads[row], rig.heads[following] - rig.heads[row]
    found, queue = [], [child for child in children[row] if child != following]
    while queue:
        each = queue.pop(0)
        share = float((rig.heads[each] - start) @ line / (line @ line))
        aside = float(np.linalg.norm(rig.heads[each] - start - share * line) / np.linalg.norm(line))
        if parts[each] in ("helper", END) or not AWAY < share < 1 - AWAY or aside > ASIDE or len(children[each]) > 1:
            continue
        found.append(each)
        queue += children[each]
    return found
