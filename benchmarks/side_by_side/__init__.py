"""How the two movers that people write today compare to Vifshift, in the same five worlds."""
