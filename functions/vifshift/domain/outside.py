"""What is on its way while somebody else makes a call, and what is kept of that call."""

from datetime import datetime
from typing import NamedTuple

from vifshift.domain.model import Model


class OnTheWay(NamedTuple):
    """A migration that has, or had, a lock: its VIF, that one's gateway, and its ports."""

    execution_arn: str
    virtual_interface_id: str
    ports: frozenset[str] = frozenset()
    gateway: str = ""
    ended_at: datetime | None = None


class OutsideMark(Model):
    """What somebody else did while a migration was on its way, for its evidence.

    `change_id` is the eventID of CloudTrail's record, and `means` what both have in common.
    """

    at: datetime
    change_id: str
    message: str
    means: str
