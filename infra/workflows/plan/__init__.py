"""The plan workflow and its watchdog."""
