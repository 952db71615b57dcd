"""Files of somebody else's, read within bounds, and files of ours, written whole or not at all."""
