"""Generates a scenario from a seed, the same on every machine and Python version."""

from simulator.explore.generators.scenario import GeneratedScenario, generate

__all__ = ["GeneratedScenario", "generate"]
