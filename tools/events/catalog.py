"""What each event is for: when it is sent, and who should care. The schemas and docs say so."""

from typing import NamedTuple

from vifshift.events.migration import ANSWERS, FINAL, PLAN_ANSWERS, DetailType
from vifshift.events.plan import PLAN_FINAL

INCOMING = (DetailType.REQUESTED, *ANSWERS, DetailType.PLAN_REQUESTED, *PLAN_ANSWERS)
"""What people send; all others go out."""

OF_PLANS = tuple(each for each in DetailType if each.startswith("VIF Plan "))
"""What tells of a plan, or is said to one; all others are of one migration."""

PLAN_ENDS = tuple(dict.fromkeys(PLAN_FINAL.values()))
"""The last events of plans."""

ON_THE_WAY = tuple(
    each for each in DetailType if each not in {*INCOMING, *FINAL.values(), *OF_PLANS}
)
PLANS_ON_THE_WAY = tuple(each for each in OF_PLANS if each not in {*INCOMING, *PLAN_ENDS})


class Story(NamedTuple):
    """When an event is sent, and who should care; for what people send, who may send it."""

    when: str
    who: str


CATALOG: dict[DetailType, Story] = {
    DetailType.REQUESTED: Story(
        "Starts a migration.",
        "Change management, a script, a person. The setting allowedSources says whose are heard.",
    ),
    DetailType.APPROVED: Story(
        "Says yes to a migration that has sent VIF Migration Approval Requested.",
        "A chat-bot, a person. It needs no permission of Step Functions.",
    ),
    DetailType.REFUSED: Story(
        "Says no to a migration that has sent VIF Migration Approval Requested; it ends as "
        "rejected.",
        "A chat-bot, a person.",
    ),
    DetailType.CANCEL_REQUESTED: Story(
        "Calls a migration off: before the virtual interface is touched it ends as cancelled, "
        "after that it goes back.",
        "A chat-bot, a person.",
    ),
    DetailType.WINDOW_PENDING: Story(
        "Preflight has passed, and the migration waits until its window opens.",
        "Who plans changes.",
    ),
    DetailType.APPROVAL_REQUESTED: Story(
        "Preflight has passed, and the migration waits until a person approves or refuses.",
        "Who may approve: the notice has the command. It carries a task token: a key.",
    ),
    DetailType.STARTED: Story(
        "Preflight has passed, and the virtual interface is about to be associated: traffic is "
        "about to be interrupted.",
        "The network's operators; who silences alarms.",
    ),
    DetailType.PROGRESSED: Story(
        "A look has seen the virtual interface's state, its port or a BGP peer change.",
        "Dashboards and logs.",
    ),
    DetailType.ROLLING_BACK: Story(
        "The way there did not come good, or was called off, and the virtual interface is about to "
        "go back.",
        "The network's operators.",
    ),
    DetailType.SUCCEEDED: Story(
        "It was moved, and everything was good for as long as was asked for.",
        "Who asked; who keeps infrastructure code and alarms: the connectionId is another.",
    ),
    DetailType.UNCHANGED: Story(
        "It is on the target already, and works; nothing was touched.", "Who asked."
    ),
    DetailType.PLANNED: Story("A dry run has passed; nothing was touched.", "Who asked."),
    DetailType.DUPLICATE: Story(
        "The request was, or is, another execution's; nothing was done.",
        "Nobody: the other execution tells how it ends.",
    ),
    DetailType.CANCELLED: Story("It was called off before anything was touched.", "Who asked."),
    DetailType.REJECTED: Story(
        "Preflight blocks it, nobody approved, its gateway was busy for too long, or AWS refused; "
        "nothing was touched.",
        "Who asked: findings and nextStep say what to mend.",
    ),
    DetailType.ROLLED_BACK: Story(
        "It did not come good, went back, and works as before.",
        "Who asked; the network's operators: something is wrong on the target's side.",
    ),
    DetailType.ROLLBACK_FAILED: Story(
        "It did not come good, and going back failed too: traffic may be cut off.",
        "Who is on call, at once.",
    ),
    DetailType.NEEDS_ATTENTION: Story(
        "It did not come good, and was not rolled back, since that was not possible, not wanted or "
        "not safe.",
        "Who is on call, at once.",
    ),
    DetailType.INTERRUPTED: Story(
        "The execution was stopped, timed out or broke; the virtual interface was left where it "
        "was at that time.",
        "Who is on call, at once; who stopped it.",
    ),
    DetailType.PLAN_REQUESTED: Story(
        "Starts a plan: several migrations, with rules between them.",
        "Change management, a script, a person. The setting allowedSources says whose are heard.",
    ),
    DetailType.PLAN_APPROVED: Story(
        "Says yes to a plan that has sent VIF Plan Approval Requested.",
        "A chat-bot, a person. It needs no permission of Step Functions.",
    ),
    DetailType.PLAN_REFUSED: Story(
        "Says no to a plan that has sent VIF Plan Approval Requested; it ends as rejected.",
        "A chat-bot, a person.",
    ),
    DetailType.PLAN_HALT_REQUESTED: Story(
        "Lets a plan start no more moves. What is on its way is not stopped: VIF Migration Cancel "
        "Requested calls that off.",
        "A chat-bot, a person.",
    ),
    DetailType.PLAN_WINDOW_PENDING: Story(
        "All moves have passed preflight, and the plan waits until its window opens.",
        "Who plans changes.",
    ),
    DetailType.PLAN_APPROVAL_REQUESTED: Story(
        "All moves have passed preflight, and the plan waits until a person approves or refuses.",
        "Who may approve: the notice has the command. It carries a task token: a key.",
    ),
    DetailType.PLAN_STARTED: Story(
        "All moves have passed preflight, and the first ones are about to start.",
        "The network's operators; who silences alarms.",
    ),
    DetailType.PLAN_PROGRESSED: Story(
        "A move of the plan has ended, well or not.",
        "Dashboards and logs; each migration tells of itself as well.",
    ),
    DetailType.PLAN_COMPLETED: Story(
        "Every move was run; outcome and counts say whether all came good.",
        "Who asked; who keeps infrastructure code and alarms: connectionIds are others.",
    ),
    DetailType.PLAN_HALTED: Story(
        "Not all moves were started: somebody has halted the plan, too many have failed, or its "
        "window did not last.",
        "Who asked; the network's operators.",
    ),
    DetailType.PLAN_PLANNED: Story(
        "A dry run of a plan has passed; nothing was touched.", "Who asked."
    ),
    DetailType.PLAN_DUPLICATE: Story(
        "The plan was, or is, another execution's; nothing was done.",
        "Nobody: the other execution tells how it ends.",
    ),
    DetailType.PLAN_CANCELLED: Story(
        "The plan was called off before any move was started.", "Who asked."
    ),
    DetailType.PLAN_REJECTED: Story(
        "Preflight blocks the plan, or nobody approved it; nothing was touched.",
        "Who asked: findings and nextStep say what to mend.",
    ),
    DetailType.PLAN_INTERRUPTED: Story(
        "The plan's execution was stopped, timed out or broke; migrations on their way go on, and "
        "tell how they end.",
        "Who is on call; who stopped it.",
    ),
}
