"""What AWS refuses because it is too large, too long or too many."""
