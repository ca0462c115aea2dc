"""What Amazon Q Developer in chat applications takes for a notification."""

import json
from typing import Any

import jsonschema

EMAILS = {"emails": ["noc@example.com"]}

TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT}
# Amazon Q Developer in chat applications: "Custom notifications", parameter details.
CUSTOM_NOTIFICATION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "source", "content"],
    "properties": {
        "version": {"const": "1.0"},
        "source": {"const": "custom"},
        "id": TEXT,
        "content": {
            "type": "object",
            "additionalProperties": False,
            "required": ["description"],
            "properties": {
                "textType": {"const": "client-markdown"},
                "title": TEXT,
                "description": TEXT,
                "nextSteps": {"type": "array", "items": {"type": "string"}},
                "keywords": TEXTS,
            },
        },
        "metadata": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "threadId": TEXT,
                "summary": TEXT,
                "eventType": TEXT,
                "relatedResources": TEXTS,
                "additionalContext": {"type": "object", "additionalProperties": TEXT},
            },
        },
    },
}


def valid(text: str) -> dict[str, Any]:
    """Read a message of the chat's topic; it must be as Amazon Q wants it."""
    message: dict[str, Any] = json.loads(text)
    jsonschema.validate(message, CUSTOM_NOTIFICATION)
    return message
