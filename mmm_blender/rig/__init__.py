"""Rigs: which bone plays which joint, and how joints become bone rotations."""
