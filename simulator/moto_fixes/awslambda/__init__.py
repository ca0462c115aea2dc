"""Corrections of moto's awslambda."""
