"""The CloudFormation resource types that moto lacks."""
