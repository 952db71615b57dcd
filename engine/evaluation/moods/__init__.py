"""Whether moods are seen in a model's motions, and whether the prompts are still followed."""
