"""How a motion is keyed: the panel has these properties, and so has the operator, for Adjust Last Operation."""

from __future__ import annotations

from math import radians

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty

from ...redraw import fit_anew
from ...translation import OWN_CONTEXT


class ApplyProperties:
    """Each setting is explained where it is defined."""

    target: EnumProperty(  # type: ignore[valid-type]
        name="Apply To",
        description="Where the keyframes go",
        items=(
            ("NEW_ACTION", "New Action", "Into an action of its own; the one before stays in the file"),
            ("ACTIVE_ACTION", "Current Action", "Into the character's action, replacing its keys in that time"),
            ("NLA_STRIP", "NLA Strip", "Into a strip on a new NLA track, above what is there"),
        ),
        options={"SKIP_SAVE"},
    )
    blend_in: IntProperty(  # type: ignore[valid-type]
        name="Blend In",
        description="Frames over which the motion takes over from the keys before it, or from the NLA strips below it",
        subtype="TIME",
        default=8,
        min=0,
        soft_max=50,
        options={"SKIP_SAVE"},
    )
    blend_out: IntProperty(  # type: ignore[valid-type]
        name="Out",
        translation_context=OWN_CONTEXT,
        description="Frames over which the motion gives back to the keys behind it, or to NLA strips that go on below",
        subtype="TIME",
        default=8,
        min=0,
        soft_max=50,
        options={"SKIP_SAVE"},
    )
    in_place: BoolProperty(  # type: ignore[valid-type]
        name="In Place",
        description="Leave out the way the character covers, as for a game's walk cycle",
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    root: EnumProperty(  # type: ignore[valid-type]
        name="Travel On",
        description="What carries the character over the floor",
        items=(
            ("PELVIS", "Hips", "The hips, as motion capture does"),
            ("ROOT_BONE", "Root Bone", "The rig's root bone, if it has one"),
            ("OBJECT", "Object", "The armature object itself, as game engines want it"),
        ),
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    start_at: EnumProperty(  # type: ignore[valid-type]
        name="Start At",
        translation_context=OWN_CONTEXT,
        description="Where the motion begins, and which way it goes",
        items=(
            ("CHARACTER", "Character", "Where the character stands at that frame, the way it looks"),
            ("ORIGIN", "Rest Position", "Where the rig stands in its rest pose, the way that looks"),
        ),
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    scale_by: EnumProperty(  # type: ignore[valid-type]
        name="Stride From",
        translation_context=OWN_CONTEXT,
        description="What makes the way longer or shorter on a larger or smaller character",
        items=(
            ("LEGS", "Leg Length", "Steps fit the legs, so that feet need not slide"),
            ("HEIGHT", "Height", "The way fits the whole body, for short legs under a long trunk"),
        ),
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    lock_feet: BoolProperty(  # type: ignore[valid-type]
        name="Lock Feet",
        description="Keep standing feet where they are, and out of the floor",
        default=True,
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    feet: EnumProperty(  # type: ignore[valid-type]
        name="Feet",
        translation_context=OWN_CONTEXT,
        description="How the feet are turned",
        items=(
            ("MOTION", "From Motion", "Pitch and roll as the motion has them, flat on the ground"),
            ("REST", "As in Rest Pose", "Flat on the ground, in the air at the rest pose's angle to the shin"),
        ),
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    hands: EnumProperty(  # type: ignore[valid-type]
        name="Hands",
        description="How the hands are turned",
        items=(
            ("MOTION", "From Motion", "As the motion has them; as in the rest pose where it says nothing of them"),
            ("REST", "As in Rest Pose", "At the rest pose's angle to the forearm"),
            ("RELAXED", "Relaxed", "In line with the forearm, dropping a little"),
        ),
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    relax_fingers: BoolProperty(  # type: ignore[valid-type]
        name="Relax Fingers",
        description="Bend the fingers a little, as in a hand at ease; otherwise they are not keyed",
        default=True,
        options={"SKIP_SAVE"},
    )
    move_collars: BoolProperty(  # type: ignore[valid-type]
        name="Move Collar Bones",
        description="Let the collar bones lift and swing with the arms; otherwise they stay with the chest",
        default=True,
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    arm_spacing: FloatProperty(  # type: ignore[valid-type]
        name="Arm Spacing",
        description="Hold hanging arms this much further from the body, for broad characters",
        subtype="ANGLE",
        unit="ROTATION",
        min=0.0,
        max=radians(60),
        soft_max=radians(30),
        options={"SKIP_SAVE"},
        update=fit_anew,
    )
    keys_on: EnumProperty(  # type: ignore[valid-type]
        name="Keys On",
        description="Which bones of a rig with controls are keyed",
        items=(
            ("CONTROLS", "Controls", "The controls, to go on animating"),
            ("DEFORM", "Deforming Bones", "The bones that move the mesh, for export; their constraints are keyed off"),
        ),
        options={"SKIP_SAVE"},
    )
    key_every: IntProperty(  # type: ignore[valid-type]
        name="Key Every",
        description="Set a key on every n-th frame only, and on the last",
        default=1,
        min=1,
        max=100,
        soft_max=10,
        options={"SKIP_SAVE"},
    )
    tolerance: FloatProperty(  # type: ignore[valid-type]
        name="Thin Keys",
        description="Leave out keys that the others nearly give; 0 keeps them all",
        default=0.0,
        min=0.0,
        max=0.1,
        step=1,
        precision=3,
        options={"SKIP_SAVE"},
    )
    fit_range: BoolProperty(  # type: ignore[valid-type]
        name="Fit Frame Range",
        description="Make the scene as long as the motion; otherwise it only gets longer where the motion needs it",
        options={"SKIP_SAVE"},
    )
    mark_asset: BoolProperty(  # type: ignore[valid-type]
        name="Mark as Asset",
        description="Offer the new action in the Asset Browser, with a picture of its poses",
        options={"SKIP_SAVE"},
    )
