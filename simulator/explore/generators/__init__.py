"""Draws a whole scenario from a seed: the same on every machine and Python."""

from simulator.explore.generators.scenario import Drawn, draw

__all__ = ["Drawn", "draw"]
