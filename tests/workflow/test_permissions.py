"""Whatever is granted is needed, and whatever is needed is granted: each grant is taken away once.

`SHOWING` are scenarios, the cheap ones first, which need all that the stack grants. A grant that
AWS looks at when something is made is needed there; one for dead letters, in a drill.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

import pytest
import yaml
from moto.events.models import events_backends

from simulator.cloud import Cloud
from simulator.expectations import failures
from simulator.moto_ext.eventbridge.delivery import Delivery
from simulator.moto_ext.iam.authorizer import AccessDeniedError, Authorizer
from simulator.moto_ext.iam.creation_checks import CreationRefusedError
from simulator.moto_ext.iam.evaluation import AccessRequest
from simulator.moto_ext.iam.journal import Journal
from simulator.runs.session import Session
from simulator.scenarios.model import Scenario, named
from tests.conftest import OpenSession
from tests.workflow.conftest import Deployed
from tests.workflow.granting import TRUST, Grant, grants, take_away

ACCOUNT, REGION = "111122223333", "eu-central-1"
EVENTS: Any = events_backends
DEAD_LETTERS: Final = "queue"
MAINTENANCE: Final = {
    "eventTypeCode": "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED",
    "statusCode": "upcoming",
    "startTime": "2026-01-06T01:30:00Z",
    "endTime": "2026-01-06T05:30:00Z",
    "entities": ["dxcon-somewhere"],
}
LOST_END: Final = {
    "state": "Run migration",
    "calls": [1],
    "error": "States.TaskFailed",
    "takesEffect": True,
    "delaySeconds": 900,
}

SHOWING: Final = (
    "maintenance-on-target",
    "approved-twice",
    "cancelled-instead-of-approved",
    "stopped-before-it-told",
    "siblings-at-once",
    "source-deleted",
    "a-plan-is-delivered-twice",
    "halted-while-it-waits",
    "moves-in-a-list",
    "a-plan-is-approved",
    "stopped-while-a-move-is-on-its-way",
    "announced-before-a-plan",
    "the-end-of-a-move-is-lost",
    "the-limit-of-failures-keeps-back-a-move-that-waits",
    "again-with-a-family-that-was-always-down",
    "again-with-a-family-that-was-lost",
    "nothing-to-move",
    "a-port-that-is-empty",
    "a-port-pair-is-left",
    "the-failover-of-a-plan-was-never-tested",
    "other-path-is-a-vpn",
    "other-path-is-a-vpn-without-routes",
    "its-end-is-heard-of-late",
    "a-plan-s-end-is-heard-of-late",
    "a-list-is-read-again",
    "guard-stays-good",
    "plan-with-guard",
    "moved-back-after-four-hours",
)
WATCHED: Final = ("somebody-tries-to-move-it-too",)
"""Those that need what the stack grants with settings of their own: it is another stack."""
MAP: Final = (
    "AWS's page on Distributed Map asks for it; which executions it is judged on is not documented:"
    " those of the Map's children do not match the page's own ARN"
)
VERSIONED: Final = (
    "what a plan has stored is read by its version; there is none where somebody has suspended the"
    " versioning of the bucket"
)
UNSEEN: Final = {
    ("FunctionsConcludePlanRoleDefaultPolicy", "s3:GetObject"): VERSIONED,
    ("FunctionsPrepareRoleDefaultPolicy", "s3:GetObject"): VERSIONED,
    ("FunctionsReportPlanRoleDefaultPolicy", "s3:GetObject"): VERSIONED,
    ("PlanStateMachineReadsTracks", "s3:GetObject"): VERSIONED,
    ("SweepRoleDefaultPolicy", "sqs:SendMessage"): (
        "EventBridge Scheduler sends what it can't deliver with the schedule's role: test_schedules"
    ),
    ("PlanStateMachineRunsTracks", "states:DescribeExecution"): MAP,
    ("PlanStateMachineRunsTracks", "states:StopExecution"): MAP,
    ("PlanStateMachineRunsTracks", "states:RedriveExecution"): (
        "a person redrives a plan by hand; the simulator has no redrive of a Map's children"
    ),
}
SAMPLE: Final = (
    ("approved-twice", "Associate", "directconnect:AssociateVirtualInterface", "dxvif/*"),
    ("approved-twice", "MigrationStateMachine", "dynamodb:PutItem", ""),
    ("approved-twice", "Answer", "states:SendTaskSuccess", "vifshift-migrations"),
    ("maintenance-on-target", "MigrationStateMachineEvents", "states:StartExecution", ""),
)


def scenario(name: str) -> Scenario:
    """A scenario that ships, or a variant of one for what none of them needs."""
    if name == "announced-before-a-plan":
        raw = yaml.safe_load(named("nothing-to-move").read_text("utf-8"))
        raw["world"]["healthEvents"] = [MAINTENANCE]
    elif name == "a-plan-s-end-is-heard-of-late":
        raw = yaml.safe_load(named("a-plan-s-end-is-not-heard-of").read_text("utf-8"))
        raw["events"] = [{"source": "aws.states", "delay": 1200}]
    elif name == "a-list-is-read-again":
        raw = yaml.safe_load(named("moves-in-a-list").read_text("utf-8"))
        raw["trigger"]["plan"]["approval"] = {"required": True, "timeoutMinutes": 30}
        raw["answers"] = [{"at": 60, "kind": "approved", "by": "carol@example.com"}]
    elif name == "the-end-of-a-move-is-lost":
        raw = yaml.safe_load(named("a-plan-is-delivered-twice").read_text("utf-8"))
        raw["taskFaults"] = [LOST_END]
    else:
        raw = yaml.safe_load(named(name).read_text("utf-8"))
    return Scenario.model_validate({**raw, "name": name})


def taken(grant: Grant, cloud: Cloud) -> None:
    """Take a grant away, and deploy nothing anew."""
    take_away(grant, ACCOUNT, REGION)
    cloud.check_roles()


def failures_without(
    grant: Grant, session: Session, name: str, cheapest: str = SHOWING[0]
) -> list[str]:
    """Return what fails without a grant: a scenario, or already the making of the stack."""
    given_back: list[Callable[[], None]] = []

    def prepare(cloud: Cloud) -> None:
        given_back.append(take_away(grant, ACCOUNT, REGION))
        cloud.check_roles()

    try:
        return failures(session.run(scenario(name or cheapest), prepare))
    except CreationRefusedError as refused:
        return [str(refused)]
    finally:
        given_back[0]()


def is_denied(request: AccessRequest) -> bool:
    """Tell whether a request would be denied now."""
    try:
        Authorizer(Journal(), ACCOUNT).authorize(*request)
    except AccessDeniedError:
        return True
    return False


def deployed(session: Session, name: str = SHOWING[0]) -> list[Grant]:
    """Deploy the app, and return what it grants."""
    session.run(scenario(name))
    return grants(ACCOUNT, REGION)


def drill(cloud: Cloud) -> int:
    """Let no rule reach its target, and count what is in the queues of dead letters."""
    for bus in EVENTS[ACCOUNT][REGION].event_buses.values():
        for rule in bus.rules.values():
            for target in rule.targets:
                gone = {**target, "Arn": f"{target['Arn']}-gone"}
                event = {"id": "drill", "detail": {}}
                Delivery(gone, event, rule.arn).start(cloud._context)
    cloud.run_until_idle(timedelta(days=2))
    queues = cloud.resources_of_type("AWS::SQS::Queue").values()
    return sum(len(cloud.dead_letters(queue)) for queue in queues)


def test_no_call_is_denied_and_every_role_can_be_made(session: Session) -> None:
    record = session.run(scenario("approved-twice"), Cloud.check_roles)

    assert failures(record) == []
    assert record.denials == []


@pytest.mark.parametrize(("name", "owner", "action", "resource"), SAMPLE)
def test_a_scenario_fails_without_a_grant(
    session: Session, name: str, owner: str, action: str, resource: str
) -> None:
    found = [
        each
        for each in deployed(session)
        if f"{owner}RoleDefaultPolicy" in each.policy
        and each.action == action
        and resource in each.resource
    ]

    record = session.run(scenario(name), partial(taken, found[0]))

    assert len(found) == 1
    assert any(action in each for each in failures(record))
    assert {each.action for each in record.denials} == {action}


@pytest.mark.parametrize(
    "action", ["logs:CreateLogDelivery", "events:PutRule", "xray:PutTraceSegments"]
)
def test_nothing_is_made_whose_role_may_not_do_what_it_has_to(
    session: Session, action: str
) -> None:
    grant = next(each for each in deployed(session) if each.action == action)

    with pytest.raises(CreationRefusedError, match=action):
        session.run(scenario(SHOWING[0]), partial(taken, grant))


def test_a_function_is_not_made_whose_role_does_not_trust_lambda(session: Session) -> None:
    [grant] = trust_in(session, "FunctionsObserveRole")

    with pytest.raises(
        CreationRefusedError, match=r"lambda.amazonaws.com is not .* sts:AssumeRole"
    ):
        session.run(scenario(SHOWING[0]), partial(taken, grant))


def test_a_rule_can_not_use_a_role_that_does_not_trust_it(session: Session) -> None:
    [grant] = trust_in(session, "MigrationStateMachineEventsRole")

    record = session.run(scenario(SHOWING[0]), partial(taken, grant))

    assert record.executions == []
    assert record.dead_letters == 1
    assert {each.principal for each in record.denials} == {"events.amazonaws.com"}


def trust_in(session: Session, role: str) -> list[Grant]:
    """Return who may assume a role."""
    every = deployed(session)
    roles = session.cloud.resources_of_type("AWS::IAM::Role").items()
    [name] = [physical for logical, physical in roles if logical.startswith(role)]
    return [each for each in every if each.policy == TRUST and each.owner.endswith(f"/{name}")]


@pytest.mark.verify
def test_what_no_rule_can_deliver_is_kept_and_is_lost_without_the_queues_policies(
    deploy: Callable[[str], Deployed],
) -> None:
    cloud = deploy("happy-path-dual-stack-lag").cloud
    whole = cloud.checkpoint()
    granted = [each for each in grants(ACCOUNT, REGION) if each.policy == DEAD_LETTERS]

    assert drill(cloud) == len(granted)
    for grant in granted:
        whole.restore()
        take_away(grant, ACCOUNT, REGION)
        assert drill(cloud) == len(granted) - 1


Needed = dict[AccessRequest, str]
"""What each request is first needed by: the making of the stack, or a scenario."""


@pytest.fixture(scope="module")
def needed(open_session: OpenSession) -> tuple[Session, Needed]:
    """What is needed of the stack without settings."""
    session = open_session()
    return session, needed_by(session, SHOWING)


def needed_by(session: Session, names: tuple[str, ...]) -> Needed:
    first: Needed = {}
    for name in names:
        record = session.run(scenario(name), lambda cloud: _note(first, cloud, ""))
        assert failures(record) == []
        _note(first, session.cloud, name)
    return first


def _note(first: Needed, cloud: Cloud, name: str) -> None:
    for request in cloud.requests:
        first.setdefault(request, name)


def not_needed(
    session: Session, granted: list[Grant], first: Needed, names: tuple[str, ...]
) -> tuple[set[tuple[str, str]], list[str]]:
    """Return which grants no request needs, and without which of the others nothing fails."""
    unseen, lasting = set(), []
    for grant in granted:
        if grant.policy == DEAD_LETTERS:
            continue
        give_back = take_away(grant, ACCOUNT, REGION)
        found = {name for request, name in first.items() if is_denied(request)}
        give_back()
        if not found:
            unseen.add((grant.policy[:-8], grant.action))
        elif not failures_without(grant, session, min(found, key=("", *names).index), names[0]):
            lasting.append(grant.words)
    return unseen, lasting


@pytest.mark.verify
def test_whatever_is_granted_is_needed(needed: tuple[Session, Needed]) -> None:
    session, first = needed

    assert not_needed(session, deployed(session), first, SHOWING) == (set(UNSEEN), [])


@pytest.mark.verify
def test_whatever_the_witness_and_its_settings_add_is_needed(session: Session) -> None:
    usual = {(grant.policy, grant.action) for grant in deployed(session)}
    first = needed_by(session, WATCHED)
    added = [
        grant
        for grant in deployed(session, WATCHED[0])
        if (grant.policy, grant.action) not in usual and grant.policy != TRUST
    ]

    assert {grant.policy.partition("Role")[0] for grant in added} > {"FunctionsWitness"}
    assert not_needed(session, added, first, WATCHED) == (set(), [])
