"""The sidebar tab *MMM* of the 3D viewport."""
