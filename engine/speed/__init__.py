"""How long things take, measured in turns within one run: what `mmm bench` does."""
