"""The commands `mmm evaluate-arrivals`, `-direction`, `-interactions` and `-prompts`."""
