"""What a migration leaves behind for the change ticket: read from its history, shown as a page."""
