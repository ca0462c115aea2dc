"""The error of a command that can't use what it was given."""


class UsageError(Exception):
    """An input can't be read or used; the message tells people what and why."""
