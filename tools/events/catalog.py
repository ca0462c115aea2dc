"""The event catalog: when each event is sent, and for whom; schemas and pages show it."""

from typing import NamedTuple

from vifshift.events.base import ANSWERS, PLAN_ANSWERS, DetailType
from vifshift.events.migration import FINAL
from vifshift.events.plan import PLAN_FINAL

INCOMING = (DetailType.REQUESTED, *ANSWERS, DetailType.PLAN_REQUESTED, *PLAN_ANSWERS)
"""The events that people send; vifshift sends all others."""

OF_PLANS = tuple(each for each in DetailType if each.startswith("VIF Plan "))
"""The events about plans, in both directions; all others are about one migration."""

ANSWERED = (DetailType.ANSWER_HEARD, DetailType.ANSWER_NOT_HEARD)
"""The events that answer the answers of people."""

OUTSIDE = (DetailType.CHANGED_OUTSIDE,)
"""The events about what others do."""

PLAN_ENDS = tuple(dict.fromkeys(PLAN_FINAL.values()))
"""The final events of plans."""

ON_THE_WAY = tuple(
    each
    for each in DetailType
    if each not in {*INCOMING, *FINAL.values(), *OF_PLANS, *ANSWERED, *OUTSIDE}
)
PLANS_ON_THE_WAY = tuple(each for each in OF_PLANS if each not in {*INCOMING, *PLAN_ENDS})


class CatalogEntry(NamedTuple):
    """When an event is sent, and for whom it is; for events that people send, who may send it."""

    when: str
    who: str


_REQUESTERS = (
    "Change management, a script, a person. The setting requestSources limits the sources that are "
    "accepted."
)
_APPROVERS = (
    "Those who may approve: the notice has the command. It has a task token, which is a key."
)

