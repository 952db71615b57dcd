"""How each part of the body takes its pose: torso, limbs, feet, hands, fingers."""
