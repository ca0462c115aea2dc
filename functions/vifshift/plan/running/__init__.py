"""Running a plan: its next move, the migrations of its moves, its waits and its conclusion."""
