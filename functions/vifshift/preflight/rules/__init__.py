"""The rules of preflight, by subject: each is one function that says what could go wrong."""
