"""Words an event for people: a title, what happened, and what to do, safe to show in any chat."""

import json
import re
import shlex
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from pydantic import Field

from vifshift.domain.migration import Outcome, Phase
from vifshift.domain.model import Model
from vifshift.domain.request import Window

LONGEST_TITLE = 200
LONGEST_TEXT = 1000
LONGEST_NEXT_STEP = 500
LONGEST_NAME = 60
NOTHING_TO_DO = "Nothing to do."


class Notice(Model):
    """An event in plain words, for chat and e-mail.

    What people or AWS have written is in it as plain text: it can't format, link or mention.
    """

    title: str = Field(
        max_length=LONGEST_TITLE, description="Which virtual interface, and what became of it."
    )
    text: str = Field(
        max_length=LONGEST_TEXT, description="What happened, in one or two sentences."
    )
    next_step: str = Field(
        max_length=LONGEST_NEXT_STEP,
        description="What a person has to do, such as the command that approves it.",
    )


class Asker(Protocol):
    """Who has asked for something, and why."""

    @property
    def requested_by(self) -> str:
        """Who asked for it, empty where nobody said."""

    @property
    def reason(self) -> str:
        """Why, empty where nobody said."""


class About(Asker, Protocol):
    """What a notice says of its subject; None is what is not known."""

    @property
    def virtual_interface_id(self) -> str | None:
        """The VIF."""

    @property
    def virtual_interface_name(self) -> str | None:
        """Its name, as its owner has written it."""

    @property
    def source_connection_id(self) -> str | None:
        """Where it came from."""

    @property
    def target_connection_id(self) -> str | None:
        """Where it was to go."""


class ReplyTo(NamedTuple):
    """Where an answer is sent, so that it is heard: the bus, and a source that is let through."""

    bus: str = "vifshift"
    source: str = "a-person"


def window_pending(about: About, window: Window) -> Notice:
    """Say that a migration waits for its window."""
    opens, closes = in_words(window.opens_at), in_words(window.closes_at)
    return _notice(
        about,
        f"waits for its window, to move to {_target(about)}",
        f"It can be moved as far as can be seen today. The window is open from {opens} "
        f"to {closes}. {asked(about)}",
        "Nothing to do; to call it off, send VIF Migration Cancel Requested.",
    )


def approval_requested(
    about: About,
    *,
    migration_id: str,
    expires_at: datetime,
    warnings: Iterable[str],
    is_guarded: bool,
    reply_to: ReplyTo,
) -> Notice:
    """Ask for an approval; `warnings` are codes of findings."""
    codes = ", ".join(dict.fromkeys(warnings))
    way_back = "goes back" if is_guarded else "does not go back"
    return _notice(
        about,
        f"waits for approval, to move to {_target(about)}",
        f"It would be moved from {_source(about)} to {_target(about)}, and {way_back} by itself if "
        f"that does not come good. {f'Warnings: {codes}. ' if codes else ''}{asked(about)} "
        f"Nobody's answer by {in_words(expires_at)} means no.",
        "",
    ).model_copy(update={"next_step": how_to_approve({"migrationId": migration_id}, reply_to)})


def started(about: About, *, is_guarded: bool) -> Notice:
    """Say that the VIF is about to be associated."""
    way_back = "goes back" if is_guarded else "does not go back"
    return _notice(
        about,
        f"starts to move to {_target(about)}",
        f"Preflight has passed. It is about to be moved from {_source(about)} to {_target(about)}, "
        f"and {way_back} by itself if that does not come good. {asked(about)}",
        NOTHING_TO_DO,
    )


def progressed(about: About, phase: Phase, message: str) -> Notice:
    """Say what has changed on the way."""
    is_back = phase is Phase.ROLLBACK
    way = f"on its way back to {_source(about)}" if is_back else f"on its way to {_target(about)}"
    return _notice(about, way, f"Seen now: {message}.", NOTHING_TO_DO)


def rolling_back(about: About, message: str) -> Notice:
    """Say that the VIF is about to go back, and why."""
    return _notice(
        about,
        f"goes back to {_source(about)}",
        f"The move to {_target(about)} is given up: {message}.",
        "Nothing to do yet; how it ends is told by another event.",
    )


