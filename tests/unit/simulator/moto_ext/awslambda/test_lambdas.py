"""Deployed functions, called in this process or in one of their own."""

import gc
import json
import os
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from simulator.cloud import Cloud
from simulator.moto_ext.awslambda import inline_runtime as inline
from simulator.moto_ext.awslambda.cold_starts import ColdStarts

ODD = """
import os
import sys
import time
import uuid

from watching import helper

IMPORTED = time.time()


def facts(event, context):
    return {"file": helper.__file__, "imported": IMPORTED, "now": time.time(),
            "monotonic": time.monotonic(),
            "remaining": context.get_remaining_time_in_millis(), "id": str(uuid.uuid4()),
            "environment": os.environ.get("COLOUR"), "arn": context.invoked_function_arn,
            "memory": context.memory_limit_in_mb, "request": context.aws_request_id}


def sleep(event, context):
    time.sleep(event["seconds"])
    return os.environ["COLOUR"]


def bad(event, context):
    return {"x": object()}


def leave(event, context):
    sys.exit(3)


def fail(event, context):
    print("request", context.aws_request_id)
    raise ValueError(event)
"""


def function(handler: Any, **more: Any) -> Any:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "code.zip"},
            "Handler": handler,
            "Runtime": "python3.14",
            "Timeout": 20,
            "MemorySize": 256,
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Environment": {"Variables": {"COLOUR": handler}},
            **more,
        },
    }


@pytest.fixture
def odd(synthesize: Any) -> Any:
    handlers = ("facts", "sleep", "bad", "leave", "fail", "nothing")
    extra = {name.title(): function(f"watching.odd.{name}") for name in handlers}
    extra["Lost"] = function("watching.nowhere.handler")
    return synthesize(extra=extra, modules={"odd": ODD, "helper": ""})


@pytest.fixture
def lambdas(odd: Path) -> Any:
    with Cloud() as cloud:
        cloud.deploy(odd, "Test")
        yield cloud


def call(cloud: Cloud, logical_id: Any, payload: Any = None, **more: Any) -> Any:
    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.resources[logical_id], Payload=json.dumps(payload or {}), **more
    )
    text = answer["Payload"].read()
    return answer, json.loads(text) if text else None


