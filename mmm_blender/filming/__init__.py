"""A story as shots: where cameras stand, and a sheet that shows them."""
