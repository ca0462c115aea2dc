"""The names and values that all parts use; imports nothing else of vifshift."""
