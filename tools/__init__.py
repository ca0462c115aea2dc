"""Commands for developers: generated documents, checks, installation."""
