"""The engine's own Python environment: made, checked, repaired and removed; Blender's own is left alone."""
