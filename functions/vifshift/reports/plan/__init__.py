"""The report of a plan: read from its history and records, shown as a page."""
