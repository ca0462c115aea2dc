"""Corrections of moto's Step Functions API and interpreter."""
