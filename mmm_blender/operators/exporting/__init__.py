"""Handing actions on."""
