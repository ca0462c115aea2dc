"""Starts, lists, follows and answers migrations and plans of a deployed stack."""
