"""The automatic mapper: finds a person's bones in any skeleton, by shape first and by name second.

Left and right limbs are paired by symmetry; of all pairs of chains, two are the legs and the arms:
those that lie like a person's, legs below the spine and arms at its upper end. Spine, neck and head
are what connects them. What is not found is said, never guessed; animals are refused.
"""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from .. import slots
from ..mapping import RigMapping
from ..skeleton import RestSkeleton
from .bone_names import finger_of, is_twist, part_of, side_of, words_of
from .limb_search import Chain, LimbFit, body_size, find_chains, fit_arm, fit_leg
from .symmetry import Symmetry, find_symmetry

NAME = "Automatic"
LEAST_SHAPE = 0.3  # score, 0 to 1: a limb shaped worse than this is not one, whatever its name
BY_HAND = f"map the bones {slots.BY_HAND}"


def find_bones(rig: RestSkeleton) -> RigMapping:
    """Map ``rig``. Raises ValueError naming what cannot be found."""
    symmetry = find_symmetry(rig)
    if symmetry is None:
        raise ValueError(f"'{rig.name}': no left and right can be told in the rest pose: {BY_HAND}")
    legs, arms, up = _find_limbs(rig, symmetry)
    bones: dict[str, int] = {}
    shapes: dict[str, float] = {}
    leg_rows = _both(legs, symmetry)
    arm_rows = _both(arms, symmetry)
    left_first = _is_left(rig, legs, arms, leg_rows, up, symmetry.lateral)
    for near, side in enumerate(slots.SIDES if left_first else slots.SIDES[::-1]):
        for part, row in zip(("hip", "knee", "ankle"), leg_rows[near], strict=True):
            bones[f"{side}_{part}"], shapes[f"{side}_{part}"] = row, legs.shape
        for part, row in zip(("shoulder", "elbow", "wrist"), arm_rows[near], strict=True):
            bones[f"{side}_{part}"], shapes[f"{side}_{part}"] = row, arms.shape
        _add_toe(rig, bones, side, up)
        _add_collar(rig, bones, side, symmetry)
    _add_spine(rig, bones, up, symmetry)
    _add_root(rig, bones)
    for side in slots.SIDES:
        _add_fingers(rig, bones, side)
        _add_twists(rig, bones, side)
    confidence = {slot: _confidence(rig, slot, row, shapes.get(slot, 0.8)) for slot, row in bones.items()}
    return RigMapping(NAME, {slot: rig.names[row] for slot, row in bones.items()}, confidence)


def _find_limbs(rig: RestSkeleton, symmetry: Symmetry) -> tuple[LimbFit, LimbFit, FloatArray]:
    """Legs, arms and the direction of up."""
    chains = find_chains(rig, symmetry)
    size = body_size(rig, symmetry)
    if len(chains) < 2:
        has = "one pair of limbs" if chains else "no pair of limbs"
        raise ValueError(f"'{rig.name}' has {has}; two legs and two arms are needed: {BY_HAND}")
    best: tuple[float, LimbFit, LimbFit, FloatArray] | None = None
    legs_seen = arms_seen = False
    for low in chains:
        for high in chains:
            if low is high:
                continue
            for leg, arm, up in _fits(rig, low, high, symmetry.lateral, size):
                legs_seen |= leg is not None
                arms_seen |= arm is not None
                if leg is None or arm is None:
                    continue
                score = leg.score + arm.score + 0.8 * _share(low, size) + 0.4 * _share(high, size)
                if best is None or score > best[0]:
                    best = score, leg, arm, up
    if best is not None:
        return best[1], best[2], best[3]
    if not legs_seen:
        raise ValueError(
            f"'{rig.name}' has no legs that hang below a spine, as a person's do "
            f"(hips, knees and ankles are needed): {BY_HAND}"
        )
    raise ValueError(f"'{rig.name}' has legs but no arms (shoulders, elbows and wrists are needed): {BY_HAND}")


