"""The items of the lock table that the model has."""

from models.dynamodb import Item
from vifshift.domain.table_keys import ItemKind


def lock(execution: str) -> Item:
    """Return the lock of the gateway of an execution's virtual interface."""
    gateway = f"gateway[{execution}]"
    owner, attempt, over = f"lockOwner[{gateway}]", f"lockAttempt[{gateway}]", f"isOver[{gateway}]"
    return Item(
        ItemKind.GATEWAY,
        {"executionArn": owner, "attempt": attempt, "expiresAt": over},
        f"({owner} != 0)",
        f"{owner} = 0; {attempt} = 0; {over} = 0",
    )


def claim(kind: ItemKind, execution: str) -> Item:
    """Return the claim of an execution's request."""
    owner = f"claimOwner[request[{execution}]]"
    return Item(kind, {"executionArn": owner}, f"({owner} != 0)", f"{owner} = 0")


def registration(execution: str) -> Item:
    """Return the item of an execution in the register that the sweep reads."""
    entry, attempt = f"registered[{execution}]", f"registeredIn[{execution}]"
    return Item(
        ItemKind.OPEN,
        {"executionArn": entry, "attempt": attempt},
        f"({entry} != 0 && {entry} != STRUCK_OFF)",
        f"{entry} = STRUCK_OFF; {attempt} = 0",
    )


def claim_of_end(execution: str, redrives: str) -> Item:
    """Return the claim of an execution's end by a watchdog."""
    end = f"[{execution} * 2 + {redrives}]"
    return Item(
        ItemKind.WATCHDOG,
        {"holder": f"endHolder{end}", "reported": f"endReported{end}"},
        f"(endHolder{end} != 0)",
        f"endHolder{end} = 0; endReported{end} = 0",
    )
