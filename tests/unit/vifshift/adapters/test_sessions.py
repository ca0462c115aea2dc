"""Sessions of roles in other accounts, against the simulated accounts, through boto3 and moto."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from simulator.directconnect import World, install, simulated
from simulator.moto_ext import account as accounts
from simulator.moto_ext.account import AccountFacts, Assumption, assumptions
from tests.unit.vifshift.fakes import REGION, SOURCE, TARGET, VIF
from vifshift.adapters import sessions
from vifshift.adapters.account import account
from vifshift.adapters.directconnect import direct_connect
from vifshift.adapters.sessions import SOON, assume
from vifshift.domain.access_policy import Access, Role
from vifshift.domain.errors import CallDenied, CallError, CallFailed, CallThrottled, CallTimedOut

HOME_ACCOUNT, OTHER_ACCOUNT, OTHER_REGION = "123456789012", "444455556666", "us-east-1"
ROLE = Role(arn=f"arn:aws:iam::{OTHER_ACCOUNT}:role/vifshift", external_id="a-shared-id")
THERE = Access(OTHER_REGION, REGION, ROLE, "vifshift-CHG0042")
WORLD = World.model_validate(
    {
        "account": OTHER_ACCOUNT,
        "region": OTHER_REGION,
        "connections": [{"connectionId": SOURCE}],
        "lags": [{"lagId": TARGET}],
        "virtualInterfaces": [{"virtualInterfaceId": VIF, "connectionId": SOURCE}],
    }
)


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sessions, "_now", clock)
    return clock


def forget() -> None:
    """Forget every adapter and session, as a cold start does."""
    for factory in (direct_connect, account, sessions._session):
        factory.cache_clear()


@pytest.fixture(autouse=True)
def other_account(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[None]:
    """Another account, in another Region, whose role trusts one external id."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "home")
    install()
    accounts.install()
    forget()
    with mock_aws():
        simulated(OTHER_ACCOUNT, OTHER_REGION).load(WORLD)
        roles = [{"arn": ROLE.arn, "externalId": ROLE.external_id}]
        facts = AccountFacts.model_validate({"roles": roles, "calendars": {"freeze": "OPEN"}})
        accounts.load(OTHER_ACCOUNT, OTHER_REGION, facts)
        here = AccountFacts.model_validate({"calendars": {"freeze": "CLOSED"}})
        accounts.load(HOME_ACCOUNT, REGION, here)
        yield
    forget()


def assumed() -> tuple[Assumption, ...]:
    return assumptions(HOME_ACCOUNT)


def test_a_vif_of_another_account_is_read_and_moved() -> None:
    # given
    network = direct_connect(THERE)
    # when
    network.associate(VIF, TARGET)
    # then
    [vif] = network.virtual_interfaces()
    assert (vif.connection_id, vif.owner_account, vif.region) == (
        TARGET,
        OTHER_ACCOUNT,
        OTHER_REGION,
    )
    assert direct_connect(Access(OTHER_REGION, REGION)).virtual_interfaces() == ()


def test_the_role_is_assumed_by_its_external_id_and_the_migration_s_name() -> None:
    direct_connect(THERE).virtual_interfaces()

    [call] = assumed()
    assert (call.role_arn, call.external_id) == (ROLE.arn, "a-shared-id")
    assert call.session_name == "vifshift-CHG0042"


def test_it_is_assumed_once_for_all_that_a_migration_asks() -> None:
    assume(THERE)
    direct_connect(THERE).virtual_interfaces()
    account(THERE).caller()
    account(THERE).health_events()

    assert len(assumed()) == 1


def test_the_caller_is_the_role_s_account() -> None:
    assert account(THERE).caller() == OTHER_ACCOUNT
    assert account(Access(REGION, REGION)).caller() == HOME_ACCOUNT


def test_the_change_calendar_is_the_stack_s_own() -> None:
    assert account(THERE).calendar_state("freeze") == "CLOSED"