def ended(about: About, outcome: Outcome, message: str, next_step: str) -> Notice:
    """Say how it ended."""
    return _notice(about, _how_it_ended(about, outcome), sentence(message), next_step)


def in_words(time: datetime) -> str:
    """Return a time as people read it."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def plain(text: str) -> str:
    """Take from a text all that a chat could take for formatting, a link's form or a mention."""
    visible = "".join(" " if unicodedata.category(each) in _UNSEEN else each for each in text)
    unformatted = _OUTER_UNDERSCORES.sub(" ", visible.translate(_HARMLESS))
    return " ".join(unformatted.split())


def worded(title: str, text: str, next_step: str) -> Notice:
    """Return a notice of any texts, made plain and no longer than they may be."""
    return Notice(
        title=fitting(title, LONGEST_TITLE),
        text=fitting(text, LONGEST_TEXT),
        next_step=fitting(next_step, LONGEST_NEXT_STEP),
    )


def _notice(about: About, what: str, text: str, next_step: str) -> Notice:
    return worded(f"{_name(about)}: {what}", text, next_step)


def _how_it_ended(about: About, outcome: Outcome) -> str:
    source, target = _source(about), _target(about)
    return {
        Outcome.SUCCEEDED: f"moved to {target}",
        Outcome.UNCHANGED: f"is on {target} already",
        Outcome.PLANNED: f"can be moved to {target} (dry run)",
        Outcome.DUPLICATE: "was asked for twice, nothing was done",
        Outcome.CANCELLED: "called off, nothing was touched",
        Outcome.REJECTED: f"not moved to {target}, nothing was touched",
        Outcome.ROLLED_BACK: f"went back to {source}",
        Outcome.ROLLBACK_FAILED: f"did not go back to {source}, act now",
        Outcome.NEEDS_ATTENTION: f"did not come good on {target}, needs attention",
        Outcome.INTERRUPTED: "its migration was interrupted",
    }[outcome]


def _name(about: About) -> str:
    vif = plain(about.virtual_interface_id or "") or "A virtual interface"
    name = fitting(about.virtual_interface_name or "", LONGEST_NAME)
    return f"{vif} ({name})" if name and name != vif else vif


def _source(about: About) -> str:
    return about.source_connection_id or "its source"


def _target(about: About) -> str:
    return about.target_connection_id or "its target"


def asked(about: Asker) -> str:
    """Say who asked for it and why, as far as they have said."""
    who = fitting(about.requested_by, LONGEST_NAME)
    why = fitting(about.reason, LONGEST_TEXT // 4)
    return f"Asked for by {who or 'somebody'}{f': {why}' if why else ''}." if who or why else ""


def how_to_approve(
    named: dict[str, str], reply_to: ReplyTo, detail_type: str = "VIF Migration Approved"
) -> str:
    """Return the command to approve with, in backticks, so that no chat changes its quotes.

    `named` is the field that says of what, with its value.
    """
    entry = {
        "EventBusName": reply_to.bus,
        "Source": reply_to.source,
        "DetailType": detail_type,
        "Detail": _json({**named, "by": "your name"}),
    }
    command = f"`aws events put-events --entries {shlex.quote(_json([entry]))}`"
    return (
        command
        if len(command) <= LONGEST_NEXT_STEP
        else f"To approve it send {detail_type} with the {next(iter(named))} of this event."
    )


def _json(value: object) -> str:
    """Write JSON in which nothing but its own punctuation could be taken for something else."""
    text = json.dumps(value, separators=(",", ":"))
    return re.sub(r"[<>@*~|`']", lambda found: f"\\u{ord(found[0]):04x}", text)


def sentence(text: str) -> str:
    """Write a message as a sentence, whose end is kept if it has to be cut."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '…')) else '.'}"


def fitting(text: str, longest: int) -> str:
    """Return a text as plain text of no more than so many characters."""
    said = plain(text)
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip('_ ')}…"


_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_HARMLESS = str.maketrans(
    {
        "<": "(",
        ">": ")",
        "@": "(at)",
        "*": "·",
        "`": "'",
        "[": "(",
        "]": ")",
        "~": "-",
        "|": "/",
    }
)
# Within a word, as in a name or a code, an underscore formats nothing.
_OUTER_UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
