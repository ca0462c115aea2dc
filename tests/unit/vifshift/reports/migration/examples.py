"""Reports of migrations as they may well be, and some as they hopefully never are."""

from datetime import timedelta
from typing import Any

from tests.unit.vifshift.fakes import a_request, after
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Approval, Outcome, Phase
from vifshift.domain.observation import Reason, Verdict, VifStatus
from vifshift.domain.request import Trigger
from vifshift.domain.routes import RouteChange
from vifshift.domain.traffic_status import Traffic
from vifshift.domain.workflow import StateName
from vifshift.events.base import DetailType
from vifshift.events.migration import Subject
from vifshift.reports.migration.model import (
    AssociationAttempt,
    CodeChange,
    Evidence,
    Interruption,
    ObservationRecord,
    SentEvent,
    StepTaken,
)
from vifshift.reports.migration.timeline import draw

VIF = "dxvif-fg8s4k1d"
SOURCE = "dxcon-fh3xk2aq"
TARGET = "dxlag-fgz7m1p0"
IPV4 = "ipv4 169.254.96.2"
IPV6 = "ipv6 2001:db8:96::2"
ARN = "arn:aws:states:eu-central-1:111122223333:execution:vifshift-migration:CHG0042"
SHOUT = "<script>alert('\"&')</script>"
LONG = "W" * 1000
TURNED = "\u202eexe.ecila"
HOSTILE = f"{SHOUT} {TURNED} \x00 {LONG}"


def a_place(on: str = SOURCE, state: str = "available", **peers: str) -> VifStatus:
    """Build what is seen of a VIF with two peers, `up` unless told otherwise."""
    return VifStatus(
        connection_id=on,
        location="EqFA5",
        aws_logical_device_id="EqFA5-3kd8s0a1" if on == SOURCE else "EqFA5-1tfz2x7c",
        virtual_interface_state=state,
        bgp_peers={IPV4: peers.get("ipv4", "up"), IPV6: peers.get("ipv6", "up")},
    )


def a_look(seconds: float, picture: VifStatus | None, **fields: Any) -> ObservationRecord:
    """Build a look on the way there, that still waits."""
    return ObservationRecord(
        **{
            "at": after(seconds),
            "phase": Phase.FORWARD,
            "verdict": Verdict.SETTLING,
            "reason": Reason.AS_EXPECTED if picture else Reason.CANNOT_SEE,
            "message": f"on {TARGET} BGP and routes are as before"
            if picture
            else "it could not be read: slow down",
            "picture": picture,
            **fields,
        }
    )


def a_step(name: str, entered: float, left: float | None, error: str | None = None) -> StepTaken:
    """Build a step of the workflow."""
    left_at = None if left is None else after(left)
    return StepTaken(name=name, entered_at=after(entered), left_at=left_at, error=error)


def an_attempt(asked: float = 6, **fields: Any) -> AssociationAttempt:
    """Build an attempt to associate that was answered in two seconds."""
    return AssociationAttempt(
        **{
            "asked_at": after(asked),
            "answered_at": after(asked + 2.2),
            "phase": Phase.FORWARD,
            "connection_id": TARGET,
            "error": None,
            **fields,
        }
    )


def told(seconds: float, detail_type: DetailType) -> SentEvent:
    """Build an event that was sent."""
    return SentEvent(at=after(seconds), detail_type=detail_type)


def looking(first: float, last: float) -> list[StepTaken]:
    """Build the pauses and looks between two moments."""
    steps, at = [], first
    while at < last:
        steps += [a_step(StateName.PAUSE, at, at + 5), a_step(StateName.OBSERVE, at + 5, at + 6)]
        at += 6
    return steps


def a_subject(**fields: Any) -> Subject:
    """Build what the usual migration is about."""
    return Subject(
        **{
            "virtual_interface_id": VIF,
            "virtual_interface_name": "frankfurt-core-1",
            "source_connection_id": SOURCE,
            "target_connection_id": TARGET,
            "requested_by": "alice@example.com",
            "region": "eu-central-1",
            "owner_account": "111122223333",
            "reason": "CHG0042, the 10G port is being retired",
            **fields,
        }
    )


