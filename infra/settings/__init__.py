"""The stack's settings: read from the context of cdk.json, and validated by name."""
