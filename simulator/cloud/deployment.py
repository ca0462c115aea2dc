"""Deploys an assembly through CloudFormation, and verifies that all resources exist."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.cloudformation.models import cloudformation_backends

from simulator.cloud.assembly import StackArtifact, placeholder, read_stack
from simulator.core.context import CloudContext
from simulator.moto_ext.iam import creation_checks as creating

BOOTSTRAP_VERSION: Final = "30"
# Types which mean nothing on a laptop, and may be missing after a deployment.
WITHOUT_LOCAL_MEANING: Final[Mapping[str, str]] = {
    "AWS::CloudFormation::WaitCondition": "moto leaves it out on purpose",
    "AWS::CloudFormation::WaitConditionHandle": "moto leaves it out on purpose",
}


class DeploymentIncompleteError(RuntimeError):
    """CloudFormation reported success, but some resources do not exist."""


def deploy(context: CloudContext, assembly: Path, stack_name: str) -> Any:
    """Upload a stack's files, create or update the stack, and return moto's model of it."""
    artifact = read_stack(assembly, stack_name, context.account, context.region)
    _upload(context, artifact)
    _bootstrap(context, artifact)
    cloudformation = context.clients.get("cloudformation")
    request = {
        "StackName": artifact.name,
        "TemplateURL": _template_url(context, artifact),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in artifact.parameters.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    context.deploying = True
    try:
        if stack_of(context, artifact.name) is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    finally:
        context.deploying = False
    stack = stack_of(context, artifact.name)
    _verify(stack, artifact)
    creating.check(context)
    return stack


def stack_of(context: CloudContext, name: str) -> Any:
    """Return moto's model of a live stack, or None."""
    backend = cloudformation_backends[context.account][context.region]
    return next((stack for stack in backend.stacks.values() if stack.name == name), None)


def physical_ids(stack: Any) -> dict[str, str]:
    """Return a stack's physical ids by logical id."""
    parsed = stack.resource_map._parsed_resources
    return {
        logical: str(getattr(parsed[logical], "physical_resource_id", None) or logical)
        for logical in stack.resource_map.resources
        if parsed.get(logical) is not None
    }


def _upload(context: CloudContext, artifact: StackArtifact) -> None:
    s3 = context.clients.get("s3")
    for bucket in sorted({asset.bucket for asset in artifact.assets}):
        _create_bucket(context, bucket)
    layers = artifact.layer_keys
    for asset in artifact.assets:
        body = placeholder() if asset.key in layers else asset.content()
        s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=body)


def _template_url(context: CloudContext, artifact: StackArtifact) -> str:
    """Upload the template, as the CDK does: in a request it would soon be too large."""
    s3, bucket = context.clients.get("s3"), f"templates-{context.account}-{context.region}"
    _create_bucket(context, bucket)
    key = f"{artifact.name}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=artifact.template.encode())
    return f"https://{bucket}.s3.{context.region}.amazonaws.com/{key}"


def _create_bucket(context: CloudContext, name: str) -> None:
    """Create a bucket unless it exists."""
    try:
        context.clients.get("s3").create_bucket(Bucket=name, **_location(context.region))
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise


def _location(region: str) -> dict[str, Any]:
    """Return the parameter for a bucket's location; S3 takes none for us-east-1."""
    if region == "us-east-1":
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _bootstrap(context: CloudContext, artifact: StackArtifact) -> None:
    """Store the parameter that `cdk bootstrap` stores, if the template reads it."""
    if "/cdk-bootstrap/" not in artifact.template:
        return
    context.clients.get("ssm").put_parameter(
        Name="/cdk-bootstrap/hnb659fds/version",
        Value=BOOTSTRAP_VERSION,
        Type="String",
        Overwrite=True,
    )


def _verify(stack: Any, artifact: StackArtifact) -> None:
    conditions = stack.resource_map.lazy_condition_map
    there = physical_ids(stack)
    missing = [
        f"{logical} ({resource['Type']})"
        for logical, resource in artifact.resources.items()
        if logical not in there
        and resource["Type"] not in WITHOUT_LOCAL_MEANING
        and ("Condition" not in resource or conditions[resource["Condition"]])
    ]
    if missing:
        raise DeploymentIncompleteError(
            f"moto left {len(missing)} resource(s) of {artifact.name} out: {', '.join(missing)}"
        )
    if not stack.status.endswith("_COMPLETE") or "ROLLBACK" in stack.status:
        raise DeploymentIncompleteError(f"{artifact.name} is {stack.status}")
