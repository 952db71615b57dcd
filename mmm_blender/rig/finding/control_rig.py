"""The automatic mapper on rigs of controls (Rigify's, for one): from the bones that deform to the controls to key.

The deforming bones show the body, so it is they that are searched. Each joint then gets the free control that
sits on it, along its bone, in one chain with the control of the joint above: forward kinematics. Which property
switches a limb to it is read off the drivers of the constraints in between.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...coordinates import FloatArray
from ...translation import n_, rpt_
from .. import slots
from ..mapping import MAP_CONTROLS, RigMapping, Switch
from ..skeleton import RestSkeleton
from . import automatic

NAME = n_("Automatic (controls)")
# constraints that decide the pose of the bone they are on
HOLDING = {"COPY_TRANSFORMS", "COPY_ROTATION", "ARMATURE", "STRETCH_TO", "DAMPED_TRACK", "IK", "CHILD_OF"}
NEAR = 0.005  # share of the skeleton's size: a control as near to a joint sits on it
ALONG = np.cos(np.radians(12))  # cosine: ... and as nearly along its bone
CONFIDENCE = 0.7  # 0 to 1, of what is found this way
CARRIED = ("neck", "left_hip", "right_hip", "left_shoulder", "right_shoulder")  # what the pelvis' control moves


def find_controls(armature: Any, rig: RestSkeleton) -> RigMapping:
    """Map the controls of ``armature``. Raises ValueError naming the parts that have none to key."""
    body = _body_of(armature, rig)
    shown = {slot: rig.index(bone) for slot, bone in automatic.find_bones(body).bones.items()}
    search = _Search(armature, rig)
    found: dict[str, int] = {}
    for side in slots.SIDES:
        for chain in (slots.LEG, slots.ARM[1:]):
            above: int | None = None
            names = [f"{side}_{joint}" for joint in chain]
            for slot, following in zip(names, [*names[1:], None], strict=True):
                if slot not in shown:
                    continue
                end = rig.heads[shown[following]] if following in shown else None
                above = search.control_at(shown[slot], end, above)
                if above is None:
                    break
                found[slot] = above
        if f"{side}_collar" in shown:
            _put(found, f"{side}_collar", search.control_at(shown[f"{side}_collar"]))
    for slot in (*slots.neck_of(shown), "head"):
        if slot in shown:
            _put(found, slot, search.control_at(shown[slot]))
    for side in slots.SIDES:
        for finger in slots.FINGERS:
            for slot in slots.finger_slots(side, finger):
                if slot in shown:
                    _put(found, slot, search.control_at(shown[slot]))
    # controls that bend the spine from the chest down turn the hips, not what hangs on them
    below_neck = set(rig.ancestors(found["neck"])) if "neck" in found else set()
    spine = {slot: search.control_at(shown[slot], among=below_neck) for slot in slots.spine_of(shown)}
    limbs = [found[slot] for slot in CARRIED if slot in found]
    shared = search.shared(limbs)
    if shared and len(limbs) == len(CARRIED):
        found["pelvis"] = shared[0]
        if len(shared) > 1:
            found["root"] = shared[-1]
    missing = [slot for slot in slots.REQUIRED if slot not in found]
    if missing:
        raise ValueError(
            rpt_("'{name}' has no controls to key for {bones}: {map_controls}").format(
                name=rig.name, bones=slots.labels(missing), map_controls=rpt_(MAP_CONTROLS)
            )
        )
    show = {slot: search.shown_by(found[slot], shown[slot]) for slot in found if slot in shown and slot != "root"}
    bending = [row for row in spine.values() if row is not None and row not in found.values()]
    for number, row in enumerate(bending, 1):
        # deforming bones of a spine are bent smoothly between controls: these show better what they do
        found[f"spine{number}"] = show[f"spine{number}"] = row
    bones = {slot: rig.names[row] for slot, row in found.items()}
    return RigMapping(
        NAME,
        bones,
        dict.fromkeys(bones, CONFIDENCE),
        controls=True,
        switches=search.switches(found, show),
        sampled={slot: rig.names[row] for slot, row in show.items()},
    )


def _put(found: dict[str, int], slot: str, row: int | None) -> None:
    if row is not None and row not in found.values():
        found[slot] = row


def _body_of(armature: Any, rig: RestSkeleton) -> RestSkeleton:
    """The deforming bones alone. One that hangs on a helper hangs, for us, on the deforming bone in its place."""
    deforms = np.array([bone.use_deform for bone in armature.data.bones])
    rows = [row for row in range(len(rig.names)) if deforms[row]]
    places = {_place(rig, row): row for row in reversed(rows)}
    above: dict[int, int] = {}
    for row in rows:
        twins = (places.get(_place(rig, each)) for each in rig.ancestors(row))
        above[row] = next((twin for twin in twins if twin is not None and twin != row), -1)

    def depth(row: int) -> int:
        steps = 0
        while above[row] >= 0 and steps < len(rows):
            row, steps = above[row], steps + 1
        return steps

    rows.sort(key=depth)
    new = {row: place for place, row in enumerate(rows)}
    return RestSkeleton(
        rig.name,
        tuple(rig.names[row] for row in rows),
        np.array([new.get(above[row], -1) for row in rows], np.int32),
        rig.heads[rows],
        rig.tails[rows],
        rig.axes[rows],
        rig.inherits_rotation[rows],
        rig.connected[rows],
        rig.local_location[rows],
    )


def _place(rig: RestSkeleton, row: int) -> tuple[int, ...]:
    """Where a bone begins and which way it points, coarse enough to compare."""
    size = float(np.ptp(rig.heads, axis=0).max())
    return (*np.round(rig.heads[row] / (NEAR * size)).astype(int), *np.round(5 * _direction(rig, row)).astype(int))


def _direction(rig: RestSkeleton, row: int) -> FloatArray:
    along = rig.tails[row] - rig.heads[row]
    return np.asarray(along / max(float(np.linalg.norm(along)), 1e-9))


class _Search:
    """The controls of a rig: bones with a shape to grab, which nothing holds and whose rotation is free."""

    def __init__(self, armature: Any, rig: RestSkeleton) -> None:
        self.rig, self.bones = rig, armature.pose.bones
        held = set(held_bones(armature, rig.names))
        self.rows = [row for row, name in enumerate(rig.names) if name not in held and self._free(self.bones[name])]
        self.near = NEAR * float(np.ptp(rig.heads, axis=0).max())
        drivers = armature.animation_data.drivers if armature.animation_data is not None else ()
        self.drivers = {curve.data_path: curve for curve in drivers}

    @staticmethod
    def _free(bone: Any) -> bool:
        return bone.custom_shape is not None and not any(bone.lock_rotation)

    def control_at(
        self, row: int, end: FloatArray | None = None, above: int | None = None, among: set[int] | None = None
    ) -> int | None:
        """The control on the joint where bone ``row`` begins, along it or towards ``end`` (3,), below ``above``."""
        rig = self.rig
        along = _direction(rig, row) if end is None else end - rig.heads[row]
        along = along / max(float(np.linalg.norm(along)), 1e-9)
        fits = [
            each
            for each in self.rows
            if np.linalg.norm(rig.heads[each] - rig.heads[row]) < self.near
            and _direction(rig, each) @ along > ALONG
            and (above is None or above in rig.ancestors(each))
            and (among is None or each in among)
        ]
        # of several the one deepest in the hierarchy: it moves least besides
        return max(fits, key=lambda each: len(rig.ancestors(each)), default=None)

    def shared(self, rows: list[int]) -> list[int]:
        """Controls above all of ``rows``, nearest first, that may be moved."""
        common = [row for row in self.rows if rows and all(row in self.rig.ancestors(each) for each in rows)]
        common = [row for row in common if not any(self.bones[self.rig.names[row]].lock_location)]
        return sorted(common, key=lambda row: -len(self.rig.ancestors(row)))

    def shown_by(self, control: int, deforming: int) -> int:
        """The bone that shows what ``control`` does: the one that copies it, else the ``deforming`` one."""
        name = self.rig.names[control]
        for row, each in enumerate(self.rig.names):
            for constraint in self.bones[each].constraints:
                if constraint.type == "COPY_TRANSFORMS" and constraint.subtarget == name:
                    return row
        return deforming

    def switches(self, found: dict[str, int], show: dict[str, int]) -> tuple[Switch, ...]:
        """Properties that make the shown bones follow our controls, and these the controls above them."""
        wanted: dict[tuple[str, str], float] = {}
        for slot, row in show.items():
            control = self.rig.names[found[slot]]
            for constraint in self.bones[self.rig.names[row]].constraints:
                if constraint.type != "COPY_TRANSFORMS":
                    continue
                self._want(wanted, row, constraint, 1.0 if constraint.subtarget == control else 0.0)
        for row in found.values():
            for above in self.rig.ancestors(row):
                if above in found.values():
                    break
                for constraint in self.bones[self.rig.names[above]].constraints:
                    if constraint.type == "COPY_ROTATION":
                        self._want(wanted, above, constraint, 0.0)
        return tuple(Switch(bone, key, value) for (bone, key), value in wanted.items())

    def _want(self, wanted: dict[tuple[str, str], float], row: int, constraint: Any, influence: float) -> None:
        """Note the value of the property that drives a constraint to ``influence``, if one alone does."""
        path = f'pose.bones["{self.rig.names[row]}"].constraints["{constraint.name}"].influence'
        curve = self.drivers.get(path)
        if curve is None or len(curve.driver.variables) != 1 or curve.driver.type == "SCRIPTED":
            return
        target = curve.driver.variables[0].targets[0].data_path
        if not target.startswith('pose.bones["') or target.count('"]["') != 1:
            return
        bone, key = target.removeprefix('pose.bones["').removesuffix('"]').split('"]["')
        terms = [1.0 * term for each in curve.modifiers if each.type == "GENERATOR" for term in each.coefficients]
        for value in (0.0, 1.0):
            driven = sum(term * value**power for power, term in enumerate(terms)) if terms else value
            if abs(driven - influence) < 1e-6 and bone in self.rig:
                wanted.setdefault((bone, key), value)


def held_bones(armature: Any, names: tuple[str, ...]) -> list[str]:
    """Those of the named bones whose pose a constraint decides, so that keys on them show nothing."""
    bones = armature.pose.bones
    return [name for name in names if any(_decides(constraint) for constraint in bones[name].constraints)]


def _decides(constraint: Any) -> bool:
    return constraint.type in HOLDING and not constraint.mute and constraint.influence > 0.5
