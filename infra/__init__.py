"""The CDK app: everything that vifshift creates in an AWS account."""
