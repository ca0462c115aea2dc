"""The adapters to AWS, one module for each service or table; only they use boto3."""
