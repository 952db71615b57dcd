"""What holds for all tests of the engine."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long an example or its making takes says something about the machine, which may be busy, and nothing of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
