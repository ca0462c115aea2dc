"""What moto lacks of an account: change calendars, Health events, and calls that are denied.

`install()` makes moto answer ssm:GetCalendarState, health:DescribeEvents and
health:DescribeAffectedEntities; `load(account, region, facts)` says what they answer, until moto's
next reset. Knows nothing of vifshift.
"""

from simulator.account.backend import load
from simulator.account.facts import AccountFacts, Action, CalendarState, EventStatus, HealthEvent
from simulator.account.install import install

__all__ = [
    "AccountFacts",
    "Action",
    "CalendarState",
    "EventStatus",
    "HealthEvent",
    "install",
    "load",
]
