"""The names and values that every part speaks of; imports nothing else of vifshift."""
