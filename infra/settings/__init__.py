"""The stack's settings: read from cdk.json's context, validated, refused by name."""
