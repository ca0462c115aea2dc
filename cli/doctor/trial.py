"""A dry run of a virtual interface that does not exist, and what has to come of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from pydantic import JsonValue

from cli.doctor.standing import Diagnosis, Patient
from cli.operate.executions import FoundExecution, found
from cli.operate.stack import Kind
from vifshift.domain.execution_history import follow
from vifshift.domain.metrics import NAMESPACE, OUTCOME, SERVICE, Metric
from vifshift.domain.object_keys import MIGRATIONS, report_folder
from vifshift.domain.workflow import StateName

EXPECTED: Final = "rejected"
_VIF, _PORT = "dxvif-00000000", "dxcon-00000000"
_NOT_FOUND: Final = "VIRTUAL_INTERFACE_NOT_FOUND"
_WITHIN_SECONDS: Final = 90
_POLL_SECONDS: Final = 2.0
_NAME: Final = "doctor-%Y%m%dT%H%M%SZ"
_PERIOD: Final = 60


def tried(patient: Patient) -> Iterator[Diagnosis]:
    """Start the dry run, wait for it, and look for its event, evidence and metric."""
    began = patient.now()
    name = began.strftime(_NAME)
    patient.stack.executions.start(patient.stack.machine(Kind.MIGRATION), name, _request(name))
    # It waits for longer than the dry run takes, and then looks after that.
    watchdog = _watchdog_of(patient, name)
    execution = _finished(patient, name)
    if execution is None or execution.outcome is None:
        said = f"it did not end within {_WITHIN_SECONDS} seconds" if execution else "not started"
        yield Diagnosis(
            "dry run", False, said, "Look at the execution in the Step Functions console."
        )
        return
    is_expected = execution.outcome == EXPECTED and _NOT_FOUND in execution.message
    yield Diagnosis(
        "dry run",
        is_expected,
        "of a virtual interface that does not exist: rejected, as expected"
        if is_expected
        else f"{execution.outcome}: {execution.message}",
        "Read the message: a permission of a function, or of the network, is missing.",
    )
    yield _event(patient, execution)
    yield _evidence(patient, execution)
    yield _metric(patient, began)
    yield _watchdog(patient, watchdog)


def _request(name: str) -> dict[str, JsonValue]:
    return {
        "virtualInterfaceId": _VIF,
        "connectionId": _PORT,
        "dryRun": True,
        "requestId": name,
        "requestedBy": "vifshift doctor",
        "reason": "a test of the installation, which touches nothing",
    }


def _finished(patient: Patient, name: str) -> FoundExecution | None:
    execution = None
    for _ in range(int(_WITHIN_SECONDS / _POLL_SECONDS)):
        execution = found(patient.stack, name)
        if execution.outcome is not None:
            return execution
        patient.sleep(_POLL_SECONDS)
    return execution


def _event(patient: Patient, execution: FoundExecution) -> Diagnosis:
    trail = follow(patient.stack.executions.history(execution.arn))
    is_sent = StateName.ANNOUNCE_OUTCOME in trail.done
    return Diagnosis(
        "event",
        is_sent,
        "VIF Migration Rejected was accepted by the bus" if is_sent else "it was not sent",
        "Look at the state that announces the outcome: the bus, or the permission for it, is gone.",
    )


def _evidence(patient: Patient, execution: FoundExecution) -> Diagnosis:
    folder = report_folder(MIGRATIONS, execution.started_at or patient.now(), execution.name)
    answer = patient.stack.client("s3").list_objects_v2(
        Bucket=patient.stack.outputs["EvidenceBucketName"], Prefix=f"{folder}/"
    )
    names = [each["Key"].rpartition("/")[2] for each in answer.get("Contents", ())]
    is_there = {"report.html", "report.json"} <= set(names)
    return Diagnosis(
        "evidence",
        is_there,
        "page and data are in the bucket" if is_there else "it was not stored",
        "Read the log of the function Report: the bucket, or the permission for it, is gone.",
    )


def _metric(patient: Patient, began: Any) -> Diagnosis:
    """Wait for the metric that the function has logged, which takes CloudWatch a while."""
    client = patient.stack.client("cloudwatch")
    dimensions = [
        {"Name": SERVICE, "Value": patient.name},
        {"Name": OUTCOME, "Value": EXPECTED},
    ]
    for _ in range(int(_WITHIN_SECONDS / _POLL_SECONDS)):
        points = client.get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName=Metric.MIGRATIONS,
            Dimensions=dimensions,
            StartTime=began - timedelta(seconds=_PERIOD),
            EndTime=patient.now() + timedelta(seconds=_PERIOD),
            Period=_PERIOD,
            Statistics=["Sum"],
        )["Datapoints"]
        if any(each["Sum"] for each in points):
            return Diagnosis("metric", True, "the dry run was counted")
        patient.sleep(_POLL_SECONDS)
    return Diagnosis(
        "metric",
        False,
        f"it has not arrived within {_WITHIN_SECONDS} seconds",
        "Look for it in CloudWatch, VifShift: the functions log it, so read their logs.",
    )


def _watchdog_of(patient: Patient, name: str) -> str:
    """Start the watchdog for a migration, as the sweep does, and return its execution's ARN."""
    machine = patient.stack.machine(Kind.MIGRATION)
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    answer = patient.stack.client("stepfunctions").start_execution(
        stateMachineArn=patient.stack.outputs["WatchdogStateMachineArn"],
        name=name,
        input=json.dumps({"execution": {"arn": arn}}),
    )
    return str(answer["executionArn"])


def _watchdog(patient: Patient, arn: str) -> Diagnosis:
    """Wait for the watchdog, which leaves alone what was reported."""
    client = patient.stack.client("stepfunctions")
    status = "RUNNING"
    for _ in range(int(_WITHIN_SECONDS / _POLL_SECONDS)):
        status = client.describe_execution(executionArn=arn)["status"]
        if status != "RUNNING":
            break
        patient.sleep(_POLL_SECONDS)
    is_well = status == "SUCCEEDED"
    return Diagnosis(
        "watchdog",
        is_well,
        "it looked after the dry run, and found nothing to do" if is_well else f"it is {status}",
        "Look at its execution in the Step Functions console.",
    )
