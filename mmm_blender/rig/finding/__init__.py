"""Which bone of a rig plays which joint, found by presets, names, shape and controls."""
