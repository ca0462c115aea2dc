"""Repairs that change no result, only what it costs; one switch turns all of them off."""
