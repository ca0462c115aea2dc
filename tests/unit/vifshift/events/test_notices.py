"""What people read of an event: plain words that nobody can format, ping or inject with."""

import json
import re
import shlex
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vifshift.fakes import (
    EXECUTION,
    SOURCE,
    START,
    TARGET,
    a_migration,
    a_vif,
    after,
)
from tests.unit.vifshift.state_names import state_names_in
from vifshift.domain.migration import Outcome, Phase
from vifshift.domain.request import Window
from vifshift.events import announcements, notices
from vifshift.events.base import DetailType, Notice
from vifshift.events.commands import ReplyTo
from vifshift.events.migration import ApprovalRequested, Command, Subject
from vifshift.events.notices import plain

HOSTILE = "<!channel> @here **x** [click](http://a) `rm` ~no~ a|b _i_ __b__\n\u202etxt\u0007"
FORMATTING = set("<>@*`[]~|")
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
OUTER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
WINDOW = Window(opens_at=after(3600), closes_at=after(7200))


def a_subject(text: str = "fra-prod-1") -> Subject:
    migration = a_migration(
        a_vif(virtual_interface_name=text), requestedBy=text[:256], reason=text[:1024]
    )
    return announcements.subject(migration.request, migration)


def asked(
    subject: Subject,
    migration_id: str = "CHG0042",
    reply_to: ReplyTo | None = None,
    *,
    digest: str | None = None,
    changes: Sequence[str] = (),
) -> Notice:
    return notices.approval_requested(
        subject,
        announcements.metadata(
            EXECUTION.model_copy(update={"name": migration_id}), "CHG0042", after(0)
        ),
        expires_at=after(3600),
        warnings=["NO_PEER_UP", "NO_PEER_UP"],
        is_guarded=True,
        reply_to=reply_to or ReplyTo(),
        digest=digest,
        changes=changes,
    )


def all_notices(text: str) -> list[Notice]:
    """Return a notice of every kind, with a text wherever people or AWS may put one."""
    subject = a_subject(text)
    ends = [notices.ended(subject, outcome, text, text) for outcome in Outcome]
    return [
        notices.window_pending(subject, WINDOW),
        asked(subject),
        notices.started(subject, is_guarded=True),
        notices.progressed(subject, Phase.FORWARD, text),
        notices.progressed(subject, Phase.ROLLBACK, text),
        notices.rolling_back(subject, text),
        *ends,
    ]


def assert_plain(text: str) -> None:
    assert not FORMATTING & set(text)
    assert not [each for each in text if unicodedata.category(each) in UNSEEN]
    assert not OUTER_UNDERSCORE.search(text)


@given(st.one_of(st.just(HOSTILE), st.text(max_size=1500), st.text("<>@*_`[]~|ab \n", max_size=99)))
def test_nothing_that_people_write_can_format_or_mention(text: str) -> None:
    for notice in all_notices(text):
        assert_plain(notice.title)
        assert_plain(notice.text)
        assert (len(notice.title), len(notice.text)) <= (200, 1000)
        assert len(notice.text) <= 1000
        assert len(notice.next_step) <= 500
        if "`aws events" not in notice.next_step:
            assert_plain(notice.next_step)


@given(st.text(max_size=300))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_a_hostile_name_is_shown_and_does_nothing() -> None:
    [title, *_] = [each.title for each in all_notices("<!channel> @here **x**")]

    assert title.startswith("dxvif-aaaa0001 ((!channel) (at)here ··x··): waiting for its window")


def test_codes_and_names_keep_their_underscores() -> None:
    assert plain("VLAN_TAKEN on fra_prod_1, _really_") == "VLAN_TAKEN on fra_prod_1, really"


def test_a_title_says_which_vif_and_what_became_of_it() -> None:
    ended = notices.ended(a_subject(), Outcome.SUCCEEDED, "moved: it works", "Nothing to do.")

    assert ended == Notice(
        title=f"dxvif-aaaa0001 (fra-prod-1): moved from {SOURCE} to {TARGET}",
        text="Moved: it works.",
        next_step="Nothing to do.",
    )


