"""What kept the last *Apply* from being seen, for the panel to show beside the button; gone with the next one."""

from __future__ import annotations

from ..animation.shown.obstacles import Obstacle

obstacle: Obstacle | None = None


def remember(found: Obstacle) -> None:
    """Show ``found`` until the next apply, fix or choice."""
    global obstacle
    obstacle = found


def forget() -> None:
    """Nothing is in the way any more, as far as is known."""
    global obstacle
    obstacle = None
