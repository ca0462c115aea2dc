"""The keys of the lock table: each kind of item has a key space that no id of another kind reaches.

A key is the kind, a `#`, and what the item is of. No kind has a `#` in it, so the text before the
first `#` is the kind, whatever follows. Where a kind has a second part, the first one can't have
its separator: names of executions have neither `#` nor `/`, and the ids of requests no `[`.

The workflows build the same keys in JSONata, with the expressions below.
"""

from enum import StrEnum

SEPARATOR = "#"
LONGEST_SUBJECT = 128


class ItemKind(StrEnum):
    """The kinds of items; the text is part of what is stored, and never changes."""

    GATEWAY = "gateway"
    """A gateway's lock."""
    REQUEST = "request"
    """The claim of a migration's request."""
    PLAN = "plan"
    """The claim of a plan's request."""
    NOTED = "noted"
    """What a plan stores for its watchdog."""
    WAITING = "waiting"
    """What a migration or a plan waits for, and the token of that task."""
    CANCEL = "cancel"
    """Who cancels a migration."""
    RUNNING_PLAN = "running-plan"
    """The progress of a plan, or of one of its moves."""
    MIGRATIONS_OF = "migrations-of"
    """The migrations that run under a request's id."""
    PLANS_OF = "plans-of"
    """The plans that run under a request's id."""
    KEPT_CANCEL = "kept-cancel"
    """Who cancels a migration that is not known yet."""
    KEPT_CANCEL_OF_REQUEST = "kept-cancel-of-request"
    """Who cancels the migrations that a request is about to start."""
    KEPT_HALT = "kept-halt"
    """Who halts a plan that is not known yet."""
    KEPT_HALT_OF_REQUEST = "kept-halt-of-request"
    """Who halts the plan that a request is about to start."""
    OPEN = "open"
    """An execution whose end is not reported yet; the sweep finds it."""
    WATCHDOG = "watchdog"
    """The claim of an execution's end by a watchdog."""
    PEERS = "peers"
    """The BGP peers that were up when a virtual interface last began to move."""
    SENT_REQUEST = "sent-request"
    """Who sent an event with a request, as EventBridge says."""
    APPROVALS = "approvals"
    """The approvals that were heard of a migration or a plan, by the digest of what it was."""
    ANSWER = "answer"
    """An answer that was received, so that it is answered once."""
    OUTSIDE_CALL = "outside-call"
    """A record of somebody else's call, so that it is reported once."""
    CHANGED_OUTSIDE = "changed-outside"
    """What somebody else has called while a migration was on its way."""


def key(kind: ItemKind, of: str) -> str:
    """Return the key of a kind that has one part."""
    return f"{kind}{SEPARATOR}{of}"


def name_of_plan(plan_id: str) -> str:
    """Return the name of a plan among the names of migrations, none of which can be like it."""
    return f"plan/{plan_id}"


def move(plan_id: str, number: int) -> str:
    """Return the key of how a move of a plan ended."""
    return key(ItemKind.RUNNING_PLAN, f"{plan_id}{SEPARATOR}{number}")


def approvals(name: str, digest: str) -> str:
    """Return the key of the approvals of what has a digest."""
    return key(ItemKind.APPROVALS, f"{name}{SEPARATOR}{digest}")


def number_of(move_key: str) -> int:
    """Return the number of the move that a key is of."""
    return int(move_key.rpartition(SEPARATOR)[2])


def key_expression(kind: ItemKind, of: str) -> str:
    """Return an expression in JSONata for the key of a kind; so is `of`, for its part."""
    return f"'{kind}{SEPARATOR}' & {of}"


def request_claim_expression(request_id: str, request: str) -> str:
    """Return an expression for the key of a migration's claim, since one id may move several VIFs.

    `request` is an expression for the request as it came. Each of its two ids becomes a text by
    itself: a list in one place of them is not two ids.
    """
    subject = f"$string([$string({request}.virtualInterfaceId), $string({request}.connectionId)])"
    return key_expression(
        ItemKind.REQUEST,
        f"{request_id} & '{SEPARATOR}' & $substring({subject}, 0, {LONGEST_SUBJECT})",
    )
