"""Two characters who do something with each other: where they stand, when they meet, and how they reach each other."""
