"""How the two movers that people write today compare to vifshift, in the same five worlds."""
