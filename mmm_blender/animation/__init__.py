"""Actions, slots, channelbags and f-curves: bulk reads and writes."""