def evidence(ended: float = 190, **fields: Any) -> Evidence:
    """Build a report of a migration, with the timeline that follows from it."""
    facts: dict[str, Any] = {
        "migration_id": "CHG0042",
        "request_id": "CHG0042",
        "execution_arn": ARN,
        "trigger": Trigger.EVENT,
        "region": "eu-central-1",
        "account": "111122223333",
        "started_at": after(0),
        "ended_at": after(ended),
        "subject": a_subject(),
        "virtual_interface_type": "transit",
        "request": a_request(),
        "outcome": Outcome.SUCCEEDED,
        "sentence": f"moved and verified: on {TARGET} BGP and routes are as before",
        "next_step": (
            "Update your infrastructure code and your alarms: the VIF has a new connectionId."
        ),
        "carries_traffic": Traffic.YES,
        "approval": None,
        "findings": (),
        "before": a_place(),
        "after": a_place(TARGET),
        "routes": (),
        "looks": (),
        "steps": (),
        "told": (),
        "associations": (),
        "api_calls": {},
        "interruption": None,
        "code_changes": (),
        **fields,
    }
    names = ("looks", "steps", "told", "associations", "before", "started_at", "ended_at")
    return Evidence(**{"timeline": draw(**{name: facts[name] for name in names}), **facts})


def happy() -> Evidence:
    """A dual-stack VIF moves to a LAG, and some of its routes have changed."""
    pending = a_place(TARGET, "pending", ipv4="down", ipv6="down")
    down = a_place(TARGET, "down", ipv4="down", ipv6="down")
    half = a_place(TARGET, ipv6="down")
    good = a_place(TARGET)
    looks = [
        a_look(12, pending, reason=Reason.NOT_AVAILABLE, message=f"on {TARGET} it is pending"),
        a_look(18, down, reason=Reason.NOT_AVAILABLE, message=f"on {TARGET} it is down"),
        a_look(24, down, reason=Reason.NOT_AVAILABLE, message=f"on {TARGET} it is down"),
        a_look(30, down, reason=Reason.NOT_AVAILABLE, message=f"on {TARGET} it is down"),
        a_look(36, down, reason=Reason.NOT_AVAILABLE, message=f"on {TARGET} it is down"),
        a_look(42, half, reason=Reason.PEERS_NOT_UP, message=f"BGP is not up: {IPV6}"),
        a_look(48, half, reason=Reason.PEERS_NOT_UP, message=f"BGP is not up: {IPV6}"),
        *(a_look(54 + 6 * number, good) for number in range(20)),
        a_look(174, good, verdict=Verdict.SETTLED),
    ]
    return evidence(
        ended=181,
        approval=Approval(approved_by="Bob Neumann", comment="fine by the network team"),
        request=a_request(
            approval={"required": True},
            window={"opensAt": after(-600).isoformat(), "closesAt": after(7200).isoformat()},
        ),
        findings=(
            Finding(
                code="HEALTH_NOT_CHECKED",
                severity=Severity.INFO,
                message="AWS Health can't be asked without a Business support plan",
                remedy="Look at the AWS Health Dashboard yourself.",
            ),
            Finding(
                code="DEVICE_SHARED",
                severity=Severity.WARN,
                message=f"{TARGET} is on EqFA5-1tfz2x7c, as dxvif-fgq2p9zz is",
                remedy="Name a target on another logical device.",
            ),
            Finding(
                code="NO_REDUNDANT_PATH",
                severity=Severity.BLOCK,
                message="no other virtual interface of the gateway is up",
                remedy="Bring up another virtual interface, or acknowledge the interruption.",
                acknowledged_by="alice@example.com",
            ),
        ),
        routes=(
            RouteChange(
                address_family="ipv4",
                route_direction="accepted",
                before=12,
                now=12,
                lost_count=1,
                gained_count=1,
                changed_count=2,
                lost=("10.20.0.0/16",),
                gained=("10.21.0.0/16",),
                changed=(
                    "10.0.0.0/8: 65001 → 65001 65001",
                    "172.16.0.0/12: 65001 7224:9100 → 65001 7224:9300",
                ),
            ),
            RouteChange(
                address_family="ipv6",
                route_direction="advertised",
                before=1400,
                now=1392,
                lost_count=8,
                gained_count=0,
                changed_count=0,
                lost=(),
                gained=(),
                changed=(),
            ),
        ),
        looks=tuple(looks),
        steps=(
            a_step(StateName.RECEIVE_REQUEST, 0, 0),
            a_step(StateName.CLAIM_REQUEST, 0, 0.2),
            a_step(StateName.VALIDATE, 0.2, 3),
            a_step(StateName.ASK_FOR_APPROVAL, 3, 4),
            a_step(StateName.LOCK_GATEWAY, 4, 4.2),
            a_step(StateName.VALIDATE_AGAIN, 4.2, 5.6),
            a_step(StateName.ANNOUNCE_START, 5.6, 6),
            a_step(StateName.ASSOCIATE, 6, 8.4),
            *looking(8.4, 14),
            a_step(StateName.ANNOUNCE_PROGRESS, 14.4, 14.6),
            *looking(14.6, 42),
            a_step(StateName.ANNOUNCE_PROGRESS, 43, 43.2),
            *looking(43.2, 55),
            a_step(StateName.ANNOUNCE_PROGRESS, 55.2, 55.4),
            *looking(55.4, 175),
            a_step(StateName.CONCLUDE, 179, 180),
            a_step(StateName.ANNOUNCE_OUTCOME, 180, 180.3),
            a_step(StateName.UNLOCK_GATEWAY, 180.3, 180.5),
            a_step(StateName.SUCCEEDED, 181, 181),
        ),
        told=(
            told(3.1, DetailType.APPROVAL_REQUESTED),
            told(5.8, DetailType.STARTED),
            told(14.5, DetailType.PROGRESSED),
            told(43.1, DetailType.PROGRESSED),
            told(55.3, DetailType.PROGRESSED),
            told(180.2, DetailType.SUCCEEDED),
        ),
        associations=(an_attempt(),),
        api_calls={
            "AssociateVirtualInterface": 1,
            "DescribeVirtualInterfaces": 33,
            "DescribeConnections": 2,
            "DescribeLags": 2,
            "ListVirtualInterfaceRoutes": 23,
        },
        interruption=Interruption(
            began_at=after(12), ended_at=after(54), seconds=42, at_least=36, at_most=48
        ),
        code_changes=(
            CodeChange(
                tool="Terraform",
                resource="aws_dx_transit_virtual_interface",
                old=f'connection_id = "{SOURCE}"',
                new=f'connection_id = "{TARGET}"',
            ),
            CodeChange(
                tool="CloudFormation",
                resource="AWS::DirectConnect::TransitVirtualInterface",
                old=f"ConnectionId: {SOURCE}",
                new=f"ConnectionId: {TARGET}",
            ),
            CodeChange(
                tool="CDK",
                resource="aws_directconnect.CfnTransitVirtualInterface",
                old=f'connection_id="{SOURCE}"',
                new=f'connection_id="{TARGET}"',
            ),
        ),
    )


