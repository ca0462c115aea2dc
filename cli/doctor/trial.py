"""A dry run of a virtual interface that does not exist, and what has to come of it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from pydantic import JsonValue

from cli.doctor.notices import noticed, undelivered
from cli.doctor.standing import Diagnosis, Examination, Patient, examined
from cli.operate.executions import FoundExecution, found
from cli.operate.stack import Kind, evidence_bucket
from vifshift.domain.execution_history import follow
from vifshift.domain.metrics import NAMESPACE, OUTCOME, SERVICE, Metric
from vifshift.domain.object_keys import MIGRATIONS, report_folder
from vifshift.domain.workflow import StateName

EXPECTED: Final = "rejected"
_VIF, _PORT = "dxvif-00000000", "dxcon-00000000"
_NOT_FOUND: Final = "VIRTUAL_INTERFACE_NOT_FOUND"
WITHIN: Final = timedelta(seconds=100)
"""How long it is waited for all that comes of the dry run."""
_POLL_SECONDS: Final = 2.0
_NAME: Final = "doctor-%Y%m%dT%H%M%SZ"
_PERIOD: Final = 60


class Trial(NamedTuple):
    """The installation, the dry run that was started in it, and until when it is waited."""

    patient: Patient
    began: datetime
    name: str

    @property
    def is_late(self) -> bool:
        """Return whether what has not come by now is not waited for."""
        return self.patient.now() - self.began > WITHIN

    def wait(self) -> None:
        """Wait until it is worth to look again."""
        self.patient.sleep(_POLL_SECONDS)


def tried(patient: Patient) -> Iterator[Diagnosis]:
    """Start the dry run, wait for it, and look for its event, notice, evidence and metric."""
    began = patient.now()
    trial = Trial(patient, began, began.strftime(_NAME))
    machine, before = patient.stack.machine(Kind.MIGRATION), undelivered(patient)
    patient.stack.executions.start(machine, trial.name, _request(trial.name))
    # It waits for longer than the dry run takes, and then looks after that.
    watchdogs: list[str] = []
    yield from examined(
        "watchdog", partial(_start_watchdog, trial=trial, watchdogs=watchdogs), patient
    )
    execution = _finished(trial)
    if execution is None or execution.outcome is None:
        yield from _unfinished(patient, execution)
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
    parts: dict[str, Examination] = {
        "event": partial(_event, execution=execution),
        "notice": partial(noticed, execution=execution, before=before),
        "evidence": partial(_evidence, execution=execution),
        "metric": partial(_metric, trial=trial),
    }
    for arn in watchdogs:
        parts["watchdog"] = partial(_watchdog, trial=trial, arn=arn)
    for name, examination in parts.items():
        yield from examined(name, examination, patient)


def _unfinished(patient: Patient, execution: FoundExecution | None) -> Iterator[Diagnosis]:
    """Yield where the dry run is, and that its event was not sent if that is what it tries."""
    remedy = "Look at the execution in the Step Functions console."
    if execution is None:
        yield Diagnosis("dry run", False, "it was not started", remedy)
        return
    state = follow(patient.stack.executions.history(execution.arn)).last_state
    said = f"it did not end within {WITHIN.seconds} seconds, and is in {state}"
    yield Diagnosis("dry run", False, said, remedy)
    if state == StateName.ANNOUNCE_OUTCOME:
        yield from _event(patient, execution)


def _request(name: str) -> dict[str, JsonValue]:
    return {
        "virtualInterfaceId": _VIF,
        "connectionId": _PORT,
        "dryRun": True,
        "requestId": name,
        "requestedBy": "vifshift doctor",
        "reason": "a test of the installation, which touches nothing",
    }


def _finished(trial: Trial) -> FoundExecution | None:
    execution = None
    while execution is None or execution.outcome is None:
        if trial.is_late:
            break
        execution = found(trial.patient.stack, trial.name)
        if execution.outcome is None:
            trial.wait()
    return execution


def _event(patient: Patient, execution: FoundExecution) -> Iterator[Diagnosis]:
    trail = follow(patient.stack.executions.history(execution.arn))
    is_sent = StateName.ANNOUNCE_OUTCOME in trail.done
    yield Diagnosis(
        "event",
        is_sent,
        "VIF Migration Rejected was accepted by the bus" if is_sent else "it was not sent",
        "Look at the state that announces the outcome: the bus, or the permission for it, is gone.",
    )


def _evidence(patient: Patient, execution: FoundExecution) -> Iterator[Diagnosis]:
    folder = report_folder(MIGRATIONS, execution.started_at or patient.now(), execution.name)
    answer = patient.stack.client("s3").list_objects_v2(
        Bucket=evidence_bucket(patient.stack.outputs), Prefix=f"{folder}/"
    )
    names = [each["Key"].rpartition("/")[2] for each in answer.get("Contents", ())]
    is_there = {"report.html", "report.json"} <= set(names)
    yield Diagnosis(
        "evidence",
        is_there,
        "page and data are in the bucket" if is_there else "it was not stored",
        "Read the log of the function Report: the bucket, or the permission for it, is gone.",
    )


def _metric(patient: Patient, trial: Trial) -> Iterator[Diagnosis]:
    """Wait for the metric that the function has logged, which takes CloudWatch a while."""
    client = patient.stack.client("cloudwatch")
    dimensions = [
        {"Name": SERVICE, "Value": patient.name},
        {"Name": OUTCOME, "Value": EXPECTED},
    ]
    while True:
        points = client.get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName=Metric.MIGRATIONS,
            Dimensions=dimensions,
            StartTime=trial.began - timedelta(seconds=_PERIOD),
            EndTime=patient.now() + timedelta(seconds=_PERIOD),
            Period=_PERIOD,
            Statistics=["Sum"],
        )["Datapoints"]
        if any(each["Sum"] for each in points):
            yield Diagnosis("metric", True, "the dry run was counted")
            return
        if trial.is_late:
            break
        trial.wait()
    yield Diagnosis(
        "metric",
        False,
        f"it has not arrived within {WITHIN.seconds} seconds",
        "Look for it in CloudWatch, VifShift: the function Conclude logs it, so read its log.",
    )


def _start_watchdog(patient: Patient, trial: Trial, watchdogs: list[str]) -> Iterator[Diagnosis]:
    """Start the watchdog for the dry run, as the sweep does, and add its execution's ARN."""
    machine = patient.stack.machine(Kind.MIGRATION)
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{trial.name}"
    answer = patient.stack.client("stepfunctions").start_execution(
        stateMachineArn=patient.stack.outputs["WatchdogStateMachineArn"],
        name=trial.name,
        input=json.dumps({"execution": {"arn": arn}}),
    )
    watchdogs.append(str(answer["executionArn"]))
    yield from ()


def _watchdog(patient: Patient, trial: Trial, arn: str) -> Iterator[Diagnosis]:
    """Wait for the watchdog, which leaves alone what was reported."""
    client = patient.stack.client("stepfunctions")
    while (status := client.describe_execution(executionArn=arn)["status"]) == "RUNNING":
        if trial.is_late:
            break
        trial.wait()
    is_well = status == "SUCCEEDED"
    yield Diagnosis(
        "watchdog",
        is_well,
        "it looked after the dry run, and found nothing to do" if is_well else f"it is {status}",
        "Look at its execution in the Step Functions console.",
    )
