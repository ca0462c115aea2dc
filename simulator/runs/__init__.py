"""One run of a scenario: how it is staged, run and recorded."""
