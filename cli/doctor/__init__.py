"""Proves an installation without touching a virtual interface."""
