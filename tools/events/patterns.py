"""Patterns of rules for common purposes, and commands that send the events people send."""

import json
import shlex
from typing import Any, NamedTuple

from vifshift.events.base import SOURCE, DetailType
from vifshift.events.migration import FINAL

Json = dict[str, Any]
BUS = "vifshift"
MIGRATION = "CHG0042"
TROUBLE = (DetailType.ROLLBACK_FAILED, DetailType.NEEDS_ATTENTION, DetailType.INTERRUPTED)


class Pattern(NamedTuple):
    """A purpose, and the pattern of a rule for it."""

    purpose: str
    pattern: Json


def _of(detail: Json, *detail_types: DetailType) -> Json:
    """Return a pattern for events that vifshift sends."""
    kinds: Json = {"detail-type": list(detail_types)} if detail_types else {}
    return {"source": [SOURCE], **kinds, **({"detail": detail} if detail else {})}


PATTERNS = (
    Pattern("Everything that vifshift sends", _of({})),
    Pattern("How every migration ended", _of({"data": {"outcome": [{"exists": True}]}})),
    Pattern("Somebody has to act now", _of({}, *TROUBLE)),
    Pattern(
        "A migration ended, and traffic does not flow as before, or that is not known",
        _of({"data": {"carriesTraffic": ["no", "partly", "unknown"]}}, *FINAL.values()),
    ),
    Pattern("Somebody has to approve", _of({}, DetailType.APPROVAL_REQUESTED)),
    Pattern(
        "What is worth a chat message: everything except progress and duplicates",
        _of({})
        | {
            "detail-type": [
                {"anything-but": [DetailType.PROGRESSED, DetailType.DUPLICATE]},
            ]
        },
    ),
    Pattern(
        "An interruption of traffic begins or ends",
        _of(
            {},
            DetailType.STARTED,
            DetailType.ROLLING_BACK,
            DetailType.SUCCEEDED,
            DetailType.ROLLED_BACK,
        ),
    ),
    Pattern(
        "The virtual interfaces of one account of a fleet, in one Region",
        _of({"data": {"subject": {"ownerAccount": ["111122223333"], "region": ["eu-central-1"]}}}),
    ),
    Pattern(
        "Everything about one virtual interface",
        _of({"data": {"subject": {"virtualInterfaceId": ["dxvif-aaaa0001"]}}}),
    ),
    Pattern(
        "Everything about one change",
        _of({"metadata": {"requestId": [{"prefix": "CHG00"}]}}),
    ),
)

DETAILS: dict[DetailType, Json] = {
    DetailType.REQUESTED: {
        "virtualInterfaceId": "dxvif-ffffffff",
        "connectionId": "dxlag-ffffffff",
        "requestId": MIGRATION,
        "dryRun": True,
    },
    DetailType.APPROVED: {"migrationId": MIGRATION, "by": "your name", "comment": "go"},
    DetailType.REFUSED: {"migrationId": MIGRATION, "by": "your name", "comment": "not tonight"},
    DetailType.CANCEL_REQUESTED: {"migrationId": MIGRATION, "by": "your name", "comment": "freeze"},
    DetailType.PLAN_REQUESTED: {
        "evacuate": {"from": "dxcon-ffffffff", "to": "dxlag-ffffffff"},
        "requestId": MIGRATION,
        "dryRun": True,
    },
    DetailType.PLAN_APPROVED: {"planId": MIGRATION, "by": "your name", "comment": "go"},
    DetailType.PLAN_REFUSED: {"planId": MIGRATION, "by": "your name", "comment": "not tonight"},
    DetailType.PLAN_HALT_REQUESTED: {"planId": MIGRATION, "by": "your name", "comment": "freeze"},
}
"""The details that the commands send."""


def command(detail_type: DetailType) -> str:
    """Return the shell command that sends an event."""
    entry = {
        "EventBusName": BUS,
        "Source": "a-person",
        "DetailType": detail_type,
        "Detail": json.dumps(DETAILS[detail_type]),
    }
    return f"aws events put-events --entries {shlex.quote(json.dumps([entry]))}"
