"""Repairs of moto's EventBridge: what is published, and how it reaches a rule's targets."""
