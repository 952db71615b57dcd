"""Retargeting measured and drawn on many rigs: laboratory work, not in the zip."""