def test_each_migration_has_a_session_of_its_own() -> None:
    for name in ("vifshift-CHG0042", "vifshift-CHG0043", "vifshift-CHG0042"):
        direct_connect(THERE._replace(session_name=name)).virtual_interfaces()

    names = [call.session_name for call in assumed()]
    assert names == ["vifshift-CHG0042", "vifshift-CHG0043"]


def test_without_a_role_none_is_assumed() -> None:
    assume(Access(REGION, REGION))
    direct_connect(Access(REGION, REGION)).virtual_interfaces()

    assert assumed() == ()


def test_credentials_are_renewed_as_they_age(clock: Clock) -> None:
    # given an adapter that is kept for the three hours of a migration
    network = direct_connect(THERE)
    # when
    for _ in range(3 * 60):
        network.virtual_interfaces()
        clock.pass_by(minutes=1)
    # then
    assert len(assumed()) == 4


def test_a_role_that_can_not_be_had_any_more_serves_until_it_expires(clock: Clock) -> None:
    # given
    network = direct_connect(THERE)
    network.virtual_interfaces()
    changed = [{"arn": ROLE.arn, "externalId": "another-id"}]
    facts = AccountFacts.model_validate({"roles": changed})
    accounts.load(OTHER_ACCOUNT, OTHER_REGION, facts)
    # when, then
    clock.pass_by(minutes=46)
    assert network.virtual_interfaces()
    clock.pass_by(minutes=10)
    with pytest.raises(CallDenied, match="assume_role: AccessDenied"):
        network.virtual_interfaces()


@pytest.mark.parametrize("external_id", ["wrong-id", "a-shared-id2"])
def test_a_wrong_external_id_is_denied_in_words(external_id: str) -> None:
    wrong = THERE._replace(role=Role(arn=ROLE.arn, external_id=external_id))

    for ask in (lambda: assume(wrong), direct_connect(wrong).virtual_interfaces):
        with pytest.raises(CallDenied) as denied:
            ask()
        assert "not authorized to perform: sts:AssumeRole" in str(denied.value)
        assert f"{ROLE.arn} must trust this stack's account" in str(denied.value)
        assert external_id not in str(denied.value)


def refuse(code: str, status: int = 400) -> ClientError:
    metadata = {"HTTPStatusCode": status}
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": metadata}
    return ClientError(answer, "AssumeRole")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (refuse("Throttling"), CallThrottled),
        (refuse("InternalFailure", 500), CallFailed),
        (refuse("ExpiredToken"), CallDenied),
        (refuse("AccessDenied", 403), CallDenied),
        (ReadTimeoutError(endpoint_url="https://sts"), CallTimedOut),
    ],
)
def test_what_sts_answers_means_what_it_means_elsewhere(
    monkeypatch: pytest.MonkeyPatch, answer: Exception, meaning: type[CallError]
) -> None:
    # given
    sent = []

    class Sts:
        meta = boto3.client("sts", REGION).meta

        def assume_role(self, **arguments: object) -> None:
            sent.append(arguments)
            raise answer

    monkeypatch.setattr(boto3, "client", lambda *_, **__: Sts())
    # when
    with pytest.raises(meaning) as raised:
        direct_connect(THERE).virtual_interface(VIF)
    # then
    assert type(raised.value) is meaning
    assert len(sent) == 1


def test_sts_is_asked_in_the_stack_s_own_region() -> None:
    client = sessions.own_client("sts", REGION)

    assert client.meta.endpoint_url == f"https://sts.{REGION}.amazonaws.com"


def test_associate_answers_before_its_lambda_times_out_with_a_role_as_well() -> None:
    config: Any = SOON
    network: Any = direct_connect(THERE)
    client = network._client.meta.config

    assert config.retries["total_max_attempts"] == 1
    each = client.connect_timeout + client.read_timeout
    assert config.connect_timeout + config.read_timeout + 3 * each <= 55


def test_no_credentials_are_in_what_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    # given
    network: Any = direct_connect(THERE)
    network.virtual_interfaces()
    secrets = network._client._request_signer._credentials.get_frozen_credentials()
    # when
    shown = f"{network} {network._client} {sessions._session(THERE)} {caplog.text}"
    # then
    assert secrets.secret_key not in shown
    assert secrets.token not in shown
