"""Moves AWS Direct Connect virtual interfaces to another connection or LAG, and back if need be."""
