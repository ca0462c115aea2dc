"""A rehearsal of a move on a laptop: a captured network, and what could go wrong."""
