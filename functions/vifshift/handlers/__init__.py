"""The Lambda functions, a module each: parse the input, make one call, return the result."""
