"""Handing actions on: to training, and to game engines."""