def _fits(
    rig: RestSkeleton, low: Chain, high: Chain, lateral: FloatArray, size: float
) -> list[tuple[LimbFit | None, LimbFit | None, FloatArray]]:
    rise = high.points[0] - low.points[0]
    rise = rise - lateral * (rise @ lateral)
    length = float(np.linalg.norm(rise))
    if length < 0.08 * size:
        return []
    up = rise / length
    leg, arm = fit_leg(rig, low, up, lateral), fit_arm(rig, high, up, lateral)
    leg = leg if leg is not None and leg.shape >= LEAST_SHAPE else None
    arm = arm if arm is not None and arm.shape >= LEAST_SHAPE else None
    if leg is not None and arm is not None:
        legs, arms = (
            np.linalg.norm(np.diff(fit.chain.points[list(fit.places)], axis=0), axis=-1).sum() for fit in (leg, arm)
        )
        # a person's arms are 0.5 to 1.1 of the legs, the trunk between them 0.3 to 1
        if not (0.4 < arms / legs < 1.3 and 0.2 < length / legs < 1.4):
            return [(leg, None, up)]
        shoulder = arm.chain.points[arm.places[0]]
        if (shoulder - leg.chain.points[leg.places[0]]) @ up < 0.15 * legs:
            return [(leg, None, up)]
    return [(leg, arm, up)]


def _share(chain: Chain, size: float) -> float:
    return min(chain.length / size, 1.0)


