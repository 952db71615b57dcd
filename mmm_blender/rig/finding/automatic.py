"""The automatic mapper: finds a person's bones in any skeleton, by shape first and by name second.

Left and right limbs are paired by symmetry; of all pairs of chains, two are the legs and the arms:
those that lie like a person's, legs below the spine and arms at its upper end. Spine, neck and head
are what connects them. What is not found is said, never guessed; animals are refused.
"""

from __future__ import annotations

import numpy as np

from ...coordinates import FloatArray
from ...translation import n_, rpt_
from .. import slots
from ..mapping import RigMapping
from ..skeleton import RestSkeleton
from .bone_names import side_of, words_of
from .limb_search import Chain, LimbFit, body_size, find_chains, fit_arm, fit_leg
from .named_parts import END, Parts, is_face, parts_of
from .small_bones import add_collar, add_fingers, add_toe, add_twists
from .symmetry import Symmetry, find_symmetry

NAME = n_("Automatic")
FACIAL = 2  # so many bones of a face hang on a head
BY_HAND = n_("map the bones in Bone Mapping (tab MMM)")


def find_bones(rig: RestSkeleton) -> RigMapping:
    """Map ``rig``. Raises ValueError naming what cannot be found."""
    symmetry = find_symmetry(rig)
    if symmetry is None:
        raise ValueError(
            rpt_("'{name}': no left and right can be told in the rest pose: {by_hand}").format(
                name=rig.name, by_hand=rpt_(BY_HAND)
            )
        )
    parts = parts_of(rig)
    legs, arms, up = _find_limbs(rig, symmetry, parts)
    bones: dict[str, int] = {}
    shapes: dict[str, float] = {}
    leg_rows = _both(legs, symmetry)
    arm_rows = _both(arms, symmetry)
    across = [(rig.heads[rows[0][0]] - rig.heads[rows[1][0]]) @ symmetry.lateral for rows in (leg_rows, arm_rows)]
    if across[0] * across[1] < 0:  # of either pair the side that comes first in the rig was found
        arm_rows = arm_rows[::-1]
    left_first = _is_left(rig, legs, arms, leg_rows, up, symmetry.lateral)
    for near, side in enumerate(slots.SIDES if left_first else slots.SIDES[::-1]):
        for part, row in zip(("hip", "knee", "ankle"), leg_rows[near], strict=True):
            bones[f"{side}_{part}"], shapes[f"{side}_{part}"] = row, legs.shape
        for part, row in zip(("shoulder", "elbow", "wrist"), arm_rows[near], strict=True):
            bones[f"{side}_{part}"], shapes[f"{side}_{part}"] = row, arms.shape
        add_toe(rig, bones, side, up, parts)
        add_collar(rig, bones, side, symmetry, parts)
    _add_spine(rig, bones, up, symmetry, parts)
    _add_root(rig, bones)
    for side in slots.SIDES:
        add_fingers(rig, bones, side, parts)
        add_twists(rig, bones, side, parts)
    confidence = {slot: _confidence(parts[row], slot, shapes.get(slot, 0.8)) for slot, row in bones.items()}
    return RigMapping(NAME, {slot: rig.names[row] for slot, row in bones.items()}, confidence)


def _find_limbs(rig: RestSkeleton, symmetry: Symmetry, parts: Parts) -> tuple[LimbFit, LimbFit, FloatArray]:
    """Legs, arms and the direction of up."""
    chains = find_chains(rig, symmetry, parts)
    size = body_size(rig, symmetry)
    if len(chains) < 2:
        has = rpt_("one pair of limbs") if chains else rpt_("no pair of limbs")
        raise ValueError(
            rpt_("'{name}' has {has}; two legs and two arms are needed: {by_hand}").format(
                name=rig.name, has=has, by_hand=rpt_(BY_HAND)
            )
        )
    best: tuple[float, LimbFit, LimbFit, FloatArray] | None = None
    legs_seen = arms_seen = False
    for low in chains:
        for high in chains:
            if low is high:
                continue
            for leg, arm, up in _fits(low, high, symmetry.lateral, size, parts):
                legs_seen |= leg is not None
                arms_seen |= arm is not None
                if leg is None or arm is None:
                    continue
                score = leg.score + arm.score + 0.8 * _share(low, size) + 0.4 * _share(high, size)
                if best is None or score > best[0]:
                    best = score, leg, arm, up
    if best is not None:
        return best[1], best[2], best[3]
    limb, joints = ("arms", slots.ARM[1:]) if legs_seen else ("legs", slots.LEG[:3])
    said = [f"{side}_{part}" for part in joints if part not in parts for side in slots.SIDES]
    if 0 < len(said) < len(slots.SIDES) * len(joints):
        raise ValueError(
            rpt_("'{name}' lacks the bones of the {bones}: {by_hand}").format(
                name=rig.name, bones=slots.labels(said), by_hand=rpt_(BY_HAND)
            )
        )
    if limb == "arms":
        raise ValueError(
            rpt_("'{name}' has legs but no arms (shoulders, elbows and wrists are needed): {by_hand}").format(
                name=rig.name, by_hand=rpt_(BY_HAND)
            )
        )
    raise ValueError(
        rpt_(
            "'{name}' has no legs that hang below a spine, as a person's do "
            "(hips, knees and ankles are needed): {by_hand}"
        ).format(name=rig.name, by_hand=rpt_(BY_HAND))
    )


