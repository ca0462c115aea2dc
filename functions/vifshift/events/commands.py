"""The commands and the links of notices, which no chat may change.

They are composed here alone, in backticks where a chat would change their quotes.
"""

import json
import re
import shlex
from typing import NamedTuple
from urllib.parse import quote

from vifshift.domain.console_links import execution_link, object_link
from vifshift.events.base import LONGEST_MORE, LONGEST_NEXT_STEP, Notice
from vifshift.events.migration import Subject


class ReplyTo(NamedTuple):
    """Where to send an answer: the event bus, and a `source` that its rule accepts."""

    bus: str = "vifshift"
    source: str = "a-person"


def where_to_find(what: str, uri: str, region: str) -> str:
    """Return where an object is: its page in the console, if that is known, and its URI."""
    link = object_link(uri, region)
    return f"{what}: {f'{link} or ' if link else ''}{_no_quotes(uri)}."


def with_more(notice: Notice, *more: str) -> Notice:
    """Return a notice with more commands and links: as many as there is room for, uncut."""
    told = notice.more
    for each in more:
        if each and len(told) + len(each) < LONGEST_MORE:
            told = f"{told} {each}".strip()
    return notice.model_copy(update={"more": told})


def linked(notice: Notice, execution_arn: str) -> Notice:
    """Return a notice with a link to its execution."""
    link = execution_link(execution_arn)
    return with_more(notice, f"Execution: {link}" if link else "")


def take_back(about: Subject, when: str) -> str:
    """Return the command that moves the VIF back to its source by hand; empty if not known."""
    vif, source, region = (
        about.virtual_interface_id,
        about.source_connection_id,
        about.region,
    )
    if not vif or not source or source == about.target_connection_id:
        return ""
    if not all(_PLAIN_ID.fullmatch(each) for each in (vif, source, region or "x")):
        return ""
    where = f" --region {region}" if region else ""
    return (
        f"To move it back by hand {when}: `aws directconnect associate-virtual-interface "
        f"--virtual-interface-id {vif} --connection-id {source}{where}`"
    )


def how_to_cancel(migration_id: str) -> str:
    """Return the command and the event that cancel a migration."""
    if not migration_id:
        return "To cancel it, send VIF Migration Cancel Requested."
    return (
        f"To cancel it: vifshift cancel {migration_id}, or send VIF Migration Cancel Requested "
        "with this migrationId."
    )


def how_to_refuse(
    named: dict[str, str], reply_to: ReplyTo, detail_type: str = "VIF Migration Refused"
) -> str:
    """Return the command that refuses what is asked, in backticks."""
    entry = {
        "EventBusName": reply_to.bus,
        "Source": reply_to.source,
        "DetailType": detail_type,
        "Detail": _json({**named, "by": "your name"}),
    }
    return f"To refuse it: `aws events put-events --entries {shlex.quote(_json([entry]))}`"


def how_to_approve(
    named: dict[str, str],
    reply_to: ReplyTo,
    detail_type: str = "VIF Migration Approved",
    digest: str | None = None,
) -> str:
    """Return the command that approves, in backticks, so that no chat changes its quotes.

    `named` is the field that identifies what to approve, with its value. With the digest, the
    command approves what it is about, and nothing else.
    """
    entry = {
        "EventBusName": reply_to.bus,
        "Source": reply_to.source,
        "DetailType": detail_type,
        "Detail": _json({**named, "by": "your name", **({"digest": digest} if digest else {})}),
    }
    command = f"`aws events put-events --entries {shlex.quote(_json([entry]))}`"
    return (
        command
        if len(command) <= LONGEST_NEXT_STEP
        else f"To approve it, send {detail_type} with the {next(iter(named))} of this event."
    )


def _json(value: object) -> str:
    """Return JSON in which a chat finds no formatting, mention or quote beside JSON's own."""
    text = json.dumps(value, separators=(",", ":"))
    return re.sub(r"[<>@*~|`']", lambda found: f"\\u{ord(found[0]):04x}", text)


def _no_quotes(uri: str) -> str:
    """Return a URI in which a chat finds nothing to format."""
    return quote(uri, safe=":/")


_PLAIN_ID = re.compile(r"[A-Za-z0-9-]+")
