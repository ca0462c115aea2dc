"""Running a plan: its next move, its children, its waits and its end."""
