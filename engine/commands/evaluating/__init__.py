"""The commands `mmm evaluate-arrivals`, `-direction`, `-interactions`, `-prompts` and `-seats`."""
