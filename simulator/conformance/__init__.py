"""Replays executions of the simulator in interpreters that others wrote.

`recording` notes what a scenario's executions did, `steps` reads a history state by state, `replay`
runs the same definition in `sfnx.testing` with the same answers, and `reference` evaluates the same
expressions by the reference implementation of JSONata. `python -m simulator.conformance` does all.
"""
