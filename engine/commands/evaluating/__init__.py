"""The commands `mmm evaluate-direction`, `mmm evaluate-interactions` and `mmm evaluate-prompts`."""
