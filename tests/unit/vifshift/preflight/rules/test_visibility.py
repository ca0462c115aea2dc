"""The rules about what could not be looked at."""

from tests.unit.vifshift.fakes import a_network, a_route_set
from tests.unit.vifshift.judging import codes, findings, only
from vifshift.domain.findings import Severity
from vifshift.domain.network import Unchecked
from vifshift.domain.routes import MOST_ROUTES


def test_routes_that_can_not_be_read_are_a_warning() -> None:
    finding = only(a_network(routes=None, routes_unreadable="AccessDenied: no"))
    assert (finding.code, finding.severity) == ("ROUTES_NOT_CHECKED", Severity.WARN)
    assert "AccessDenied: no" in finding.message


def test_routes_too_many_to_name_are_mentioned() -> None:
    named, counted = a_route_set("10.0.0.0/8", direction="advertised"), a_route_set(count=2000)
    finding = only(a_network(routes=(named, counted)))
    assert (finding.code, finding.severity) == ("ROUTES_COUNTED_ONLY", Severity.INFO)
    assert finding.message == "ipv4 accepted: 2000 routes, compared by number"


def test_a_large_set_that_is_compared_by_prefix_alone_is_mentioned() -> None:
    cidrs = [f"10.{number // 256}.{number % 256}.0/24" for number in range(MOST_ROUTES + 1)]
    message = "ipv4 accepted: 1001 routes, compared without AS paths and communities"
    assert only(a_network(routes=(a_route_set(*cidrs),))).message == message
    assert codes(a_network(routes=(a_route_set(*cidrs[1:]),))) == []


def test_routes_that_were_not_read_to_their_end_are_at_least_so_many() -> None:
    cut = a_route_set("10.0.0.0/8", "10.1.0.0/16").model_copy(update={"is_at_least": True})
    message = "ipv4 accepted: at least 2 routes, compared by number"
    assert only(a_network(routes=(cut,))).message == message


def test_what_could_not_be_read_is_said_with_its_permission() -> None:
    # given
    gaps = (
        Unchecked(subject="AWS Health", permission="health:DescribeEvents", reason="denied"),
        Unchecked(subject="the calendar", permission="ssm:GetCalendarState", reason="denied"),
    )
    # when
    found = findings(a_network(unchecked=gaps))
    # then
    assert [(finding.code, finding.severity) for finding in found] == [
        ("COULD_NOT_CHECK", Severity.WARN)
    ] * 2
    assert "health:DescribeEvents" in found[0].message
    assert "ssm:GetCalendarState" in found[1].message


def test_an_account_without_aws_health_is_told_so() -> None:
    finding = only(a_network(health_events=None))
    assert (finding.code, finding.severity) == ("HEALTH_NOT_CHECKED", Severity.INFO)
    assert "not available to this account" in finding.message
    assert codes(a_network(health_events=())) == []


def test_a_partition_without_aws_health_is_told_of() -> None:
    found = findings(a_network(health_events=None, region="zz-new-1"))
    [finding] = [each for each in found if each.code == "HEALTH_NOT_CHECKED"]
    assert finding.severity is Severity.INFO
    assert "in the partition of zz-new-1" in finding.message


def test_routes_that_were_read_are_not_worth_a_word() -> None:
    assert codes(a_network(routes=(a_route_set("10.0.0.0/8"),))) == []


def test_a_list_that_has_no_end_is_said_to_be_cut_off() -> None:
    finding = only(a_network(cut_lists=("DescribeEvents",)))
    assert (finding.code, finding.severity) == ("LIST_CUT_OFF", Severity.WARN)
    assert "DescribeEvents was not read to its end" in finding.message
