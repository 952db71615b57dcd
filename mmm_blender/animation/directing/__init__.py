"""What directs a motion beside its words: places in the scene."""
