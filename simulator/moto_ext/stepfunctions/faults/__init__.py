"""Planned faults: tasks that fail, executions that are interrupted."""
