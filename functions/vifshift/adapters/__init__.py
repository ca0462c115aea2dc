"""Everything that knows boto3: one module for each AWS service or table."""
