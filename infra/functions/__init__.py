"""The Lambda functions, their layer, and the role of each."""
