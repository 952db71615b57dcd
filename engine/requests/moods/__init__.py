"""Moods: how somebody does what a prompt says."""

from engine.requests.moods.table import (
    MAX_INTENSITY,
    MOOD,
    Mood,
    check_mood,
    find_mood,
    moods,
    offered,
    read_mood,
    record_mood,
)

__all__ = [
    "MAX_INTENSITY",
    "MOOD",
    "Mood",
    "check_mood",
    "find_mood",
    "moods",
    "offered",
    "read_mood",
    "record_mood",
]
