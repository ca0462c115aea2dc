"""Corrections of moto, by moto's own paths: each says what is wrong, and whether it is reported."""
