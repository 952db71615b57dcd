"""The Blender side of MMM: everything that imports ``bpy``, and nothing that imports torch."""