def rolled_back() -> Evidence:
    """BGP never comes up on the target: after ten minutes it goes back, and works again."""
    down = a_place(TARGET, "down", ipv4="down", ipv6="down")
    not_up = {"reason": Reason.PEERS_NOT_UP, "message": f"BGP is not up: {IPV4}, {IPV6}"}
    back = {"phase": Phase.ROLLBACK, "message": f"on {SOURCE} BGP and routes are as before"}
    coming = a_place(SOURCE, "pending", ipv4="down", ipv6="unknown")
    return evidence(
        ended=812,
        outcome=Outcome.ROLLED_BACK,
        sentence=f"did not converge, was rolled back, and works as before: BGP is not up: {IPV4}",
        next_step="Fix what the message names on the target's side, then send the request again.",
        after=a_place(),
        looks=(
            *(a_look(12 + 10 * number, down, **not_up) for number in range(25)),
            a_look(262, None),
            a_look(272, None),
            *(a_look(282 + 10 * number, down, **not_up) for number in range(32)),
            a_look(608, down, verdict=Verdict.FAILED, **not_up),
            a_look(622, coming, **{**back, "message": f"on {SOURCE} it is pending"}),
            a_look(632, coming, **{**back, "message": f"on {SOURCE} it is pending"}),
            *(a_look(642 + 10 * number, a_place(), **back) for number in range(13)),
            a_look(805, a_place(), verdict=Verdict.SETTLED, **back),
        ),
        steps=(
            a_step(StateName.VALIDATE, 0.2, 3),
            a_step(StateName.ANNOUNCE_START, 5.6, 6),
            a_step(StateName.ASSOCIATE, 6, 8.4, "AssociationPostponed"),
            a_step(StateName.ASSOCIATE, 18.4, 20),
            *looking(20, 608),
            a_step(StateName.TURN_BACK, 609, 609.1),
            a_step(StateName.ANNOUNCE_ROLLBACK, 609.1, 609.3),
            a_step(StateName.ASSOCIATE, 609.3, 612),
            *looking(612, 805),
            a_step(StateName.CONCLUDE, 809, 810),
            a_step(StateName.ANNOUNCE_OUTCOME, 810, 811),
            a_step(StateName.UNLOCK_GATEWAY, 811, 812),
            a_step(StateName.FAILED, 812, 812),
        ),
        told=(
            told(5.8, DetailType.STARTED),
            told(22, DetailType.PROGRESSED),
            told(609.2, DetailType.ROLLING_BACK),
            told(624, DetailType.PROGRESSED),
            told(644, DetailType.PROGRESSED),
            told(810.5, DetailType.ROLLED_BACK),
        ),
        associations=(
            an_attempt(error="AssociationPostponed: throttled, Rate exceeded"),
            an_attempt(18.4),
            an_attempt(609.3, phase=Phase.ROLLBACK, connection_id=SOURCE),
        ),
        api_calls={"AssociateVirtualInterface": 2, "DescribeVirtualInterfaces": 84},
        interruption=Interruption(
            began_at=after(12), ended_at=after(642), seconds=630, at_least=620, at_most=636
        ),
    )


