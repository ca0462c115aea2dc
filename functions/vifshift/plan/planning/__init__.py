"""Planning: the moves, their order and tracks, and what speaks against them."""
