"""Corrections of moto's logs."""
