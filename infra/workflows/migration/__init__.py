"""The migration workflow and its watchdog."""
