"""Corrections of moto's CloudFormation."""
