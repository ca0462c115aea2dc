"""The state machines of migrations and plans, with their watchdogs."""
