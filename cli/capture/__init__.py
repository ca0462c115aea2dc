"""The real network as a scenario file: read by read-only calls, without any secret."""
