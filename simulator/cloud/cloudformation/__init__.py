"""Repairs of moto's CloudFormation, and the resource types that it lacks."""