def _fits(
    low: Chain, high: Chain, lateral: FloatArray, size: float, parts: Parts
) -> list[tuple[LimbFit | None, LimbFit | None, FloatArray]]:
    rise = high.points[0] - low.points[0]
    rise = rise - lateral * (rise @ lateral)
    length = float(np.linalg.norm(rise))
    if length < 0.08 * size:
        return []
    up = rise / length
    leg, arm = fit_leg(low, up, lateral, parts), fit_arm(high, up, parts)
    leg = leg if leg is not None and leg.is_limb else None
    arm = arm if arm is not None and arm.is_limb else None
    # whoever names all six bones plainly may have drawn them as he liked
    if leg is not None and arm is not None and not (leg.plain and arm.plain):
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
        raise ValueError(rpt_("a limb is not the same on both sides: {by_hand}").format(by_hand=rpt_(BY_HAND)))
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
    raise ValueError(
        rpt_("'{name}': left and right cannot be told apart (no toes, no names): {by_hand}").format(
            name=rig.name, by_hand=rpt_(BY_HAND)
        )
    )


def _add_spine(rig: RestSkeleton, bones: dict[str, int], up: FloatArray, symmetry: Symmetry, parts: Parts) -> None:
    tops = {slot: rig.ancestors(bones[slot]) for slot in ("left_hip", "right_hip", "left_shoulder", "right_shoulder")}
    chest = next((row for row in tops["left_shoulder"] if row in tops["right_shoulder"]), None)
    legs = next((row for row in tops["left_hip"] if row in tops["right_hip"]), None)
    if chest is None or legs is None:
        message = rpt_("'{name}': left and right limbs hang on no common bone (hips and chest are needed): {by_hand}")
        raise ValueError(message.format(name=rig.name, by_hand=rpt_(BY_HAND)))
    trunk = [chest, *rig.ancestors(chest)]
    pelvis = next((row for row in [legs, *rig.ancestors(legs)] if row in trunk), None)
    if pelvis is None:
        raise ValueError(
            rpt_("'{name}': nothing joins legs and arms (hips are needed): {by_hand}").format(
                name=rig.name, by_hand=rpt_(BY_HAND)
            )
        )
    spine = trunk[: trunk.index(pelvis)][::-1]
    # Biped hangs the legs on the first spine bone: the pelvis is the bone above it
    above = int(rig.parents[pelvis])
    if parts[pelvis] == "spine" and above >= 0 and parts[above] == "pelvis":
        spine, pelvis = [pelvis, *spine], above
    collars = [bones.get(f"{side}_collar", bones[f"{side}_shoulder"]) for side in slots.SIDES]
    at_collars = float(np.mean([rig.heads[row] @ up for row in collars]))
    neck_first: list[int] = []
    said = parts[chest]
    if len(spine) > 1 and (said == "neck" or (said is None and rig.heads[chest] @ up > at_collars)):
        neck_first, spine = [chest], spine[:-1]
    leg = float(np.linalg.norm(rig.heads[bones["left_hip"]] - rig.heads[bones["left_ankle"]]))
    neck, head = _find_neck(rig, chest, neck_first, up, symmetry, leg, set(collars), parts)
    bones["pelvis"] = pelvis
    for slot, row in zip(slots.SPINE, _spread(spine, len(slots.SPINE)), strict=False):
        bones[slot] = row
    if not neck:
        raise ValueError(
            rpt_("'{name}': no neck or head above the chest (a neck is needed): {by_hand}").format(
                name=rig.name, by_hand=rpt_(BY_HAND)
            )
        )
    for slot, row in zip(slots.NECK, _spread(neck, len(slots.NECK)), strict=False):
        bones[slot] = row
    if head is not None:
        bones["head"] = head


def _find_neck(
    rig: RestSkeleton,
    chest: int,
    begun: list[int],
    up: FloatArray,
    symmetry: Symmetry,
    leg: float,
    collars: set[int],
    parts: Parts,
) -> tuple[list[int], int | None]:
    """Bones of the neck from low to high, and the head."""
    children = rig.children()
    highest = _highest(rig, children, up)
    chain = list(begun)
    row = chest
    while len(chain) < 8:
        middle = [child for child in children[row] if child not in symmetry.pairs and child not in collars]
        floor = rig.heads[row] @ up
        middle = [child for child in middle if highest[child] > floor + 0.01 * leg and parts[child] != END]
        if not middle:
            break
        said = [child for child in middle if parts[child] in ("neck", "head")]
        if not said and len(chain) > 1 and sum(is_face(rig.names[child]) for child in children[row]) >= FACIAL:
            return chain[:-1], row  # whatever it is called
        if not said:
            middle = [child for child in middle if parts[child] != "helper"]
        if not middle:
            break
        row = max(said or middle, key=lambda child: highest[child])
        if chain and not said and np.linalg.norm(rig.heads[row] - rig.heads[chain[-1]]) < 0.02 * leg:
            break  # a face or a helper that starts where the bone itself does
        chain.append(row)
        if parts[row] == "head" and "neck" not in words_of(rig.names[row]):
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


def _spread(rows: list[int], most: int) -> list[int]:
    """At most ``most`` of ``rows``, evenly, always with the first and the last."""
    if len(rows) <= most:
        return rows
    return [rows[round(place * (len(rows) - 1) / (most - 1))] for place in range(most)]


def _confidence(said: str | None, slot: str, shape: float) -> float:
    """How sure a found bone is: shape counts most, an agreeing name makes it certain."""
    joint = slot.removeprefix("left_").removeprefix("right_").rstrip("0123456789")
    agrees = said == joint or (said == "finger" and joint in slots.FINGERS)
    if agrees:
        return min(1.0, 0.8 + 0.2 * shape)
    return (0.4 if said is not None else 0.55) + 0.3 * shape
