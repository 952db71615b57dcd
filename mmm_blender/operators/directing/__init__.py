"""Directing a character by places in the scene."""