def _both(fit: LimbFit, symmetry: Symmetry) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows of a limb and of its mirror image. Raises ValueError when a bone has none."""
    rows = fit.rows
    if any(row not in symmetry.pairs for row in rows):
        raise ValueError(f"a limb is not the same on both sides: {BY_HAND}")
    return rows, tuple(symmetry.pairs[row] for row in rows)


def _is_left(
    rig: RestSkeleton,
    legs: LimbFit,
    arms: LimbFit,
    leg_rows: tuple[tuple[int, ...], ...],
    up: FloatArray,
    lateral: FloatArray,
) -> bool:
    """Whether the limbs that were found first are the left ones: feet point ahead, names may say so."""
    across = (rig.heads[leg_rows[0][0]] - rig.heads[leg_rows[1][0]]) @ lateral
    near = lateral * np.sign(across)
    ankle, next_point = legs.chain.points[legs.places[2]], legs.chain.points[legs.places[2] + 1]
    has_toe = legs.places[2] + 1 < len(legs.chain.rows)
    ahead = next_point - ankle
    ahead = ahead - up * (ahead @ up) - lateral * (ahead @ lateral)
    leg = np.linalg.norm(ankle - legs.chain.points[legs.places[0]])
    points_ahead = float(np.linalg.norm(ahead)) > (0.08 if has_toe else 0.12) * leg
    by_feet = float(np.cross(up, ahead) @ near) if points_ahead else 0.0
    votes = 0
    for row in (*legs.rows, *arms.rows):
        votes += {"left": 1, "right": -1, None: 0}[side_of(rig.names[row])]
    if has_toe and by_feet != 0.0 or votes == 0 and by_feet != 0.0:
        return by_feet > 0
    if votes != 0:
        return votes > 0
    raise ValueError(f"'{rig.name}': left and right cannot be told apart (no toes, no names): {BY_HAND}")


def _add_toe(rig: RestSkeleton, bones: dict[str, int], side: str, up: FloatArray) -> None:
    ankle = bones[f"{side}_ankle"]
    leg = np.linalg.norm(rig.heads[ankle] - rig.heads[bones[f"{side}_hip"]])
    best, longest = None, 0.06 * float(leg)
    for child in rig.children()[ankle]:
        offset = rig.heads[child] - rig.heads[ankle]
        level = float(np.linalg.norm(offset - up * (offset @ up)))
        if "heel" in "".join(words_of(rig.names[child])) or part_of(rig.names[child]) == "helper":
            continue
        level *= 1.5 if part_of(rig.names[child]) == "foot" else 1.0
        if level > longest:
            best, longest = child, level
    if best is not None:
        bones[f"{side}_foot"] = best


def _add_collar(rig: RestSkeleton, bones: dict[str, int], side: str, symmetry: Symmetry) -> None:
    shoulder = bones[f"{side}_shoulder"]
    above = [row for row in rig.ancestors(shoulder) if row in symmetry.pairs]
    # of several bones between chest and shoulder the first carries the rest
    if above:
        named = [row for row in above if part_of(rig.names[row]) == "collar"]
        bones[f"{side}_collar"] = named[-1] if named else above[-1]


def _add_spine(rig: RestSkeleton, bones: dict[str, int], up: FloatArray, symmetry: Symmetry) -> None:
    tops = {slot: rig.ancestors(bones[slot]) for slot in ("left_hip", "right_hip", "left_shoulder", "right_shoulder")}
    chest = next((row for row in tops["left_shoulder"] if row in tops["right_shoulder"]), None)
    legs = next((row for row in tops["left_hip"] if row in tops["right_hip"]), None)
    if chest is None or legs is None:
        missing = "left and right limbs hang on no common bone (pelvis and chest are needed)"
        raise ValueError(f"'{rig.name}': {missing}: {BY_HAND}")
    trunk = [chest, *rig.ancestors(chest)]
    pelvis = next((row for row in [legs, *rig.ancestors(legs)] if row in trunk), None)
    if pelvis is None:
        raise ValueError(f"'{rig.name}': nothing joins legs and arms (a pelvis is needed): {BY_HAND}")
    spine = trunk[: trunk.index(pelvis)][::-1]
    # Biped hangs the legs on the first spine bone: the pelvis is the bone above it
    above = int(rig.parents[pelvis])
    if part_of(rig.names[pelvis]) == "spine" and above >= 0 and part_of(rig.names[above]) == "pelvis":
        spine, pelvis = [pelvis, *spine], above
    collars = [bones.get(f"{side}_collar", bones[f"{side}_shoulder"]) for side in slots.SIDES]
    at_collars = float(np.mean([rig.heads[row] @ up for row in collars]))
    neck_first: list[int] = []
    said = part_of(rig.names[chest])
    if len(spine) > 1 and (said == "neck" or (said is None and rig.heads[chest] @ up > at_collars)):
        neck_first, spine = [chest], spine[:-1]
    leg = float(np.linalg.norm(rig.heads[bones["left_hip"]] - rig.heads[bones["left_ankle"]]))
    neck, head = _find_neck(rig, chest, neck_first, up, symmetry, leg, set(collars))
    bones["pelvis"] = pelvis
    for slot, row in zip(slots.SPINE, _spread(spine, len(slots.SPINE)), strict=False):
        bones[slot] = row
    if not neck:
        raise ValueError(f"'{rig.name}': no neck or head above the chest (a neck is needed): {BY_HAND}")
    for slot, row in zip(slots.NECK, _spread(neck, len(slots.NECK)), strict=False):
        bones[slot] = row
    if head is not None:
        bones["head"] = head


def _find_neck(
    rig: RestSkeleton, chest: int, begun: list[int], up: FloatArray, symmetry: Symmetry, leg: float, collars: set[int]
) -> tuple[list[int], int | None]:
    """Bones of the neck from low to high, and the head."""
    children = rig.children()
    highest = _highest(rig, children, up)
    chain = list(begun)
    row = chest
    while len(chain) < 8:
        middle = [child for child in children[row] if child not in symmetry.pairs and child not in collars]
        floor = rig.heads[row] @ up
        middle = [child for child in middle if highest[child] > floor + 0.01 * leg]
        if not middle:
            break
        said = [child for child in middle if part_of(rig.names[child]) in ("neck", "head")]
        if not said:
            middle = [child for child in middle if part_of(rig.names[child]) != "helper"]
        if not middle:
            break
        row = max(said or middle, key=lambda child: highest[child])
        if chain and not said and np.linalg.norm(rig.heads[row] - rig.heads[chain[-1]]) < 0.02 * leg:
            break  # a face or a helper that starts where the bone itself does
        chain.append(row)
        if part_of(rig.names[row]) == "head" and "neck" not in words_of(rig.names[row]):
            return (chain[:-1], row) if len(chain) > 1 else (chain, None)
        if not said and len(chain) > 1 and any(child in symmetry.pairs for child in children[row]):
            return chain[:-1], row  # eyes, ears: this is the head
    if len(chain) < 2:
        return chain, None
    # the top of the head is a hand's breadth above the head's joint, the head less above the neck
    last = float(np.linalg.norm(rig.heads[chain[-1]] - rig.heads[chain[-2]]))
    says_end = {"end", "top", "nub", "tip"} & set(words_of(rig.names[chain[-1]]))
    is_end = not children[chain[-1]] and (last > 0.14 * leg or says_end)
    if is_end and len(chain) > 2:
        chain = chain[:-1]
    return chain[:-1], chain[-1]


def _highest(rig: RestSkeleton, children: list[list[int]], up: FloatArray) -> FloatArray:
    """(B,) how high each bone's subtree reaches."""
    top = np.maximum(rig.heads @ up, rig.tails @ up)
    for row in range(len(rig.names) - 1, -1, -1):
        for child in children[row]:
            top[row] = max(top[row], top[child])
    return np.asarray(top)


