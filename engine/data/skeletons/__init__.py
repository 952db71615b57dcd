"""Source skeletons: which joint is what, and how a body stands."""
