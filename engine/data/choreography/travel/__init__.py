"""Bases that go somewhere: captured walks led along curves, and steps that an author sets."""