def cut_off() -> Evidence:
    """The way back did not come good either: somebody must act."""
    usual = dict(rolled_back())
    del usual["timeline"]
    down = a_place(SOURCE, "down", ipv4="down", ipv6="down")
    not_up = {"reason": Reason.NOT_AVAILABLE, "message": f"on {SOURCE} it is down", "picture": down}
    looks = (
        look.model_copy(update=not_up if look.phase is Phase.ROLLBACK else {})
        for look in usual["looks"]
    )
    changed: dict[str, Any] = {
        "outcome": Outcome.ROLLBACK_FAILED,
        "sentence": f"did not converge, and the rollback failed too: on {SOURCE} it is down",
        "next_step": (
            "Act now: check the virtual interface and your router; traffic may be interrupted."
        ),
        "carries_traffic": Traffic.NO,
        "after": down,
        "looks": tuple(looks),
        "told": (
            told(5.8, DetailType.STARTED),
            told(22, DetailType.PROGRESSED),
            told(609.2, DetailType.ROLLING_BACK),
            told(810.5, DetailType.ROLLBACK_FAILED),
        ),
        "interruption": Interruption(
            began_at=after(12), ended_at=None, seconds=None, at_least=None, at_most=None
        ),
    }
    return evidence(**{**usual, **changed})


def rejected() -> Evidence:
    """Preflight blocks it: nothing was touched."""
    return evidence(
        ended=3,
        outcome=Outcome.REJECTED,
        sentence=f"nothing was touched: VLAN_TAKEN: VLAN 101 is taken on {TARGET}",
        next_step="Follow the findings' remedies, then send the request again.",
        after=a_place(),
        findings=(
            Finding(
                code="MAINTENANCE_ANNOUNCED",
                severity=Severity.WARN,
                message=f"AWS works on {TARGET} on 3 July",
                remedy="Leave time between the maintenance and the move.",
            ),
            Finding(
                code="VLAN_TAKEN",
                severity=Severity.BLOCK,
                message=f"VLAN 101 is taken on {TARGET} by dxvif-fgq2p9zz",
                remedy="Free the VLAN on the target, or name another target.",
            ),
        ),
        steps=(
            a_step(StateName.VALIDATE, 0.2, 2.1),
            a_step(StateName.CONCLUDE, 2.1, 2.4),
            a_step(StateName.ANNOUNCE_OUTCOME, 2.4, 2.6),
            a_step(StateName.RELEASE_REQUEST, 2.6, 2.8),
            a_step(StateName.FAILED, 3, 3),
        ),
        told=(told(2.5, DetailType.REJECTED),),
        api_calls={"DescribeVirtualInterfaces": 1, "DescribeLags": 1},
    )


def unreadable() -> Evidence:
    """A request that could not be read; it took no time at all."""
    return evidence(
        ended=0,
        trigger=None,
        account="",
        subject=Subject(
            virtual_interface_id=None,
            virtual_interface_name=None,
            source_connection_id=None,
            target_connection_id=None,
            region=None,
            owner_account=None,
            requested_by="",
            reason="",
        ),
        virtual_interface_type="",
        request=None,
        outcome=Outcome.REJECTED,
        sentence="nothing was touched: virtualInterfaceId: is missing; conectionId: unknown field",
        next_step="Follow the findings' remedies, then send the request again.",
        carries_traffic=Traffic.UNKNOWN,
        before=None,
        after=None,
    )


