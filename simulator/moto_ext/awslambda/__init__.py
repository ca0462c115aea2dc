"""Lambda functions, run without Docker: in this process, or under AWS's own runtime client."""
