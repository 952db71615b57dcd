"""Commands that run Blender as a Python module, without a window: ``python -m mmm_blender.headless``."""
