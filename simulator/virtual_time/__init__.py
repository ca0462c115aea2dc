"""Virtual time: a clock on which waiting costs nothing, and the threads that run on it."""
