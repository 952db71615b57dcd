"""What the artist sees: panels, settings, preferences, ghost and timeline, and the beat that keeps them up to date."""
