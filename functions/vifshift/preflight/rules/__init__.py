"""The rules of preflight, by subject: each is one function that yields what could go wrong."""
