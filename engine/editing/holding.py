"""Hands and a seat that an artist wants held through an edit: aimed at while it is made, and exact in the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.editing.canonical_frame import Placement
from engine.editing.planted import ARMS, SEAT, Way, hold_contacts, ways_of_contacts
from engine.editing.seams import find_spans
from engine.motion.features import features_of_every_frame
from engine.motion.motion import Motion
from engine.requests.edit import EditRequest
from engine.requests.kinds import BODY, Regenerate
from engine.requests.targets import Target, record_targets

Array = NDArray[np.floating]

NEAR = 0.01  # metres from where it is held within which nobody sees that it is not there
# Part of an edit -> what of what can be held it moves by itself.
MOVES: dict[str, frozenset[str]] = {
    BODY: frozenset((*ARMS, SEAT)),
    "upper": frozenset(ARMS),
    "arms": frozenset(ARMS),
    "left_arm": frozenset(("left_hand",)),
    "right_arm": frozenset(("right_hand",)),
    "lower": frozenset((SEAT,)),
}


def aim_at_holds(request: EditRequest, joints: Array, placement: Placement) -> EditRequest:
    """The request with a target on every frame on which something is held; `joints` (T, J, 3): canonical, as given.

    An edit whose span is not known beforehand is not aimed; what is held is brought there afterwards all the same.
    """
    change = request.change
    if not isinstance(change, Regenerate):
        return request
    parts = [part for part in request.hold if part in MOVES.get(change.part, ())]
    aimed = [
        Target("pelvis" if part == SEAT else part, placement.to_world(place).tolist(), frame)
        for part, ways in ways_of_contacts(joints, [(change.start, change.stop)], parts).items()
        for first, stop, places in ways
        for frame, place in zip(range(first, stop), places, strict=True)
    ]
    taken = {(target.moved, frame) for target in request.targets for frame in target.times}
    free = [target for target in aimed if (target.part, target.times[0]) not in taken]
    return replace(request, targets=(*request.targets, *free))


def hold(made: Motion, given: Array, request: EditRequest, placement: Placement) -> Motion:
    """An edit with what is held exactly in its place; what is kept of the joints `given` (T, J, 3) stays bit by bit."""
    kept = (made.joints == given).all(axis=(1, 2))
    before, canonical = placement.to_canonical(given), placement.to_canonical(made.joints)
    directed = {target.moved for target in request.targets}
    parts = [part for part in request.hold if ("pelvis" if part == SEAT else part) not in directed]
    spans = [(first, stop) for first, stop in find_spans(~kept)]
    ways = ways_of_contacts(before, spans, parts)
    rooted = bool((made.joints[:, 0] != given[:, 0]).any())
    held = hold_contacts(canonical, ways, rooted)
    moved = (held != canonical).any(axis=-1, keepdims=True) & ~kept[:, None, None]
    joints = np.where(moved, placement.to_world(held), made.joints).astype(np.float32)
    features = features_of_every_frame(placement.to_canonical(joints))
    asked = {name: value for name, value in made.request.items() if name != "targets"}
    # What missed its aim on the way has been brought there.
    note = "; ".join(filter(None, (made.note if request.targets else "", _tell(parts, ways, held))))
    return replace(made, joints=joints, features=features, request=asked | record_targets(request.targets), note=note)


def _tell(parts: Iterable[str], ways: dict[str, list[Way]], held: Array) -> str:
    """What is not held, one line, or ""."""
    told = []
    for part in parts:
        name = part.replace("_", " ")
        if not ways[part]:
            told.append(f"the {name} is not in the same place on both sides of what changes, so it is not held")
            continue
        joint = ARMS[part][2] if part in ARMS else 0
        miss = max(float(np.linalg.norm(held[a:b, joint] - places, axis=-1).max()) for a, b, places in ways[part])
        if miss > NEAR:
            told.append(f"the {name} is held up to {100 * miss:.0f} cm off: it is beyond reach")
    return "; ".join(told)
