"""What is told of a migration that is held."""

from typing import Any

import pytest

from tests.unit.vifshift.fakes import (
    EXECUTION,
    SOURCE,
    START,
    TARGET,
    FakeAnswerTable,
    FakeMigrationTable,
    a_migration,
    a_peer,
    a_picture,
    a_vif,
    after,
)
from tests.unit.vifshift.judging import window
from vifshift.domain.errors import MigrationCancelled
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Answer, Decision, Execution, Migration
from vifshift.domain.table_keys import ItemKind
from vifshift.domain.workflow import Wait
from vifshift.events.announcements import metadata
from vifshift.events.base import DetailType
from vifshift.events.commands import ReplyTo
from vifshift.events.migration import ApprovalRequested, WindowPending
from vifshift.migration.validation_result import Validation
from vifshift.migration.waits import hold, raise_if_cancelled

TOKEN = "a-token-of-a-task"
WARNED = Finding(
    code="NO_PEER_UP", severity=Severity.WARN, message="no peer is up", remedy="Bring it up."
)
METADATA = metadata(EXECUTION, "change-1", START)
REPLY_TO = ReplyTo("the-bus", "the-chat-bot")


def a_validation(migration: Migration | None) -> Validation:
    return Validation(
        decision=Decision.PROCEED,
        request_id="change-1",
        request=migration.request if migration else None,
        migration=migration,
        findings=(WARNED,),
    )


def asked(**request: Any) -> ApprovalRequested:
    announcement = hold(
        a_validation(a_migration(**request)), Wait.APPROVAL, TOKEN, METADATA, REPLY_TO
    )
    assert announcement
    assert announcement.detail_type is DetailType.APPROVAL_REQUESTED
    assert announcement.detail.metadata == METADATA
    data = announcement.detail.data
    assert isinstance(data, ApprovalRequested)
    return data


def test_who_is_asked_is_told_what_is_to_be_approved_until_when_and_how() -> None:
    # when
    data = asked(approval={"required": True, "timeoutMinutes": 90}, requestedBy="ana")
    # then
    assert data.expires_at == after(90 * 60)
    assert data.task_token == TOKEN
    assert data.before == a_picture()
    assert data.findings == (WARNED,)
    assert data.rollback_guarded
    subject = data.subject
    assert (subject.source_connection_id, subject.target_connection_id) == (SOURCE, TARGET)
    assert subject.requested_by == "ana"
    assert "the-bus" in data.notice.next_step
    assert "the-chat-bot" in data.notice.next_step
    assert TOKEN not in data.notice.model_dump_json()


@pytest.mark.parametrize(
    "request_",
    [{"rollback": "never"}, {"snapshot": a_vif(a_peer(bgp_status="down"))}],
    ids=["rollback: never", "nothing to bring back"],
)
def test_who_is_asked_is_told_that_no_way_back_is_guarded(request_: dict[str, Any]) -> None:
    assert not asked(**request_, approval={"required": True}).rollback_guarded


def test_a_wait_for_a_window_is_told_without_the_token() -> None:
    # given
    migration = a_migration(window=window(3600, 9000))
    # when
    announcement = hold(a_validation(migration), Wait.WINDOW, TOKEN, METADATA, REPLY_TO)
    # then
    assert announcement
    assert announcement.detail_type is DetailType.WINDOW_PENDING
    assert announcement.detail.metadata == METADATA
    data = announcement.detail.data
    assert isinstance(data, WindowPending)
    assert (data.opens_at, data.closes_at) == (after(3600), after(9000))
    assert data.findings == (WARNED,)
    assert data.subject.target_connection_id == TARGET
    assert TOKEN not in announcement.model_dump_json()


@pytest.mark.parametrize("wait", Wait)
def test_what_is_not_known_can_not_be_held(wait: Wait) -> None:
    with pytest.raises(ValueError, match="not known"):
        hold(a_validation(None), wait, TOKEN, METADATA, REPLY_TO)


def test_without_a_window_there_is_none_to_wait_for() -> None:
    with pytest.raises(ValueError, match="without a window"):
        hold(a_validation(a_migration()), Wait.WINDOW, TOKEN, METADATA, REPLY_TO)


def test_a_wait_for_a_gateway_is_not_announced() -> None:
    assert hold(a_validation(a_migration()), Wait.GATEWAY, TOKEN, METADATA, REPLY_TO) is None


class Plans:
    """A plan that was halted, and no other."""

    def stop_of(self, plan_id: str) -> str | None:
        return "was halted by ana: freeze" if plan_id == "halted" else None


def look(migration_id: str, plan_id: str | None, request_id: str = "change-1") -> None:
    """Look whether a migration that starts now was cancelled: others were, by name or request."""
    table, kept = FakeMigrationTable(), FakeAnswerTable()
    table.cancelled["cancelled"] = Answer(by="bob")
    until = after(60)
    kept.keep(ItemKind.KEPT_CANCEL, "too-early", Answer(by="eve"), until=until, now=after(0))
    kept.keep(
        ItemKind.KEPT_CANCEL_OF_REQUEST, "too-early", Answer(by="zoe"), until=until, now=after(0)
    )
    execution = Execution(arn="arn", name=migration_id, started_at=after(30))
    raise_if_cancelled(execution, request_id, plan_id, table=table, kept=kept, plans=Plans)


@pytest.mark.parametrize(
    ("migration_id", "plan_id", "why"),
    [
        ("cancelled", None, "cancelled by bob"),
        ("cancelled", "running", "cancelled by bob"),
        ("run-1", "halted", "not started, since plan halted was halted by ana: freeze"),
        ("too-early", "halted", "cancelled by eve"),
    ],
)
def test_what_is_cancelled_or_kept_back_does_not_go_on(
    migration_id: str, plan_id: str | None, why: str
) -> None:
    with pytest.raises(MigrationCancelled, match=f"^{why}$"):
        look(migration_id, plan_id)


@pytest.mark.parametrize("plan_id", [None, "running"])
def test_what_is_neither_goes_on(plan_id: str | None) -> None:
    look("run-1", plan_id)


def test_what_was_cancelled_by_its_request_before_it_began_does_not_go_on() -> None:
    with pytest.raises(MigrationCancelled, match=r"^cancelled by zoe$"):
        look("run-1", None, request_id="too-early")
