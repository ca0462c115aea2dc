"""The environment variables of the Lambda functions: made here, and nowhere else."""

import json
from typing import NamedTuple

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from infra.names import ResourceName
from infra.settings.model import Settings
from vifshift.domain.session_policy import SessionPurpose

ANY_SOURCE = "a-person"
"""The source that people are told to answer with if answers from any source are accepted."""


class Watchdogs(NamedTuple):
    """The state machines that look after interrupted executions."""

    of_migrations: sfn.StateMachine
    of_plans: sfn.StateMachine


class StateMachines(NamedTuple):
    """The state machines that a function starts, or whose executions it looks at."""

    migrations: sfn.IStateMachine | None = None
    plans: sfn.IStateMachine | None = None
    watchdogs: Watchdogs | None = None


_NO_MACHINES = StateMachines()


def environment(
    settings: Settings,
    *,
    table: dynamodb.ITableV2 | None = None,
    bucket: s3.IBucket | None = None,
    bus: events.IEventBus | None = None,
    machines: StateMachines = _NO_MACHINES,
    checks: bool = False,
    session: SessionPurpose | None = None,
    pace: bool = False,
) -> dict[str, str]:
    """Return the variables of one function: those of all, and those of the resources it uses.

    `checks` adds what preflight is to check, the policy floor, and where the schedules of windows
    are, if there are any, and `pace` how often all
    migrations may observe. `session` adds the Regions and roles that requests may name, and what a
    role is assumed for. Who knows the machines of both answers people, and has the sources whose
    answers count; the others on the bus ask people, and have a source to answer from.
    """
    migrations, plans, watchdogs = machines
    variables = {
        "POWERTOOLS_SERVICE_NAME": settings.stack_name,
        "VIFSHIFT_LOG_LEVEL": settings.log_level,
    }
    if table:
        variables["VIFSHIFT_TABLE"] = table.table_name
    if bucket:
        variables["VIFSHIFT_BUCKET"] = bucket.bucket_name
    if bus:
        variables["VIFSHIFT_BUS"] = bus.event_bus_name
    if bus and not plans:
        variables["VIFSHIFT_REPLY_SOURCE"] = next(iter(settings.approvers), ANY_SOURCE)
        if not settings.approval.token_in_event:
            variables["VIFSHIFT_TOKEN_IN_EVENT"] = "false"
    if migrations:
        variables["VIFSHIFT_MIGRATIONS"] = migrations.state_machine_arn
    if plans:
        variables["VIFSHIFT_PLANS"] = plans.state_machine_arn
        variables["VIFSHIFT_ANSWER_RULES"] = settings.answer_rules.model_dump_json()
        variables["VIFSHIFT_BOUND_REQUESTERS"] = json.dumps(settings.bound_requesters)
    if watchdogs:
        variables["VIFSHIFT_WATCHDOG"] = watchdogs.of_migrations.state_machine_arn
        variables["VIFSHIFT_PLAN_WATCHDOG"] = watchdogs.of_plans.state_machine_arn
    if checks:
        variables["VIFSHIFT_CHECKS"] = settings.checks.model_dump_json()
        variables["VIFSHIFT_FLOOR"] = settings.floor.model_dump_json(exclude_defaults=True)
        variables["VIFSHIFT_BOUND_APPROVERS"] = str(settings.answer_rules.bound)
        if settings.windows:
            variables["VIFSHIFT_SCHEDULES"] = ResourceName.WINDOWS.of(settings.stack_name)
    if session:
        variables["VIFSHIFT_REACH"] = settings.reach.model_dump_json(exclude={"home", "session"})
        variables["VIFSHIFT_SESSION"] = settings.needs(session).model_dump_json(exclude_none=True)
    if pace:
        variables["VIFSHIFT_OBSERVATIONS_PER_SECOND"] = str(settings.observations_per_second)
    return variables