@pytest.mark.parametrize("outcome", Outcome)
def test_what_is_not_known_is_not_made_up(outcome: Outcome) -> None:
    unknown = announcements.subject(None, None)

    title = notices.ended(unknown, outcome, "gone", "Look.").title

    assert title.startswith("A virtual interface: ")
    assert "None" not in title


@pytest.mark.parametrize("text", ["x" * 5000, "x_" * 5000, "@" * 5000])
def test_what_is_too_long_is_cut_and_says_so(text: str) -> None:
    notice = notices.ended(a_subject(text), Outcome.REJECTED, text, text)

    assert notice.text.endswith("…")
    assert notice.next_step.endswith("…")
    assert f"not moved to {TARGET}" in notice.title


def test_who_asks_and_why_stands_in_the_text() -> None:
    migration = a_migration(requestedBy="ana", reason="the port is retired")
    notice = asked(announcements.subject(migration.request, migration))

    assert f"from {SOURCE} to {TARGET}" in notice.text
    assert "Warnings: NO_PEER_UP." in notice.text
    assert "Requested by ana: the port is retired." in notice.text
    assert "If nobody answers by 2026-07-01 10:00 UTC, the request is rejected." in notice.text


# Step Functions lets these, and letters of any script, into an execution's name.
NAMES = st.text(st.sampled_from("aZ09-_.@!'()+=é漢"), min_size=1, max_size=80)


@given(NAMES, st.sampled_from(["a-person", "it's|me@x `y`", "s" * 90]))
def test_the_command_to_approve_is_exact(migration_id: str, source: str) -> None:
    step = asked(a_subject(HOSTILE), migration_id, ReplyTo("a.bus_1", source)).next_step
    if not step.startswith("`"):
        assert "VIF Migration Approved" in step
        return
    assert set(step[1:-1]).isdisjoint("<>@*`~|")

    *command, entries = shlex.split(step.strip("`"))

    assert command == ["aws", "events", "put-events", "--entries"]
    [entry] = json.loads(entries)
    detail = json.loads(entry.pop("Detail"))
    assert entry == {
        "EventBusName": "a.bus_1",
        "Source": source,
        "DetailType": DetailType.APPROVED,
    }
    assert Command.model_validate(detail).migration_id == migration_id


def test_a_usual_migration_gets_the_command() -> None:
    assert asked(a_subject(), "a" * 80, ReplyTo()).next_step.startswith("`aws events put-events")


def test_what_to_send_is_named_as_the_events_are() -> None:
    words = json.dumps([each.to_json() for each in all_notices("x")])

    assert set(re.findall(r"VIF Migration (?:[A-Z]\w+ ?)+", words)) <= {
        *DetailType,
        *(f"{each} " for each in DetailType),
    }


def test_a_subject_says_region_and_owner() -> None:
    migration = a_migration(a_vif(owner_account="444455556666"), region="eu-west-1")

    of_migration = announcements.subject(migration.request, migration)
    of_request = announcements.subject(migration.request, None)
    of_nothing = announcements.subject(None, None)

    assert (of_migration.region, of_migration.owner_account) == (migration.region, "444455556666")
    assert (of_request.region, of_request.owner_account) == ("eu-west-1", None)
    assert (of_nothing.region, of_nothing.owner_account) == (None, None)


def test_the_task_token_is_in_no_notice() -> None:
    metadata = announcements.metadata(EXECUTION, "change-1", START)
    told = announcements.approval_requested(metadata, a_migration(), (), "the-token", ReplyTo())

    assert isinstance(told.detail.data, ApprovalRequested)
    assert "the-token" not in told.detail.data.notice.model_dump_json()


