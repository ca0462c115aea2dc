"""Deterministic simulation testing: generated scenarios, and properties that must hold."""
