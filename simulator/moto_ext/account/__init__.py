"""What moto lacks of an account: calendars, Health events, denials, trust policies, and VPNs.

`install()` makes moto answer ssm:GetCalendarState, health:DescribeEvents,
health:DescribeAffectedEntities and ec2:DescribeVpnConnections, and refuse sts:AssumeRole without
the external id of the role; `load(account, region, facts)` says what they answer, until moto's next
reset. Knows nothing of vifshift.
"""

from simulator.moto_ext.account.facts import (
    AccountFacts,
    Action,
    AssumableRole,
    CalendarState,
    EventStatus,
    SimulatedHealthEvent,
)
from simulator.moto_ext.account.install import install
from simulator.moto_ext.account.models import Assumption, assumptions, load

__all__ = [
    "AccountFacts",
    "Action",
    "AssumableRole",
    "Assumption",
    "CalendarState",
    "EventStatus",
    "SimulatedHealthEvent",
    "assumptions",
    "install",
    "load",
]
