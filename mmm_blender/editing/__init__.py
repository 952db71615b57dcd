"""Editing: from the keys that are selected to the keys that are written between those that stay."""
