"""IAM: every call is made as somebody, and judged by the policies that are deployed."""
