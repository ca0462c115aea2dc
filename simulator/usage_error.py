"""What a command says of what it was given, and can't work with."""


class UsageError(Exception):
    """Something given can't be read or used; the message says what and why, for people."""