def test_the_deployed_code_answers_not_another_of_the_same_name(
    lambdas: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = object()
    monkeypatch.setitem(sys.modules, "watching", stranger)
    paths, modules = list(sys.path), set(sys.modules)

    _, answer = call(lambdas, "Facts")

    assert "simulator-lambda-" in answer["file"]
    assert sys.modules["watching"] is stranger
    assert sys.path == paths
    assert not [name for name in set(sys.modules) - modules if name.startswith("watching")]


def test_a_handler_sees_its_settings_and_the_virtual_time(lambdas: Cloud) -> None:
    lambdas.clock.sleep(3600)
    _, first = call(lambdas, "Facts")
    lambdas.clock.sleep(60)
    _, second = call(lambdas, "Facts")

    assert first["environment"] == "watching.odd.facts"
    assert "COLOUR" not in os.environ
    assert first["now"] == lambdas.clock.now().timestamp() - 60
    assert second["now"] - second["imported"] == 60
    assert (first["remaining"], first["memory"]) == (20_000, "256")
    assert first["arn"].endswith(f":function:{lambdas.resources['Facts']}")
    assert first["request"] != second["request"]
    assert abs(time.time() - first["now"]) > 86_400
    assert second["monotonic"] - first["monotonic"] == second["now"] - first["now"]


def test_two_clouds_draw_the_same_ids(odd: Path) -> None:
    answers = []
    for _ in range(2):
        with Cloud() as cloud:
            cloud.deploy(odd, "Test")
            answers.append(call(cloud, "Facts")[1])

    assert answers[0] == answers[1]


def test_a_cold_start_belongs_to_one_cloud(assembly: Path) -> None:
    for _ in range(2):
        with Cloud() as cloud:
            cloud.deploy(assembly, "Test")
            looks = [call(cloud, "Look")[1]["looks"] for _ in range(2)]
            assert looks == [1, 2]


@pytest.mark.verify
def test_the_modules_of_too_many_functions_are_freed(
    synthesize: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = """
from aws_lambda_powertools.utilities.parser import event_parser
from pydantic import BaseModel


class Event(BaseModel):
    number: int


@event_parser(model=Event)
def handler(event, context):
    return event.number
"""
    monkeypatch.setattr(inline, "STARTS", ColdStarts(most=0))
    extra = {"Model": function("watching.model.handler")}
    assembly = synthesize(extra=extra, modules={"model": model})
    with Cloud() as cloud:
        cloud.deploy(assembly, "Test")
        assert call(cloud, "Model", {"number": 3})[1] == 3
    gc.collect()

    kept = [item for item in gc.get_objects() if isinstance(item, ModuleType)]
    assert [module for module in kept if module.__name__ == "watching.model"] == []


def test_what_a_function_prints_and_logs_is_kept(cloud: Cloud) -> None:
    call(cloud, "Look")

    name = cloud.resources["Look"]
    lines = ["[WARNING]\tlook 1", f"table {cloud.resources['Table']}"]
    assert cloud.lambda_logs == [(name, line) for line in lines]
    stored = cloud.client("logs").filter_log_events(logGroupName=cloud.resources["Logs"])
    assert [event["message"] for event in stored["events"]] == lines


def test_a_retry_has_the_request_id_of_the_first_attempt(lambdas: Cloud) -> None:
    name = lambdas.resources["Fail"]
    for _ in range(2):
        lambdas.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload="{}")
    lambdas.run_until_idle(timedelta(hours=1))

    lines = [text for _, text in lambdas.lambda_logs if text.startswith("request ")]
    assert sorted(Counter(lines).values()) == [3, 3]


@pytest.mark.enable_socket
@pytest.mark.parametrize("runtime", ["inline", "process"])
def test_lambda_writes_what_nobody_caught_in_the_function_s_log_format(
    synthesize: Any, runtime: Any
) -> None:
    extra = {"Json": function("watching.odd.rise", LoggingConfig={"LogFormat": "JSON"})}
    source = ODD + '\n\ndef rise(event, context):\n    raise KeyError("lost")\n'
    with Cloud(lambda_runtime=runtime) as cloud:
        cloud.deploy(synthesize(extra=extra, modules={"odd": source, "helper": ""}), "Test")
        call(cloud, "Json")

        [(_, line)] = cloud.lambda_logs

    told = json.loads(line)
    assert (told["level"], told["errorType"]) == ("ERROR", "KeyError")
    assert {"timestamp", "errorMessage", "requestId", "stackTrace"} <= told.keys()


def test_sleeping_takes_virtual_time_and_lets_others_run(lambdas: Cloud) -> None:
    client = lambdas.client("lambda")
    for logical_id, seconds in (("Sleep", 10), ("Facts", 0)):
        name = lambdas.resources[logical_id]
        payload = json.dumps({"seconds": seconds})
        client.invoke(FunctionName=name, InvocationType="Event", Payload=payload)

    lambdas.run_until_idle(timedelta(minutes=1))

    assert (lambdas.clock.now().second, "COLOUR" in os.environ) == (10, False)
    assert call(lambdas, "Sleep", {"seconds": 1})[1] == "watching.odd.sleep"


@pytest.mark.parametrize(
    ("logical_id", "payload", "kind"),
    [
        ("Sleep", {"seconds": 25}, "Sandbox.Timedout"),
        ("Bad", {}, "Runtime.MarshalError"),
        ("Leave", {}, "Runtime.ExitError"),
        ("Nothing", {}, "Runtime.HandlerNotFound"),
        ("Lost", {}, "Runtime.ImportModuleError"),
        ("Break", {}, "Unruly"),
    ],
)
def test_failures_carry_lambdas_names(
    lambdas: Cloud, logical_id: Any, payload: Any, kind: Any
) -> None:
    answer, body = call(lambdas, logical_id, payload)

    assert answer["FunctionError"] == "Unhandled"
    assert body["errorType"] == kind


def test_a_failed_asynchronous_call_is_tried_twice_more_then_sent_on(lambdas: Cloud) -> None:
    client, sqs = lambdas.client("lambda"), lambdas.client("sqs")
    sqs.create_queue(QueueName="failures")
    arn = "arn:aws:sqs:eu-central-1:111122223333:failures"
    name = lambdas.resources["Break"]
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnFailure": {"Destination": arn}}
    )

    client.invoke(FunctionName=name, InvocationType="Event", Payload='{"why": "always"}')
    lambdas.run_until_idle(timedelta(hours=1))

    (message,) = lambdas.dead_letters("failures")
    record = json.loads(message["Body"])
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responsePayload"]["errorType"] == "Unruly"
    assert lambdas.clock.now().minute == 3


@pytest.mark.enable_socket
def test_functions_run_under_awss_runtime_client(odd: Path) -> None:
    with Cloud(lambda_runtime="process") as cloud:
        cloud.deploy(odd, "Test")
        looks = [call(cloud, "Look", {"needed": 2})[1] for _ in range(2)]
        _, broken = call(cloud, "Break", {"why": "on purpose"})
        _, lost = call(cloud, "Lost")

    assert [look["looks"] for look in looks] == [1, 2]
    assert (broken["errorType"], broken["errorMessage"]) == ("Unruly", "on purpose")
    assert "/var/task/watching/breaking.py" in broken["stackTrace"][0]
    assert lost["errorType"] == "Runtime.ImportModuleError"
    assert any("table Test-Table" in line for _, line in cloud.lambda_logs)


@pytest.mark.enable_socket
def test_a_process_lives_in_virtual_time_and_is_ended_when_it_takes_too_long(
    synthesize: Any,
) -> None:
    extra = {
        "Slow": function("watching.odd.sleep", Timeout=600),
        "Facts": function("watching.odd.facts"),
    }
    assembly = synthesize(extra=extra, modules={"odd": ODD, "helper": ""})
    with Cloud(lambda_runtime="process") as cloud:
        cloud.deploy(assembly, "Test")
        began = cloud.clock.now()
        _, facts = call(cloud, "Facts")
        _, slept = call(cloud, "Slow", {"seconds": 599})
        in_time = cloud.clock.now()
        _, body = call(cloud, "Slow", {"seconds": 600})
        too_late = cloud.clock.now()
        _, again = call(cloud, "Slow", {"seconds": 0})

    assert facts["now"] == facts["monotonic"] == began.timestamp()
    assert facts["remaining"] == 20_000
    assert slept == again == "watching.odd.sleep"
    assert (in_time - began).total_seconds() == 599
    assert body["errorType"] == "Sandbox.Timedout"
    assert (too_late - in_time).total_seconds() == 600
