"""What is read of alarms: in which Region and account, what they watch, and for how long."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.vifshift.fakes import SOURCE, TARGET, a_network, a_request, after
from vifshift.adapters import alarms as module
from vifshift.adapters.alarms import AlarmReader, alarms_elsewhere, children, ports_of, read_guards
from vifshift.domain.access_policy import Access, AccessPolicy, Role
from vifshift.domain.errors import CallDenied, CallThrottled, CallTimedOut
from vifshift.domain.guards import GuardState, GuardStatus
from vifshift.domain.session_policy import SessionPurpose

REGION, OWN, OTHER = "eu-central-1", "111122223333", "444455556666"
ROLE = Role(arn=f"arn:aws:iam::{OTHER}:role/guards", external_id="a-secret-word")
POLICY = AccessPolicy(home=REGION, roles=(ROLE,), regions=("eu-west-1",))
HERE = Access(REGION, REGION)
SINCE = datetime(2026, 1, 5, 2, tzinfo=UTC)


def arn(name: str, region: str = REGION, account: str = OWN) -> str:
    return f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"


def alarm(name: str = "orders", state: str = "OK", **fields: Any) -> dict[str, Any]:
    """Build a metric alarm as CloudWatch describes it."""
    return {
        "AlarmName": name,
        "StateValue": state,
        "StateTransitionedTimestamp": SINCE,
        "Period": 60,
        "EvaluationPeriods": 3,
        **fields,
    }


def composite(name: str, rule: str, state: str = "OK") -> dict[str, Any]:
    return {"AlarmName": name, "StateValue": state, "AlarmRule": rule}


class CloudWatch:
    """Describes alarms, and counts the calls."""

    meta = SimpleNamespace(method_to_api_mapping={"describe_alarms": "DescribeAlarms"})

    def __init__(self, *alarms: dict[str, Any], error: str = "") -> None:
        self.alarms, self.error = alarms, error
        self.asked: list[dict[str, Any]] = []

    def describe_alarms(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.error:
            response: Any = {"Error": {"Code": self.error, "Message": "no"}}
            raise ClientError(response, "DescribeAlarms")
        found = [each for each in self.alarms if each["AlarmName"] in asked["AlarmNames"]]
        return {
            "CompositeAlarms": [each for each in found if "AlarmRule" in each],
            "MetricAlarms": [each for each in found if "AlarmRule" not in each],
        }


def read(cloudwatch: CloudWatch, *names: str) -> tuple[GuardStatus, ...]:
    return AlarmReader(cloudwatch).read([arn(name) for name in names], after(0))


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("OK", GuardState.GOOD),
        ("ALARM", GuardState.BAD),
        ("INSUFFICIENT_DATA", GuardState.UNKNOWN),
        ("A_STATE_OF_TOMORROW", GuardState.UNKNOWN),
    ],
)
def test_the_state_of_an_alarm_is_good_bad_or_unknown(value: str, state: GuardState) -> None:
    [found] = read(CloudWatch(alarm(state=value)), "orders")

    assert found == GuardStatus(
        alarm=arn("orders"), state=state, since=SINCE, read_at=after(0), window_seconds=180
    )


def test_all_alarms_of_a_place_are_one_call_that_asks_for_composite_ones_too() -> None:
    cloudwatch = CloudWatch(alarm("a"), alarm("b"))

    found = read(cloudwatch, "b", "a", "gone")

    assert [each.name for each in found] == ["b", "a", "gone"]
    assert [each.is_missing for each in found] == [False, False, True]
    [asked] = cloudwatch.asked
    assert asked["AlarmTypes"] == ["CompositeAlarm", "MetricAlarm"]


def test_metric_math_is_evaluated_over_its_longest_period() -> None:
    metrics = [
        {"Id": "a", "MetricStat": {"Metric": {}, "Period": 60}},
        {"Id": "b", "MetricStat": {"Metric": {}, "Period": 300}},
        {"Id": "c", "Expression": "a+b"},
    ]
    [found] = read(CloudWatch(alarm(Period=None, Metrics=metrics)), "orders")

    assert found.window_seconds == 900


def test_what_does_not_say_how_long_it_looks_back_has_no_window() -> None:
    [found] = read(CloudWatch(alarm(Period=None, EvaluationPeriods=None)), "orders")

    assert found.window_seconds is None


def test_a_composite_alarm_is_evaluated_like_the_slowest_that_its_rule_names() -> None:
    cloudwatch = CloudWatch(
        composite("all", f'ALARM("a") AND (NOT OK({arn("b c")}) OR INSUFFICIENT_DATA(nested))'),
        composite("nested", "ALARM('d')"),
        alarm("a"),
        alarm("b c", EvaluationPeriods=1),
        alarm("d", EvaluationPeriods=10),
    )
    rule = f'ALARM("a") AND (NOT OK("{arn("b c")}") OR INSUFFICIENT_DATA(nested))'
    cloudwatch.alarms[0]["AlarmRule"] = rule

    [found] = read(cloudwatch, "all")

    assert found.window_seconds == 600
    assert len(cloudwatch.asked) == 3


@pytest.mark.parametrize("rule", ["TRUE", 'ALARM("gone")', 'ALARM("all")', "", "ALARM(((("])
def test_the_window_of_a_rule_that_can_not_be_followed_is_not_known(rule: str) -> None:
    cloudwatch = CloudWatch(composite("all", rule))

    [found] = read(cloudwatch, "all")

    assert found.window_seconds is None
    assert len(cloudwatch.asked) <= module.DEEPEST + 1


def test_what_an_alarm_watches_is_found_in_dimensions_and_in_metric_math() -> None:
    def of(*ports: str) -> list[dict[str, str]]:
        return [{"Name": "ConnectionId", "Value": port} for port in ports]

    math = [
        {"Id": "a", "MetricStat": {"Metric": {"Dimensions": of(SOURCE)}, "Period": 60}},
        {"Id": "b", "Expression": f"SELECT MAX(x) FROM y WHERE ConnectionId = '{TARGET}'"},
    ]
    assert ports_of(alarm(Dimensions=of(SOURCE))) == {SOURCE}
    assert ports_of(alarm(Metrics=math)) == {SOURCE, TARGET}
    assert ports_of(alarm(Dimensions=[{"Name": "Service", "Value": "orders"}])) == set()
    assert ports_of(alarm()) == set()


@pytest.mark.parametrize(
    ("states", "port"),
    [
        (("ALARM", "OK"), SOURCE),
        (("OK", "ALARM"), TARGET),
        (("ALARM", "ALARM"), ""),
        (("OK", "OK"), ""),
    ],
)
def test_a_composite_alarm_watches_what_its_bad_alarms_watch(
    states: tuple[str, str], port: str
) -> None:
    def of(port: str) -> list[dict[str, str]]:
        return [{"Name": "ConnectionId", "Value": port}]

    cloudwatch = CloudWatch(
        composite("all", "ALARM(a) OR ALARM(b)", "ALARM"),
        alarm("a", states[0], Dimensions=of(SOURCE)),
        alarm("b", states[1], Dimensions=of(TARGET)),
    )

    [found] = read(cloudwatch, "all")

    assert found.connection_id == port


def test_the_children_of_a_rule_are_named_once() -> None:
    assert children({"AlarmRule": "ALARM(a) OR (OK(a) AND ALARM('b'))"}) == ("a", "b")
    assert children(alarm()) == ()


class Listed(CloudWatch):
    """Lists alarms, two on a page."""

    def describe_alarms(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        start = int(asked.get("NextToken", 0))
        page = self.alarms[start : start + 2]
        more = {"NextToken": str(start + 2)} if start + 2 < len(self.alarms) else {}
        return {
            "CompositeAlarms": [each for each in page if "AlarmRule" in each],
            "MetricAlarms": [each for each in page if "AlarmRule" not in each],
            **more,
        }


ON_SOURCE = [{"Name": "ConnectionId", "Value": SOURCE}]


def test_alarms_that_name_a_port_are_found_on_all_pages_and_by_their_rules() -> None:
    math = [{"Id": "a", "MetricStat": {"Metric": {"Dimensions": ON_SOURCE}, "Period": 60}}]
    cloudwatch = Listed(
        composite("top", "ALARM(middle)"),
        alarm("plain", Dimensions=ON_SOURCE),
        alarm("other", Dimensions=[{"Name": "ConnectionId", "Value": TARGET}]),
        composite("middle", "OK(math) OR ALARM(gone)"),
        alarm("math", Metrics=math),
        composite("else", "ALARM(other)"),
    )

    assert AlarmReader(cloudwatch).naming(SOURCE) == ("math", "middle", "plain", "top")
    assert len(cloudwatch.asked) == 3


def test_more_alarms_than_are_read_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAGES", 1)

    with pytest.raises(CallTimedOut):
        AlarmReader(Listed(alarm("a"), alarm("b"), alarm("c"))).naming(SOURCE)


def test_what_can_not_be_looked_for_is_a_gap_and_no_more() -> None:
    def reader(region: str, account: str) -> AlarmReader:
        return AlarmReader(CloudWatch(error="AccessDenied"))

    how = module.GuardsRead(reader, after(0))
    request = a_request(guards=[{"alarm": arn("a")}])

    found = module.guarded(a_network(), request, how, OWN)
    again = module.guarded(a_network(), request, how)

    [gap] = found.unchecked
    assert (gap.subject, gap.permission) == (module.ON_SOURCE, "cloudwatch:DescribeAlarms")
    assert again.unchecked == ()
    assert [each.problem for each in again.guards]


def test_without_guards_a_network_stays_as_it_is() -> None:
    def reader(region: str, account: str) -> AlarmReader:
        raise AssertionError(region)

    network = a_network()
    assert module.guarded(network, a_request(), module.GuardsRead(reader, after(0)), OWN) is network


def readers(found: list[Access], **clients: CloudWatch) -> Any:
    def made(access: Access) -> AlarmReader:
        found.append(access)
        return AlarmReader(clients[access.region.replace("-", "_")])

    return made


def test_alarms_are_read_where_they_are_with_a_session_for_that_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Access] = []
    clients = {"eu_central_1": CloudWatch(alarm("a")), "eu_west_1": CloudWatch(alarm("b"))}
    monkeypatch.setattr(module, "alarms", readers(asked, **clients))
    monkeypatch.setattr(module, "assume", lambda access: None)
    names = [arn("b", "eu-west-1", OTHER), arn("a")]

    found = read_guards(names, alarms_elsewhere(POLICY, HERE, OWN), after(0))

    assert [each.state for each in found] == [GuardState.GOOD, GuardState.GOOD]
    assert [(each.region, each.role) for each in asked] == [("eu-west-1", ROLE), (REGION, None)]
    assert asked[0].session.purpose is SessionPurpose.READ_GUARDS
    assert "cloudwatch:DescribeAlarms" in asked[0].session.policy
    assert "directconnect" not in asked[0].session.policy


@pytest.mark.parametrize("name", [arn("a", "us-east-1"), arn("a", account="777788889999")])
def test_what_the_settings_give_no_access_to_is_a_problem_of_that_guard_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "alarms", readers([], eu_central_1=CloudWatch(alarm("b"))))

    bad, good = read_guards([name, arn("b")], alarms_elsewhere(POLICY, HERE, OWN), after(0))

    assert "`regions` and `roles`" in bad.problem
    assert good.state is GuardState.GOOD


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDenied", "InternalFailure"])
def test_an_error_is_a_problem_and_no_state(code: str) -> None:
    def reader(region: str, account: str) -> AlarmReader:
        return AlarmReader(CloudWatch(error=code))

    [found] = read_guards([arn("a")], reader, after(0))

    assert found.problem.startswith("describe_alarms: ")
    assert found.state is GuardState.UNKNOWN
    assert found.read_at is None


def test_only_an_error_that_may_pass_is_raised_where_it_is_tried_again() -> None:
    def reader_of(code: str) -> Any:
        return lambda region, account: AlarmReader(CloudWatch(error=code))

    with pytest.raises(CallThrottled):
        read_guards([arn("a")], reader_of("Throttling"), after(0), raises=(CallThrottled,))
    [found] = read_guards([arn("a")], reader_of("AccessDenied"), after(0), raises=(CallThrottled,))
    assert found.problem


def test_without_guards_nobody_is_asked() -> None:
    def reader(region: str, account: str) -> AlarmReader:
        raise CallDenied(region)

    nothing: Sequence[str] = ()
    assert read_guards(nothing, reader, after(0)) == ()
