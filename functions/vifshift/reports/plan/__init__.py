"""The report of a plan: read from its record, shown as a page."""
