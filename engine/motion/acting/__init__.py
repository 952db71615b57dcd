"""How a body acts beside what it does: its bearing."""
