"""What else is attached to a Direct Connect gateway, in other Regions and accounts."""

import pytest

from tests.unit.vifshift.fakes import (
    ACCOUNT,
    REGION,
    SIBLING,
    FakeAccount,
    FakeDirectConnect,
    a_request,
    a_route_set,
    a_sibling,
    a_vif,
)
from tests.unit.vifshift.judging import codes, findings
from vifshift.domain.access_policy import Access, AccessPolicy, Role, access_elsewhere
from vifshift.domain.errors import CallDenied, CallError, CallThrottled
from vifshift.domain.network import Network, VirtualInterface
from vifshift.domain.other_paths import GatewayAttachment
from vifshift.preflight.discovery import OptionalSources, survey

FAR = "eu-west-1"
OTHER = "444455556666"
ROUTES = (a_route_set("10.0.0.0/8"),)


def attached(region: str = FAR, state: str = "attached") -> GatewayAttachment:
    """Build the attachment of a VIF elsewhere."""
    return GatewayAttachment(
        virtual_interface_id=SIBLING,
        virtual_interface_region=region,
        virtual_interface_owner_account=ACCOUNT,
        attachment_state=state,
    )


def surveyed(
    there: FakeDirectConnect | None, attachment: GatewayAttachment | None = None
) -> Network:
    """Survey a VIF that is alone in its Region, with what is attached elsewhere."""
    here = FakeDirectConnect(a_vif(owner_account=ACCOUNT), routes=ROUTES)
    here.attached = (attachment or attached(),)
    optional = OptionalSources(elsewhere=lambda region, owner: there)
    return survey(here, FakeAccount(), REGION, a_request(), optional=optional)


def far(**fields: object) -> VirtualInterface:
    """Build the VIF of the other Region."""
    return a_sibling(region=FAR, **fields)


def test_a_path_in_another_region_counts_as_one_here() -> None:
    there = FakeDirectConnect(far(), routes=ROUTES)
    network = surveyed(there)
    assert [each.virtual_interface_id for each in network.siblings] == [SIBLING]
    assert codes(network) == []
    assert there.calls == {"virtual_interface": 1, "routes": 1}


def test_it_is_judged_by_prefix_as_well() -> None:
    assert codes(surveyed(FakeDirectConnect(far()))) == ["NO_REDUNDANT_PATH"]


@pytest.mark.parametrize("state", ["down", "testing"])
def test_one_that_is_not_up_does_not_count(state: str) -> None:
    there = FakeDirectConnect(far(virtual_interface_state=state), routes=ROUTES)
    assert codes(surveyed(there)) == ["NO_REDUNDANT_PATH"]
    assert there.calls["routes"] == 0


def test_what_may_not_be_read_is_named_and_never_denied() -> None:
    [finding] = findings(surveyed(None))
    assert finding.message == (
        f"no other virtual interface of gw-1 could be read: {SIBLING} of {ACCOUNT} is attached in "
        f"{FAR}, which this stack may not read; nothing else known carries ipv4 accepted: "
        "10.0.0.0/8"
    )


@pytest.mark.parametrize("operation", ["virtual_interface", "routes"])
def test_what_is_denied_there_is_said(operation: str) -> None:
    there = FakeDirectConnect(far(), routes=ROUTES)
    there.fail(operation, CallDenied("no permission"))
    [finding] = findings(surveyed(there))
    assert finding.blocks is (operation == "virtual_interface")
    assert "no permission" in finding.message


def test_what_fails_in_passing_is_read_again() -> None:
    there = FakeDirectConnect(far())
    there.fail("virtual_interface", CallThrottled("slow"))
    with pytest.raises(CallError):
        surveyed(there)


def test_what_is_being_detached_is_no_path() -> None:
    [finding] = findings(surveyed(FakeDirectConnect(far()), attached(state="detaching")))
    assert "is the only virtual interface of gw-1" in finding.message


def test_where_it_can_not_be_listed_what_is_attached_none_is_the_only_one() -> None:
    here = FakeDirectConnect(a_vif(owner_account=ACCOUNT), routes=ROUTES)
    here.fail("attachments", CallDenied("not allowed"))
    optional = OptionalSources(elsewhere=lambda region, owner: None)
    network = survey(here, FakeAccount(), REGION, a_request(), optional=optional)

    [finding, gap] = findings(network)

    assert finding.message == (
        "no other virtual interface of gw-1 could be read: what else is attached to gw-1 was not "
        "listed; nothing else known carries ipv4 accepted: 10.0.0.0/8"
    )
    assert "DescribeDirectConnectGatewayAttachments: not allowed" in gap.message


def test_vifs_that_are_known_are_not_read_twice() -> None:
    there = FakeDirectConnect()
    here = FakeDirectConnect(a_vif(), a_sibling(), routes=ROUTES)
    optional = OptionalSources(elsewhere=lambda region, owner: there)
    survey(here, FakeAccount(), REGION, a_request(), optional=optional)
    assert (here.calls["attachments"], there.calls) == (1, {})


ROLE = Role(arn=f"arn:aws:iam::{OTHER}:role/vifshift", external_id="external")
POLICY = AccessPolicy(home=REGION, regions=(FAR,), roles=(ROLE,))
HERE = Access(REGION, REGION)
WITH_ROLE = Access(REGION, REGION, ROLE, "vifshift-run-1")


@pytest.mark.parametrize(
    ("access", "region", "owner", "expected"),
    [
        (HERE, FAR, ACCOUNT, (FAR, None)),
        (HERE, REGION, ACCOUNT, (REGION, None)),
        (HERE, "us-east-1", ACCOUNT, None),
        (HERE, FAR, OTHER, (FAR, ROLE)),
        (HERE, FAR, "777788889999", None),
        (WITH_ROLE, FAR, OTHER, (FAR, ROLE)),
        (WITH_ROLE, FAR, ACCOUNT, (FAR, None)),
        (WITH_ROLE, FAR, "", (FAR, ROLE)),
    ],
)
def test_elsewhere_is_what_the_settings_allow(
    access: Access, region: str, owner: str, expected: tuple[str, Role | None] | None
) -> None:
    found = access_elsewhere(POLICY, access, ACCOUNT, region, owner)
    assert (found and (found.region, found.role)) == expected
