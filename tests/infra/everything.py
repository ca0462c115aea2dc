"""A stack with all that the settings can add: one synthesis for all tests that look at it."""

import json
from typing import Any, Final

from tests.synthesis import synthesized

STACK: Final = "another"
REQUEST: Final = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}
SETTINGS: Final[dict[str, Any]] = {
    "stackName": STACK,
    "requestSources": {
        "change-management": ["arn:aws:iam::222233334444:role/itsm/change-management"],
        "runbooks": [],
    },
    "approvalSources": {
        "chat-bot": ["arn:aws:iam::111122223333:role/chat-bot"],
        "service-desk": [
            "arn:aws:iam::111122223333:role/service-desk",
            "arn:aws:iam::222233334444:role/itsm/change-management",
        ],
    },
    "approval": {"tokenInEvent": False},
    "allowedAccounts": ["222233334444", "333344445555"],
    "roles": [
        {"arn": "arn:aws:iam::444455556666:role/vifshift", "externalId": "a-shared-id"},
        {"arn": "arn:aws:iam::777788889999:role/network/move", "externalId": "another-id"},
    ],
    "regions": ["us-east-1"],
    "cloudTrail": {"watch": True, "tableDataEvents": True},
    "reservedConcurrency": 10,
    "checks": {"changeCalendar": "freeze"},
    "emails": ["noc@example.com", "dx@example.com"],
    "notify": "all",
    "windows": [
        {
            "name": "nightly",
            "schedule": "cron(0 2 * * ? *)",
            "timezone": "Europe/Berlin",
            "durationMinutes": 60,
            "flexibleMinutes": 5,
            "requests": [REQUEST, {**REQUEST, "virtualInterfaceId": "dxvif-bbbb0001"}],
        },
        {
            "name": "once",
            "schedule": "at(2026-03-29T03:30:00)",
            "durationMinutes": 60,
            "requests": [{**REQUEST, "requestId": "CHG0042"}],
        },
    ],
}


def template_with_everything() -> dict[str, Any]:
    """Return the template of that stack, which cdk-nag has let through."""
    path = synthesized(SETTINGS) / f"{STACK}.template.json"
    template: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return template
