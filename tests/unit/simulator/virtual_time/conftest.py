"""The fixtures of a cloud with a small stack in it."""

from tests.unit.simulator.stack import _any_role, assembly, cloud, run, synthesize

__all__ = ["_any_role", "assembly", "cloud", "run", "synthesize"]
