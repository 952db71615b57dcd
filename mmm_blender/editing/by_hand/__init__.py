"""What helps an artist who goes on by hand: fewer keys, a layer for corrections, another frame rate."""
