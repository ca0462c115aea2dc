"""Corrections of moto.kms."""
