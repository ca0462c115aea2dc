"""Situations that independent draws would hardly ever make: one of them each, drawn on purpose."""
