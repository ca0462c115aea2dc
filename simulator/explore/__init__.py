"""Deterministic simulation testing: one seed, one world, one history, and what must always hold."""
