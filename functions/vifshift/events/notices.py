"""The notice of each event of a migration, in plain text that is safe to show in any chat."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vifshift.domain.asked_by import AskedBy
from vifshift.domain.migration import Outcome, Phase
from vifshift.domain.request import Window
from vifshift.domain.time_spans import moment, span
from vifshift.events.base import (
    LONGEST_NEXT_STEP,
    LONGEST_TEXT,
    LONGEST_TITLE,
    EvidenceUris,
    Notice,
)
from vifshift.events.commands import (
    ReplyTo,
    how_to_approve,
    how_to_cancel,
    how_to_refuse,
    take_back,
    where_to_find,
    with_more,
)
from vifshift.events.migration import Metadata, Subject

if TYPE_CHECKING:
    from vifshift.events.plan import PlanSubject

LONGEST_NAME = 60
LONGEST_ASKER = 160
LONGEST_CHANGE = 120
SHOWN_OF_A_DIGEST = 16
NOTHING_TO_DO = "Nothing to do."
IN_CODE = (
    "An unchanged Terraform configuration would destroy it at the next apply: freeze applies until "
    "it is updated."
)
"""What is told before a move; the changes to make are in the evidence afterwards."""


def window_pending(
    about: Subject,
    window: Window,
    asked_by: AskedBy | None = None,
    *,
    digest: str | None = None,
    migration_id: str = "",
) -> Notice:
    """Return the notice of a migration that waits for its window."""
    return _notice(
        about,
        f"waiting for its window to move to {_target(about)}",
        f"Preflight has passed, and runs again when the window opens. The window is open from "
        f"{span(window.opens_at, window.closes_at)}. {requester(about, asked_by)}"
        f"{digest_in_words(digest)}",
        f"{how_to_cancel(migration_id)} {IN_CODE}",
    )


def approval_requested(
    about: Subject,
    of: Metadata,
    *,
    expires_at: datetime,
    warnings: Iterable[str],
    is_guarded: bool,
    reply_to: ReplyTo,
    digest: str | None = None,
    changes: Sequence[str] = (),
) -> Notice:
    """Return the notice that asks for an approval.

    `warnings` are codes of findings, `changes` what has changed since it was asked before.
    """
    codes = ", ".join(dict.fromkeys(warnings))
    return _notice(
        about,
        f"waiting for {'another ' if changes else ''}approval to move to {_target(about)}",
        f"{since_then(changes)}It would be moved from {_source(about)} to {_target(about)}. "
        f"{_rollback(is_guarded)} {f'Warnings: {codes}. ' if codes else ''}"
        f"{requester(about, of.asked_by)} "
        f"If nobody answers by {in_words(expires_at)}, the request is rejected."
        f"{digest_in_words(digest)} {IN_CODE}",
        "",
    ).model_copy(
        update={
            "next_step": how_to_approve({"migrationId": of.migration_id}, reply_to, digest=digest),
            "more": how_to_refuse({"migrationId": of.migration_id}, reply_to),
        }
    )


def started(
    about: Subject,
    asked_by: AskedBy | None = None,
    *,
    is_guarded: bool,
    digest: str | None = None,
    migration_id: str = "",
) -> Notice:
    """Return the notice of a VIF that is about to be associated."""
    cancel = f"{how_to_cancel(migration_id)} " if migration_id else ""
    notice = _notice(
        about,
        f"starting to move to {_target(about)}",
        f"Preflight has passed. It is about to be moved from {_source(about)} to {_target(about)}. "
        f"{_rollback(is_guarded)} {requester(about, asked_by)}{digest_in_words(digest)}",
        f"{cancel}{IN_CODE}",
    )
    return with_more(notice, take_back(about, "once this migration has ended"))


def progressed(about: Subject, phase: Phase, message: str) -> Notice:
    """Return the notice of a change during a phase."""
    is_rollback = phase is Phase.ROLLBACK
    title = f"rolling back to {_source(about)}" if is_rollback else f"moving to {_target(about)}"
    return _notice(about, title, f"Current state: {message}.", NOTHING_TO_DO)


def rolling_back(about: Subject, message: str) -> Notice:
    """Return the notice of a VIF that is about to be rolled back, with the reason."""
    notice = _notice(
        about,
        f"starting to roll back to {_source(about)}",
        f"The move to {_target(about)} is being rolled back: {message}.",
        "Nothing to do yet; another event reports how the migration ends.",
    )
    return with_more(notice, take_back(about, "if the rollback fails"))


def ended(
    about: Subject, outcome: Outcome, message: str, next_step: str, *, is_guard_bad: bool = False
) -> Notice:
    """Return the notice of a migration that has ended; `is_guard_bad` says that only that is."""
    what = _how_it_ended(about, outcome)
    if outcome is Outcome.NEEDS_ATTENTION and is_guard_bad:
        what = f"a guard is bad with it on {_target(about)}, needs attention"
    notice = _notice(about, what, sentence(message), next_step)
    when = _BY_HAND.get(outcome)
    return with_more(notice, take_back(about, when)) if when else notice


def with_interruption(notice: Notice, interruption: str) -> Notice:
    """Return a notice with how long traffic was interrupted, which is never cut."""
    if not interruption:
        return notice
    text = f"{fitting(notice.text, LONGEST_TEXT - len(interruption) - 1)} {interruption}"
    return notice.model_copy(update={"text": text})


def with_evidence(notice: Notice, evidence: EvidenceUris, region: str = "") -> Notice:
    """Return a notice with where the report is, and with its SHA-256 and versions."""
    kept = "; ".join(
        f"{name} SHA-256 {file.sha256}{f', version {file.version_id}' if file.version_id else ''}"
        for name, file in (("page", evidence.page), ("data", evidence.data))
        if file
    )
    where = where_to_find("Evidence", evidence.html_uri, region)
    return with_more(notice, where, f"Evidence: {kept}." if kept else "")


def in_words(time: datetime) -> str:
    """Return a time as people read it."""
    return moment(time)


def plain(text: str) -> str:
    """Remove from a text everything that a chat could read as formatting, a link or a mention."""
    visible = "".join(" " if unicodedata.category(each) in _UNSEEN else each for each in text)
    unformatted = _OUTER_UNDERSCORES.sub(" ", visible.translate(_HARMLESS))
    return " ".join(unformatted.split())


def worded(title: str, text: str, next_step: str) -> Notice:
    """Return a notice of these texts, as plain text and cut to their longest lengths."""
    return Notice(
        title=fitting(title, LONGEST_TITLE),
        text=fitting(text, LONGEST_TEXT),
        next_step=fitting(next_step, LONGEST_NEXT_STEP),
    )


def _notice(about: Subject, what: str, text: str, next_step: str) -> Notice:
    return worded(f"{_name(about)}: {what}", text, next_step)


def _how_it_ended(about: Subject, outcome: Outcome) -> str:
    source, target = _source(about), _target(about)
    return {
        Outcome.SUCCEEDED: f"moved from {source} to {target}",
        Outcome.UNCHANGED: f"is already on {target}",
        Outcome.PLANNED: f"can be moved to {target} (dry run)",
        Outcome.DUPLICATE: "duplicate request, nothing was done",
        Outcome.CANCELLED: "cancelled, nothing was touched",
        Outcome.REJECTED: f"not moved to {target}, nothing was touched",
        Outcome.ROLLED_BACK: f"rolled back from {target} to {source}",
        Outcome.ROLLBACK_FAILED: f"rollback to {source} failed, act now",
        Outcome.NEEDS_ATTENTION: f"did not converge on {target}, needs attention",
        Outcome.INTERRUPTED: "its migration was interrupted",
    }[outcome]


def _name(about: Subject) -> str:
    vif = plain(about.virtual_interface_id or "") or "A virtual interface"
    name = fitting(about.virtual_interface_name or "", LONGEST_NAME)
    return f"{vif} ({name})" if name and name != vif else vif


def _source(about: Subject) -> str:
    return about.source_connection_id or "its source"


def _target(about: Subject) -> str:
    return about.target_connection_id or "its target"


def _rollback(is_guarded: bool) -> str:
    what = "is rolled back automatically" if is_guarded else "is not rolled back"
    return f"If it does not converge, it {what}."


def requester(about: "Subject | PlanSubject", asked_by: AskedBy | None = None) -> str:
    """Return who asked for it, who they say they are, and why.

    Where it is not known who asked, return what the request says, or an empty text.
    """
    who = fitting(about.requested_by, LONGEST_NAME)
    why = fitting(about.reason, LONGEST_TEXT // 4)
    if asked_by:
        says = f", who says they are {who}" if who else ""
        return (
            f"Asked {fitting(asked_by.in_words, LONGEST_ASKER)}{says}{f': {why}' if why else ''}."
        )
    return f"Requested by {who or 'somebody'}{f': {why}' if why else ''}." if who or why else ""


MOST_CHANGES = 3


def since_then(changes: Sequence[str]) -> str:
    """Return what has changed since it was asked before, as a sentence; an empty text if nothing.

    Only the first are named, and shortened: the event has all of them.
    """
    if not changes:
        return ""
    named = "; ".join(fitting(each, LONGEST_CHANGE) for each in changes[:MOST_CHANGES])
    unsaid = len(changes) - MOST_CHANGES
    return f"Changed since then: {named}{f'; and {unsaid} more' if unsaid > 0 else ''}. "


def digest_in_words(digest: str | None) -> str:
    """Return a digest as a sentence, cut as people compare it; an empty text without one."""
    return f" Digest: {digest[:SHOWN_OF_A_DIGEST]}…" if digest else ""


def sentence(text: str) -> str:
    """Return a message as a sentence: with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '…')) else '.'}"


def fitting(text: str, longest: int) -> str:
    """Return a text as plain text of at most `longest` characters."""
    shown = plain(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip('_ ')}…"


_BY_HAND = {
    Outcome.ROLLED_BACK: "if it is not there",
    Outcome.ROLLBACK_FAILED: "if it is not there",
    Outcome.NEEDS_ATTENTION: "if it does not work where it is",
    Outcome.INTERRUPTED: "if it does not work where it is",
}
"""When a person may have to move it back by hand, by how the migration ended."""
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
