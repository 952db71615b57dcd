"""Whether what Blender shows, what is read off a rig and what is written are the same thing."""
