"""Scenarios: the files that ship, their model, and how they are read and written."""
