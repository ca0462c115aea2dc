"""One module a Lambda: parse, call, answer."""
