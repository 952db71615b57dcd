"""The colours of everything that we draw: what is left, right or in the middle looks the same wherever it is seen.

RGB or RGBA, 0 to 1: as a screen shows them where nothing else is said, linear where they become materials.
"""

from __future__ import annotations

Rgb = tuple[float, float, float]
Rgba = tuple[float, float, float, float]

# Figures made of limbs: the ghost, pictures of assets, stick men. Left is teal, right is orange.
LEFT: Rgb = (0.10, 0.72, 0.76)
RIGHT: Rgb = (1.0, 0.42, 0.22)
MIDDLE: Rgb = (0.92, 0.90, 0.84)
SIDE_COLORS: dict[str, Rgb] = {"left": LEFT, "right": RIGHT}

# What ghosts are outlined with and tinted by, the chosen motion first: hues that no character of ours has.
GHOST_TINTS: tuple[Rgb, ...] = ((0.62, 0.40, 1.0), (0.55, 0.86, 0.24), (1.0, 0.80, 0.16), (0.96, 0.36, 0.68))
GHOST_TINT = 0.4  # share of it in a figure's colours

# Materials of our own character, linear: sleeves and socks are its sides.
CHARACTER: dict[str, Rgba] = {
    "MMM Body": (0.78, 0.76, 0.72, 1.0),
    "MMM Left": (0.05, 0.42, 0.46, 1.0),
    "MMM Right": (0.86, 0.28, 0.12, 1.0),
    "MMM Visor": (0.06, 0.07, 0.09, 1.0),
}

# What an edit will change, over timeline, Dope Sheet and Graph Editor, by part of the body: no hue of the preview
# range's orange, and so faint that keys are seen through it.
EDIT_BANDS: dict[str, Rgba] = {
    "body": (0.64, 0.46, 0.98, 0.16),
    "upper": (0.20, 0.72, 0.76, 0.16),
    "arms": (0.30, 0.62, 0.95, 0.16),
    "left_arm": (0.10, 0.72, 0.76, 0.16),
    "right_arm": (0.95, 0.42, 0.66, 0.16),
    "lower": (0.42, 0.80, 0.38, 0.16),
}
# Where a target is, over the same editors.
TARGET_PIN: Rgba = (0.93, 0.32, 0.60, 0.85)
# The prompts of a story: neighbours differ, and so do the first and the last of a loop of three.
STORY_STRIPS: tuple[Rgba, ...] = (
    (0.24, 0.46, 0.68, 0.85),
    (0.45, 0.56, 0.26, 0.85),
    (0.62, 0.38, 0.58, 0.85),
    (0.66, 0.47, 0.22, 0.85),
    (0.26, 0.56, 0.52, 0.85),
)

# The stage of rendered pictures, linear.
FLOOR: tuple[Rgba, Rgba] = ((0.42, 0.45, 0.48, 1.0), (0.55, 0.58, 0.61, 1.0))
TRAIL: Rgba = (0.95, 0.75, 0.2, 1.0)
BACKGROUND: Rgb = (0.62, 0.66, 0.70)


def side_color(joint: str) -> Rgb:
    """The colour of a joint or bone slot by the side its name begins with."""
    return SIDE_COLORS.get(joint.partition("_")[0], MIDDLE)
