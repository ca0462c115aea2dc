"""The report of a migration: read from its history, shown as a page."""
