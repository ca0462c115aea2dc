"""Preflight of a move or a plan from a laptop: it reads the network, and changes nothing."""