def _add_root(rig: RestSkeleton, bones: dict[str, int]) -> None:
    above = rig.ancestors(bones["pelvis"])
    if above:
        bones["root"] = above[-1]


def _add_fingers(rig: RestSkeleton, bones: dict[str, int], side: str) -> None:
    children = rig.children()
    wrist = bones[f"{side}_wrist"]
    elbow = rig.heads[wrist] - rig.heads[bones[f"{side}_elbow"]]
    starts = []
    queue = list(children[wrist])
    while queue:
        row = queue.pop(0)
        if part_of(rig.names[row]) == "helper" and finger_of(rig.names[row]) is None:
            continue
        palm = any(word in rig.names[row].casefold() for word in ("palm", "metacarp", "carpal"))
        if len(children[row]) > 1 or palm:
            queue += children[row]
        elif children[row]:
            starts.append(row)
    named = {finger_of(rig.names[row]): row for row in starts}
    found = {finger: row for finger, row in named.items() if finger is not None}
    if len(found) < 2:
        found = _fingers_by_shape(rig, starts, wrist, elbow)
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


def _add_twists(rig: RestSkeleton, bones: dict[str, int], side: str) -> None:
    """Twist bones: named so beside the chain, or lying in it between two joints."""
    children = rig.children()
    used = set(bones.values())
    ends = {"shoulder": "elbow", "elbow": "wrist", "hip": "knee", "knee": "ankle"}
    for joint, end in ends.items():
        row, following = bones[f"{side}_{joint}"], bones[f"{side}_{end}"]
        between = []
        for above in rig.ancestors(following):
            if above == row:
                break
            between.append(above)
        found = between[::-1] or [child for child in children[row] if is_twist(rig.names[child])]
        found = [each for each in found if each not in used]
        found.sort(key=lambda each: float(np.linalg.norm(rig.heads[each] - rig.heads[row])))
        for slot, each in zip(slots.twist_slots(f"{side}_{joint}"), found, strict=False):
            bones[slot] = each


def _spread(rows: list[int], most: int) -> list[int]:
    """At most ``most`` of ``rows``, evenly, always with the first and the last."""
    if len(rows) <= most:
        return rows
    return [rows[round(place * (len(rows) - 1) / (most - 1))] for place in range(most)]


def _confidence(rig: RestSkeleton, slot: str, row: int, shape: float) -> float:
    """How sure a found bone is: shape counts most, an agreeing name makes it certain."""
    said = part_of(rig.names[row])
    joint = slot.removeprefix("left_").removeprefix("right_").rstrip("0123456789")
    agrees = said == joint or (said == "finger" and joint in slots.FINGERS)
    if agrees:
        return min(1.0, 0.8 + 0.2 * shape)
    return (0.4 if said is not None else 0.55) + 0.3 * shape