def hostile() -> Evidence:
    """Everything that people, or AWS, may write is meant to break the page."""
    usual = happy()
    place = a_place(TARGET).model_copy(update={"location": HOSTILE, "aws_logical_device_id": LONG})
    strange = VifStatus(
        connection_id=f"dxcon-{LONG}"[:60],
        virtual_interface_state=SHOUT,
        bgp_peers={f"ipv4 {HOSTILE}": HOSTILE, IPV4: TURNED},
    )
    return evidence(
        ended=181,
        migration_id=f"{SHOUT}{LONG}",
        request_id=LONG[:128],
        execution_arn=f"{ARN}{LONG}",
        subject=a_subject(virtual_interface_name=HOSTILE, requested_by=HOSTILE, reason=HOSTILE),
        virtual_interface_type=HOSTILE,
        request=a_request(requestedBy=HOSTILE[:256], reason=HOSTILE[:1024]),
        sentence=HOSTILE,
        next_step=HOSTILE,
        approval=Approval(approved_by=HOSTILE, comment=HOSTILE),
        findings=(
            Finding(
                code=LONG,
                severity=Severity.WARN,
                message=HOSTILE,
                remedy=HOSTILE,
                acknowledged_by=HOSTILE,
            ),
        ),
        after=place,
        routes=tuple(
            change.model_copy(update={"lost": (HOSTILE, LONG), "address_family": HOSTILE})
            for change in usual.routes
        ),
        looks=(a_look(12, strange, message=HOSTILE), a_look(60, place, message=LONG)),
        steps=(a_step(HOSTILE, 1, 2, HOSTILE), a_step(LONG, 3, None)),
        told=usual.told,
        associations=(an_attempt(connection_id=HOSTILE, error=HOSTILE),),
        api_calls={HOSTILE: 10**9, LONG: 1},
        code_changes=tuple(
            change.model_copy(update={"resource": HOSTILE, "old": LONG, "new": HOSTILE})
            for change in usual.code_changes
        ),
    )


def very_long() -> Evidence:
    """It waited for a week, flapped for hours, and was looked at three hundred times."""
    week = timedelta(days=7).total_seconds()
    places = [a_place(TARGET), a_place(TARGET, "down", ipv4="down", ipv6="unknown"), None]
    looks = [a_look(week + 40 + 30 * number, places[number % 3]) for number in range(300)]
    wait = [a_step(StateName.ASK_FOR_APPROVAL, 4, week - 90), *looking(week + 60, week + 3000)]
    changes = [
        a_step(StateName.ANNOUNCE_PROGRESS, week + 40 + 30 * each, None) for each in range(300)
    ]
    return evidence(
        ended=week + 9_300,
        trigger=Trigger.SCHEDULE,
        outcome=Outcome.NEEDS_ATTENTION,
        sentence="did not converge, and was not rolled back: it could not be read too many times",
        next_step=f"Act now: check {VIF} in the console and on your router.",
        carries_traffic=Traffic.UNKNOWN,
        after=None,
        looks=tuple(looks),
        steps=(*wait, *changes),
        told=tuple(told(week + 41 + 30 * number, DetailType.PROGRESSED) for number in range(300)),
        associations=(an_attempt(week + 30, answered_at=None, error=None),),
        interruption=Interruption(
            began_at=after(week + 70), ended_at=None, seconds=None, at_least=None, at_most=None
        ),
    )


def waiting() -> Evidence:
    """It waited two days for its window, and was called off before it opened."""
    two_days = timedelta(days=2).total_seconds()
    return evidence(
        ended=two_days,
        outcome=Outcome.CANCELLED,
        sentence="cancelled, nothing was touched: cancelled by ana: not tonight",
        next_step="Nothing was touched. Send the request again when you want the move.",
        after=a_place(),
        steps=(
            a_step(StateName.VALIDATE, 0.2, 3),
            a_step(StateName.WAIT_FOR_WINDOW, 3, two_days - 5, "MigrationCancelled"),
            a_step(StateName.CONCLUDE, two_days - 5, two_days - 3),
        ),
        told=(told(4, DetailType.WINDOW_PENDING), told(two_days - 2, DetailType.CANCELLED)),
    )


EXAMPLES = {
    made.__name__: made
    for made in (
        happy,
        rolled_back,
        cut_off,
        rejected,
        unreadable,
        hostile,
        very_long,
        waiting,
    )
}
