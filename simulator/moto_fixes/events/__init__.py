"""Corrections of moto's events."""
