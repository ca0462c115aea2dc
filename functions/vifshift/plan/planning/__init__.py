"""Planning: which moves, in which order, on which tracks, and what speaks against them."""
