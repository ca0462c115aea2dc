"""Preflight: what is read before anything is touched, and what speaks against the move."""
