"""A cloud in this process: deploy a template, let virtual time run, look at what happened."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

from moto import mock_aws
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from simulator.cloud import deployment
from simulator.cloud.checkpoint import Checkpoint
from simulator.cloud.repairs import is_fast, left_out, repair_all
from simulator.cloud.server import MotoServer
from simulator.core.clients import Clients
from simulator.core.context import CloudContext, Evaluation
from simulator.core.fault_plan import ExecutionInterruption, TaskFault
from simulator.core.patches import Patches
from simulator.moto_ext.awslambda.inline_runtime import InlineRuntime
from simulator.moto_ext.awslambda.process_runtime import ProcessRuntime
from simulator.moto_ext.awslambda.runtime import LambdaRuntime
from simulator.moto_ext.cloudwatch.alarm_actions import check_actions
from simulator.moto_ext.cloudwatch.alarms import fired
from simulator.moto_ext.cloudwatch.metrics import DataPoint
from simulator.moto_ext.eventbridge.schedules import next_firing
from simulator.moto_ext.iam import creation_checks as creating
from simulator.moto_ext.iam.evaluation import AccessRequest
from simulator.moto_ext.iam.journal import Denial, Journal
from simulator.moto_ext.iam.judge import Authorizer
from simulator.moto_ext.stepfunctions.faults.planning import plan_faults
from simulator.moto_speed.garbage import collect_what_is_left, collected_seldom
from simulator.virtual_time import backends as moto_wide
from simulator.virtual_time.clock import VirtualClock

_RECEIVE_AT_MOST = 10


class Cloud:
    """An AWS account and Region in virtual time; use it as a context manager, one at a time.

    Without `speed`, no repair is made that only makes moto faster; by default, the environment
    variable SIMULATOR_SPEED decides (`off`). Raises `RuntimeError` where another cloud is open in
    this process: both would repair moto.
    """

    _open: ClassVar["Cloud | None"] = None

    def __init__(
        self,
        account: str = "111122223333",
        region: str = "eu-central-1",
        start: datetime = datetime(2026, 1, 5, 2, 0, tzinfo=UTC),
        lambda_runtime: Literal["inline", "process"] = "inline",
        seed: int = 0,
        delivery_latency: float = 0.0,
        speed: bool | None = None,
    ) -> None:
        self.clock = VirtualClock(start)
        self._runtime_kind = lambda_runtime
        speed = is_fast() if speed is None else speed
        self._patches = Patches(left_out(speed=speed))
        self._stack: Any = None
        self._runtime: LambdaRuntime
        self._context = CloudContext(
            account=account,
            region=region,
            clock=self.clock,
            random=Random(seed),
            clients=Clients(region),
            patches=self._patches,
            journal=(journal := Journal()),
            judge=Authorizer(journal, account),
            delivery_latency=delivery_latency,
            speed=speed,
        )

    def __enter__(self) -> Self:
        """Start with empty backends, and with every repair in place."""
        if Cloud._open is not None:
            raise RuntimeError("another cloud is open in this process: leave it first")
        Cloud._open = self
        try:
            self._enter()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every thread, put everything back, and forget what the backends hold."""
        self.clock.close()
        self._patches.undo()
        if Cloud._open is self:
            Cloud._open = None
        collect_what_is_left()

    def deploy(self, assembly: Path, stack_name: str) -> None:
        """Deploy a stack of a synthesized assembly (cdk.out), and check that all of it is there."""
        self._stack = deployment.deploy(self._context, assembly, stack_name)

    def destroy(self, stack_name: str) -> None:
        """Delete a stack."""
        self.client("cloudformation").delete_stack(StackName=stack_name)

    @property
    def outputs(self) -> dict[str, str]:
        """Return the outputs of the stack deployed last, by logical id."""
        return {
            output.key: str(output.value) for output in self._stack.output_map.values() if output
        }

    @property
    def resources(self) -> dict[str, str]:
        """Return the physical ids of the stack deployed last, by logical id."""
        return deployment.physical_ids(self._stack)

    def resources_of_type(self, resource_type: str) -> dict[str, str]:
        """Return the physical ids of one CloudFormation type, by logical id."""
        templates = self._stack.template_dict["Resources"]
        return {
            logical: physical
            for logical, physical in self.resources.items()
            if templates[logical]["Type"] == resource_type
        }

    def checkpoint(self) -> Checkpoint:
        """Note all that the cloud holds, so that it can be put back; nothing may be running."""
        return Checkpoint(self._context, self.clock, self._runtime)

    def check_roles(self) -> None:
        """Refuse what AWS would not have made; raises `CreationRefused`."""
        creating.check(self._context)

    def client(self, service: str) -> Any:
        """Return a boto3 client of this cloud; it never opens a socket."""
        return self._context.clients.get(service)

    def plan_faults(
        self,
        task_faults: Sequence[TaskFault] = (),
        interruptions: Sequence[ExecutionInterruption] = (),
        state_machine: str | None = None,
    ) -> None:
        """Let the platform fail as planned, counted from now; an earlier plan is dropped.

        Interruptions are for the executions of `state_machine`, or of any, that start from now on.
        Raises `NothingToDisturb` where a plan names what is not there.
        """
        plan_faults(self._context, task_faults, interruptions, state_machine)

    def next_firing(self, schedule: str) -> datetime | None:
        """Return when a schedule of EventBridge Scheduler is due next, None where it is not."""
        return next_firing(self._context, schedule)

    def run_until_idle(self, limit: timedelta, most_turns: int | None = None) -> bool:
        """Let virtual time run until nothing is running or due (True), or until the limit.

        What never gets idle ends after so many turns of its threads, if that is said.
        """
        with collected_seldom():
            return self.clock.run_until_idle(limit, most_turns)

    def state_machines(self) -> dict[str, str]:
        """Return the definition of every state machine, by its ARN."""
        client = self.client("stepfunctions")
        arns = [each["stateMachineArn"] for each in client.list_state_machines()["stateMachines"]]
        return {
            arn: client.describe_state_machine(stateMachineArn=arn)["definition"] for arn in arns
        }

    def watch_evaluations(self, watch: Callable[[Evaluation], None] | None) -> None:
        """Let somebody know, from now on, of each expression that a state evaluates."""
        self._context.on_evaluation = watch

    def executions(self) -> list[dict[str, Any]]:
        """Describe every execution, in the order in which they were started."""
        client = self.client("stepfunctions")
        return [
            _described(client.describe_execution(executionArn=arn))
            for arn in self._context.started_executions
        ]

    def execution_history(self, arn: str) -> list[dict[str, Any]]:
        """Return an execution's history events, oldest first."""
        # Not through the client: writing and reading a long history takes longer than running it.
        backends: Any = stepfunctions_parser_backends
        backend = backends[self._context.account][self._context.region]
        return [
            {
                **event,
                "type": event["type"].value,
                "timestamp": datetime.fromisoformat(event["timestamp"]),
            }
            for event in backend.get_execution_history(arn)["events"]
        ]

    def objects(self, bucket: str) -> dict[str, str]:
        """Return the text of every object in a bucket, as it was written last, by its key."""
        keys = s3_backends[self._context.account]["aws"].get_bucket(bucket).keys
        return {name: key.value.decode() for name, key in sorted(keys.items())}

    @property
    def published_events(self) -> list[dict[str, Any]]:
        """Return every event sent with PutEvents: EventBridge's envelope, and its bus."""
        return self._context.published_events

    @property
    def service_events(self) -> list[dict[str, Any]]:
        """Return every event that an AWS service has sent by itself, in the same form."""
        return self._context.service_events

    @property
    def notifications(self) -> list[tuple[str, str]]:
        """Return (topic's ARN, text) for all that was published, of each topic in order."""
        backends: Any = sns_backends
        topics = backends[self._context.account][self._context.region].topics.values()
        return [(topic.arn, sent[1]) for topic in topics for sent in topic.sent_notifications]

    @property
    def lambda_logs(self) -> list[tuple[str, str]]:
        """Return (function, line) for every line that any function logged."""
        return self._context.lambda_logs

    @property
    def data_points(self) -> list[DataPoint]:
        """Return every value of every metric, in the order in which CloudWatch was told."""
        return self._context.data_points

    @property
    def requests(self) -> dict[AccessRequest, int]:
        """Return what roles and services have asked IAM for, and how often."""
        return dict(self._context.journal.requests)

    @property
    def denials(self) -> list[Denial]:
        """Return the calls that the deployed policies did not allow, in order."""
        return list(self._context.journal.denials)

    def alarms(self) -> list[dict[str, Any]]:
        """Describe every alarm."""
        pages = self.client("cloudwatch").get_paginator("describe_alarms").paginate()
        return [alarm for page in pages for alarm in page["MetricAlarms"]]

    def alarms_fired(self) -> list[str]:
        """Return the alarms that have rung so far, in order, by their logical ids."""
        names = self.resources_of_type("AWS::CloudWatch::Alarm").items()
        logical = {physical: name for name, physical in names}
        alarms = self.alarms()
        found = fired(alarms, self.data_points)
        check_actions(self._context, alarms, {each.alarm for each in found})
        return [logical[each.alarm] for each in found]

    def dead_letters(self, queue: str) -> list[dict[str, Any]]:
        """Take the messages out of a queue, known by its URL, ARN or name."""
        sqs = self.client("sqs")
        name = queue.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found: list[dict[str, Any]] = []
        while True:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_RECEIVE_AT_MOST,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            )
            messages = answer.get("Messages", [])
            if not messages:
                return found
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found += messages

    def _enter(self) -> None:
        context = self._context
        if self._runtime_kind == "process":
            self._enter_with_server()
            return
        mock = mock_aws()
        mock.start()
        self._patches.on_undo(mock.stop)
        self._runtime = InlineRuntime(context)
        repair_all(context, self._runtime)

    def _enter_with_server(self) -> None:
        """Put a server before the backends: processes of their own can't reach them otherwise."""
        context = self._context
        moto_wide.reset_backends()
        self._patches.on_undo(moto_wide.reset_backends)
        server = MotoServer()
        self._runtime = ProcessRuntime(context, lambda: server.url)
        repair_all(context, self._runtime)
        server.start()
        self._patches.on_undo(server.stop)


def _described(answer: dict[str, Any]) -> dict[str, Any]:
    """Drop the transport's part of an answer, and put its times into UTC."""
    return {
        key: value.astimezone(UTC) if isinstance(value, datetime) else value
        for key, value in answer.items()
        if key != "ResponseMetadata"
    }