def test_the_command_repeats_the_digest_of_what_it_approves() -> None:
    step = asked(a_subject(), "a" * 80, ReplyTo(), digest="d" * 64).next_step
    [entry] = json.loads(shlex.split(step.strip("`"))[-1])
    assert Command.model_validate_json(entry["Detail"]).digest == "d" * 64


def test_what_has_changed_since_is_said_first() -> None:
    changes = [f"{'x' * 200} {number}" for number in range(5)]
    told = asked(a_subject(), "run-1", ReplyTo(), changes=changes)
    assert "another approval" in told.title
    assert told.text.startswith("Changed since then: xxx")
    assert "; and 2 more. " in told.text


def ends(outcome: Outcome, text: str = "fra-prod-1") -> Notice:
    return notices.ended(a_subject(text), outcome, "it was seen", "Look.")


def command_in(more: str) -> list[str]:
    """Return the words of the first command that is in backticks."""
    return shlex.split(more.split("`")[1])


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.ROLLED_BACK,
        Outcome.ROLLBACK_FAILED,
        Outcome.NEEDS_ATTENTION,
        Outcome.INTERRUPTED,
    ],
)
def test_every_failure_has_the_command_that_takes_it_back(outcome: Outcome) -> None:
    assert command_in(ends(outcome).more) == [
        *("aws", "directconnect", "associate-virtual-interface"),
        *("--virtual-interface-id", "dxvif-aaaa0001", "--connection-id", SOURCE),
        *("--region", "eu-central-1"),
    ]


@pytest.mark.parametrize("outcome", [Outcome.SUCCEEDED, Outcome.PLANNED, Outcome.REJECTED])
def test_what_needs_no_way_back_has_none(outcome: Outcome) -> None:
    assert "associate-virtual-interface" not in ends(outcome).more


@pytest.mark.parametrize("source", [None, TARGET, "dxcon-1;reboot", "$(reboot)", "dx`con"])
def test_no_command_is_made_of_what_is_no_id(source: str | None) -> None:
    about = a_subject().model_copy(update={"source_connection_id": source})

    assert notices.ended(about, Outcome.ROLLBACK_FAILED, "x", "y").more == ""


def test_a_start_says_how_to_cancel_and_to_take_it_back() -> None:
    notice = notices.started(a_subject(), is_guarded=True, migration_id="CHG0042")

    assert notice.next_step.startswith("To cancel it: vifshift cancel CHG0042, or")
    assert command_in(notice.more)[-3] == SOURCE


def test_a_refusal_can_be_pasted_as_well() -> None:
    notice = asked(a_subject(), "CHG'0042")
    [entry] = json.loads(command_in(notice.more)[-1])

    assert entry["DetailType"] == DetailType.REFUSED
    assert Command.model_validate_json(entry["Detail"]).migration_id == "CHG'0042"


def test_every_event_links_to_its_execution() -> None:
    migration = a_migration()
    of = announcements.metadata(EXECUTION, "CHG0042", after(0))
    told = announcements.started(of, migration, ())

    assert told.detail.data.notice.more.endswith(
        f"/states/home?region=eu-central-1#/v2/executions/details/{EXECUTION.arn}"
    )


def test_a_request_for_approval_links_to_its_page() -> None:
    of = announcements.metadata(EXECUTION, "CHG0042", after(0))
    plain_one = announcements.approval_requested(of, a_migration(), (), "", ReplyTo())
    shown = announcements.with_page(plain_one, "s3://b/proposals/a`b.html").detail.data

    assert isinstance(shown, ApprovalRequested)
    assert shown.page == "s3://b/proposals/a`b.html"
    assert "s3://b/proposals/a%60b.html" in shown.notice.more
    assert announcements.with_page(plain_one, None).detail.data.notice == (
        plain_one.detail.data.notice
    )


def test_no_notice_names_a_state() -> None:
    for notice in all_notices("fra-prod-1"):
        said = f"{notice.title} {notice.text} {notice.next_step} {notice.more}"
        assert not state_names_in(said)
