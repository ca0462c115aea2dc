"""Secrets in the error texts of every operation that the product calls: none comes out."""

import ast
import traceback
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import vifshift.adapters
from tests.sampling import sampled
from vifshift.adapters.aws import call
from vifshift.domain.errors import CallError
from vifshift.domain.scrubbing import HIDDEN

ADAPTERS = Path(next(iter(vifshift.adapters.__path__)))
SERVICES = {
    "account.py": ("sts", "ssm", "health"),
    "answer_table.py": ("dynamodb",),
    "alarms.py": ("cloudwatch",),
    "background.py": ("directconnect",),
    "directconnect.py": ("directconnect",),
    "event_bus.py": ("events",),
    "executions.py": ("stepfunctions",),
    "gateway_locks.py": ("dynamodb",),
    "manifest_archive.py": ("s3", "kms"),
    "migration_table.py": ("dynamodb",),
    "open_executions.py": ("dynamodb", "stepfunctions"),
    "outside_table.py": ("dynamodb",),
    "own_moves.py": ("dynamodb",),
    "peer_records.py": ("dynamodb",),
    "plan_table.py": ("dynamodb",),
    "report_bucket.py": ("s3",),
    "schedules.py": ("scheduler",),
    "sessions.py": ("sts",),
    "task_tokens.py": ("stepfunctions",),
    "vif_metrics.py": ("cloudwatch",),
    "vpn.py": ("ec2",),
}
BGP_KEY, CAK = "0xzxgA9YoW9h58u8SvOmXRTw", "00112233445566778899aabbccddeeff" * 2
PLANTED = (BGP_KEY, CAK, "a-secret-that-must-not-leak", "AQoDYXdzEJr1K", "plain words")
MESSAGE = (
    f"The authKey {BGP_KEY} is invalid, CAK={CAK}; also a-secret-that-must-not-leak, token "
    "'AQoDYXdzEJr1K' and <bgp_auth_key>plain words</bgp_auth_key> of dxvif-aaaa0001 are refused"
)


@cache
def methods(service: str) -> dict[str, str]:
    """Return the API's names of a service's operations, by those of boto3's methods."""
    make: Any = boto3.client
    mapping: dict[str, str] = make(service, region_name="eu-central-1").meta.method_to_api_mapping
    return mapping


def called_in(path: Path) -> Iterator[str]:
    """Yield the operations that a module passes to `call`, or to its own methods that do."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"call", "_list", "_pages", "_answer"}:
                texts = (each.value for each in node.args if isinstance(each, ast.Constant))
                yield from (text for text in texts if isinstance(text, str) and "_" in text)


def operations() -> list[tuple[str, str]]:
    """Return service and operation of every call, as the adapters' source has them."""
    return sorted(
        {
            (service, operation)
            for path in sorted(ADAPTERS.glob("*.py"))
            for operation in called_in(path)
            for service in SERVICES[path.name]
            if operation in methods(service)
        }
    )


OPERATIONS = operations()


def test_every_module_that_calls_aws_is_covered() -> None:
    calling = {path.name for path in ADAPTERS.glob("*.py") if any(called_in(path))}

    assert calling <= set(SERVICES)
    assert {
        ("directconnect", "associate_virtual_interface"),
        ("directconnect", "list_virtual_interface_routes"),
        ("dynamodb", "transact_write_items"),
        ("events", "put_events"),
        ("health", "describe_affected_entities"),
        ("s3", "put_object"),
        ("ssm", "get_calendar_state"),
        ("stepfunctions", "get_execution_history"),
        ("stepfunctions", "send_task_failure"),
        ("sts", "assume_role"),
    } <= set(OPERATIONS)


@pytest.mark.parametrize("status", sampled([400, 403, 429, 500]))
@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_no_secret_comes_out_of_an_error(service: str, operation: str, status: int) -> None:
    def refuse(**_: object) -> None:
        metadata: Any = {"HTTPStatusCode": status}
        error: Any = {"Code": "InvalidRequestException", "Message": MESSAGE}
        raise ClientError({"Error": error, "ResponseMetadata": metadata}, operation)

    client = SimpleNamespace(meta=SimpleNamespace(method_to_api_mapping=methods(service)))
    setattr(client, operation, refuse)
    with pytest.raises(CallError) as refused:
        call(client, operation)

    shown = "".join(traceback.format_exception(refused.value))
    assert [secret for secret in PLANTED if secret in shown] == []
    said = f"{operation}: InvalidRequestException: The authKey {HIDDEN}"
    assert str(refused.value).startswith(said)
    assert "dxvif-aaaa0001 are refused" in str(refused.value)
