"""IAM: every call has a caller, and is authorized by the deployed policies."""
