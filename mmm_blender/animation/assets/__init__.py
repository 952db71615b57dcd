"""Motions as assets: what tells them apart, and libraries of them."""
