"""Talking to the engine: its process, the session that asks and remembers, the models there are."""
