"""A cloud in this process: deploy a template, let virtual time pass, and inspect the results."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

from moto import mock_aws

from simulator.cloud import deployment, inspection
from simulator.cloud.checkpoint import Checkpoint
from simulator.cloud.repairs import is_fast, left_out, repair_all
from simulator.cloud.server import MotoServer
from simulator.core.clients import Clients
from simulator.core.context import CloudContext, Evaluation
from simulator.core.fault_plan import EventFault, ExecutionInterruption, TaskFault
from simulator.core.patches import Patches
from simulator.moto_ext.awslambda.inline_runtime import InlineRuntime
from simulator.moto_ext.awslambda.process_runtime import ProcessRuntime
from simulator.moto_ext.awslambda.runtime import LambdaRuntime
from simulator.moto_ext.cloudwatch.alarms import AlarmDescriptions, check_actions, described, fired
from simulator.moto_ext.cloudwatch.metrics import DataPoint
from simulator.moto_ext.eventbridge.publishing import publish_as, replay
from simulator.moto_ext.eventbridge.schedules import next_firing
from simulator.moto_ext.iam import creation_checks as creating
from simulator.moto_ext.iam.authorizer import Authorizer
from simulator.moto_ext.iam.evaluation import AccessRequest
from simulator.moto_ext.iam.journal import Denial, Journal
from simulator.moto_ext.stepfunctions.faults.planning import plan_faults
from simulator.moto_speed.garbage import collect_what_is_left, collected_seldom
from simulator.virtual_time import backends as moto_wide
from simulator.virtual_time.clock import VirtualClock


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
            authorizer=Authorizer(journal, account),
            delivery_latency=delivery_latency,
            speed=speed,
        )
        self._alarms = AlarmDescriptions(self._context)

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
        """End every thread, undo every patch, and reset the backends."""
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
        """Return a checkpoint to which the cloud can be restored; nothing may be running."""
        return Checkpoint(self._context, self.clock, self._runtime)

    def limit_concurrency(self, invocations: int) -> None:
        """Set how many Lambda functions the account runs at once; AWS's default is 1,000."""
        self._context.lambda_limit = invocations

    def check_roles(self) -> None:
        """Check the roles of functions and state machines; raises `CreationRefusedError`."""
        creating.check(self._context)

    def client(self, service: str) -> Any:
        """Return a boto3 client of this cloud; it never opens a socket."""
        return self._context.clients.get(service)

    def send_event(
        self, entry: dict[str, str], *, account: str | None = None, deliveries: int = 1
    ) -> None:
        """Send an entry of PutEvents, as from an account, delivered a number of times."""
        if account is None and deliveries == 1:
            self.client("events").put_events(Entries=[entry])
        else:
            publish_as(self._context, entry, account or self._context.account, deliveries)

    def plan_faults(
        self,
        task_faults: Sequence[TaskFault] = (),
        interruptions: Sequence[ExecutionInterruption] = (),
        state_machine: str | None = None,
        events: Sequence[EventFault] = (),
        machine_of_moves: str | None = None,
    ) -> None:
        """Plan faults of the platform, with times counted from now; an earlier plan is dropped.

        Interruptions apply to executions of `state_machine`, or of any, that start from now on;
        those of moves to executions of `machine_of_moves`.
        Raises `UnknownFaultTargetError` if a fault names a state or function that does not exist.
        """
        plan_faults(
            self._context, task_faults, interruptions, state_machine, events, machine_of_moves
        )

    def replay(self, event: Mapping[str, Any]) -> None:
        """Replay one of the published events, or of the events of a service, from an archive."""
        replay(self._context, event)

    def next_firing(self, schedule: str) -> datetime | None:
        """Return when a schedule of EventBridge Scheduler is next due, or None."""
        return next_firing(self._context, schedule)

    def run_until_idle(self, limit: timedelta, most_turns: int | None = None) -> bool:
        """Let virtual time pass until nothing is running or due (True), or until the limit (False).

        With `most_turns`, it ends after that many turns of threads, for what never becomes idle.
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
        """Call a function, from now on, with each expression that a state evaluates."""
        self._context.on_evaluation = watch

    def executions(self) -> list[dict[str, Any]]:
        """Describe every execution, in the order in which they were started."""
        return inspection.executions(self._context)

    def execution_history(self, arn: str) -> list[dict[str, Any]]:
        """Return an execution's history events, oldest first."""
        return inspection.execution_history(self._context, arn)

    def objects(self, bucket: str) -> dict[str, str]:
        """Return the text of every object in a bucket, as it was written last, by its key."""
        return inspection.objects(self._context, bucket)

    @property
    def published_events(self) -> list[dict[str, Any]]:
        """Return every event sent with PutEvents: EventBridge's envelope, and its bus."""
        return self._context.published_events

    @property
    def service_events(self) -> list[dict[str, Any]]:
        """Return every event that an AWS service has published itself, in the same form."""
        return self._context.service_events

    @property
    def notifications(self) -> list[tuple[str, str]]:
        """Return (topic's ARN, text) for all that was published, of each topic in order."""
        return inspection.notifications(self._context)

    @property
    def lambda_logs(self) -> list[tuple[str, str]]:
        """Return (function, line) for every line that any function logged."""
        return self._context.lambda_logs

    @property
    def data_points(self) -> list[DataPoint]:
        """Return every data point of every metric, in the order of publication."""
        return self._context.data_points

    @property
    def requests(self) -> dict[AccessRequest, int]:
        """Return the requests of roles and services to IAM, with their numbers."""
        return dict(self._context.journal.requests)

    @property
    def denials(self) -> list[Denial]:
        """Return the calls that the deployed policies denied, in order."""
        return list(self._context.journal.denials)

    def alarms(self) -> list[dict[str, Any]]:
        """Describe every alarm."""
        return described(self._context)

    def alarms_fired(self) -> list[str]:
        """Return the logical ids of the alarms that have fired so far, in order."""
        names = self.resources_of_type("AWS::CloudWatch::Alarm").items()
        logical = {physical: name for name, physical in names}
        alarms = self._alarms.read()
        found = fired(alarms, self.data_points)
        check_actions(self._context, alarms, {each.alarm for each in found})
        return [logical[each.alarm] for each in found]

    def dead_letters(self, queue: str) -> list[dict[str, Any]]:
        """Take the messages out of a queue, known by its URL, ARN or name."""
        return inspection.dead_letters(self._context, queue)

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
        """Start a server, through which Lambdas in other processes reach the backends."""
        context = self._context
        moto_wide.reset_backends()
        self._patches.on_undo(moto_wide.reset_backends)
        server = MotoServer()
        self._runtime = ProcessRuntime(context, lambda: server.url)
        repair_all(context, self._runtime)
        server.start()
        self._patches.on_undo(server.stop)
