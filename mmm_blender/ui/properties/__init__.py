"""What the artist sets, kept in the scene. Names and values are in saved files: they stay as they are."""
