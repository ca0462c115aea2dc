"""Preflight: reads the network before anything is touched, and finds what speaks against a move."""
