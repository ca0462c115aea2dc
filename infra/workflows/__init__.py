"""The state machines: migrations, plans, their endings and their watchdogs."""