CATALOG: dict[DetailType, CatalogEntry] = {
    DetailType.REQUESTED: CatalogEntry("Starts a migration.", _REQUESTERS),
    DetailType.APPROVED: CatalogEntry(
        "Approves a migration that has sent VIF Migration Approval Requested.",
        "A chatbot, a person. No permission in Step Functions is needed.",
    ),
    DetailType.REFUSED: CatalogEntry(
        "Refuses a migration that has sent VIF Migration Approval Requested; it ends as rejected.",
        "A chatbot, a person.",
    ),
    DetailType.CANCEL_REQUESTED: CatalogEntry(
        "Cancels a migration: before the virtual interface is touched it ends as cancelled, after "
        "that it rolls back.",
        "A chatbot, a person.",
    ),
    DetailType.WINDOW_PENDING: CatalogEntry(
        "Preflight has passed, and the migration waits until its window opens.",
        "Change planners.",
    ),
    DetailType.APPROVAL_REQUESTED: CatalogEntry(
        "Preflight has passed, and the migration waits until a person approves or refuses it.",
        _APPROVERS,
    ),
    DetailType.STARTED: CatalogEntry(
        "Preflight has passed, and the virtual interface is about to be associated: traffic is "
        "about to be interrupted.",
        "Network operators; systems that suppress alarms.",
    ),
    DetailType.PROGRESSED: CatalogEntry(
        "An observation has seen the virtual interface's state, its port or a BGP peer change.",
        "Dashboards and logs.",
    ),
    DetailType.ROLLING_BACK: CatalogEntry(
        "The move to the target did not converge, or was cancelled, and the virtual interface is "
        "about to be rolled back.",
        "Network operators.",
    ),
    DetailType.SUCCEEDED: CatalogEntry(
        "The virtual interface was moved, has converged, and held for as long as requested.",
        "The requester; owners of infrastructure code and alarms, since the connectionId has "
        "changed.",
    ),
    DetailType.UNCHANGED: CatalogEntry(
        "The virtual interface is on the target already, and works; nothing was touched.",
        "The requester.",
    ),
    DetailType.PLANNED: CatalogEntry("A dry run passed; nothing was touched.", "The requester."),
    DetailType.DUPLICATE: CatalogEntry(
        "Another execution has or had the same request; nothing was done.",
        "Nobody: the other execution reports how it ends.",
    ),
    DetailType.CANCELLED: CatalogEntry(
        "The migration was cancelled before anything was touched.", "The requester."
    ),
    DetailType.REJECTED: CatalogEntry(
        "Preflight blocks it, nobody approved it, its gateway was busy for too long, or AWS "
        "refused it; nothing was touched.",
        "The requester: findings and nextStep say what to fix.",
    ),
    DetailType.ROLLED_BACK: CatalogEntry(
        "The move did not converge, was rolled back, and the virtual interface works as before.",
        "The requester; network operators, since something is wrong on the target's side.",
    ),
    DetailType.ROLLBACK_FAILED: CatalogEntry(
        "The move did not converge, and neither did its rollback: traffic may be cut off.",
        "The on-call engineer, immediately.",
    ),
    DetailType.NEEDS_ATTENTION: CatalogEntry(
        "The move did not converge, and was not rolled back, since that was not possible, not "
        "wanted or not safe.",
        "The on-call engineer, immediately.",
    ),
    DetailType.INTERRUPTED: CatalogEntry(
        "The execution was stopped, timed out or broke; the virtual interface was left where it "
        "was at that time.",
        "The on-call engineer, immediately; the person who stopped it.",
    ),
    DetailType.PLAN_REQUESTED: CatalogEntry(
        "Starts a plan: several migrations, with rules between them.", _REQUESTERS
    ),
    DetailType.PLAN_APPROVED: CatalogEntry(
        "Approves a plan that has sent VIF Plan Approval Requested.",
        "A chatbot, a person. No permission in Step Functions is needed.",
    ),
    DetailType.PLAN_REFUSED: CatalogEntry(
        "Refuses a plan that has sent VIF Plan Approval Requested; it ends as rejected.",
        "A chatbot, a person.",
    ),
    DetailType.PLAN_HALT_REQUESTED: CatalogEntry(
        "Keeps a plan from starting further moves. Moves in progress continue: VIF Migration "
        "Cancel Requested cancels one of them.",
        "A chatbot, a person.",
    ),
    DetailType.PLAN_WINDOW_PENDING: CatalogEntry(
        "All moves have passed preflight, and the plan waits until its window opens.",
        "Change planners.",
    ),
    DetailType.PLAN_APPROVAL_REQUESTED: CatalogEntry(
        "All moves have passed preflight, and the plan waits until a person approves or refuses "
        "it.",
        _APPROVERS,
    ),
    DetailType.PLAN_STARTED: CatalogEntry(
        "All moves have passed preflight, and the first ones are about to start.",
        "Network operators; systems that suppress alarms.",
    ),
    DetailType.PLAN_PROGRESSED: CatalogEntry(
        "A move of the plan has ended, successfully or not.",
        "Dashboards and logs; each migration sends its own events as well.",
    ),
    DetailType.PLAN_COMPLETED: CatalogEntry(
        "Every move was run; outcome and counts say whether all of them succeeded.",
        "The requester; owners of infrastructure code and alarms, since connectionIds have "
        "changed.",
    ),
    DetailType.PLAN_HALTED: CatalogEntry(
        "Not all moves were started: somebody halted the plan, too many moves failed, or its "
        "window was too short.",
        "The requester; network operators.",
    ),
    DetailType.PLAN_PLANNED: CatalogEntry(
        "A dry run of a plan passed; nothing was touched.", "The requester."
    ),
    DetailType.PLAN_DUPLICATE: CatalogEntry(
        "Another execution has or had the same plan; nothing was done.",
        "Nobody: the other execution reports how it ends.",
    ),
    DetailType.PLAN_CANCELLED: CatalogEntry(
        "The plan was cancelled before any move was started.", "The requester."
    ),
    DetailType.PLAN_REJECTED: CatalogEntry(
        "Preflight blocks the plan, or nobody approved it; nothing was touched.",
        "The requester: findings and nextStep say what to fix.",
    ),
    DetailType.PLAN_INTERRUPTED: CatalogEntry(
        "The plan's execution was stopped, timed out or broke; migrations in progress continue, "
        "and report how they end.",
        "The on-call engineer; the person who stopped it.",
    ),
    DetailType.ANSWER_HEARD: CatalogEntry(
        "An approval, refusal, cancellation or halt was passed on to a migration or plan.",
        "Whoever sent it.",
    ),
    DetailType.ANSWER_NOT_HEARD: CatalogEntry(
        "An approval, refusal, cancellation or halt has no effect, and why not.",
        "Whoever sent it; if its source is not allowed, whoever looks after the bus.",
    ),
    DetailType.CHANGED_OUTSIDE: CatalogEntry(
        "Somebody else has called Direct Connect, or changed what vifshift consists of or depends "
        "on, according to CloudTrail; only with the setting cloudTrail.",
        "Network operators; whoever answers security alerts.",
    ),
}
