"""The CDK app: everything vifshift has in an AWS account."""
