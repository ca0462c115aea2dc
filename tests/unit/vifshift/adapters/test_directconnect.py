"""The adapter: how boto3's Direct Connect client is asked, and what is made of its answers."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any, cast
from unittest.mock import Mock

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.stub import Stubber
from mypy_boto3_directconnect import DirectConnectClient

from tests.unit.vifshift.fakes import REGION, RIVAL, SECRET, SOURCE, TARGET, VIF
from vifshift.adapters import directconnect
from vifshift.adapters.call_counter import counting
from vifshift.adapters.directconnect import DirectConnectAdapter, direct_connect
from vifshift.domain.access_policy import Access
from vifshift.domain.errors import (
    CallDenied,
    CallError,
    CallFailed,
    CallRefused,
    CallThrottled,
    CallTimedOut,
    OperationMissing,
    ReadRefused,
    VirtualInterfaceInTransition,
)
from vifshift.domain.ports import Connection, Lag
from vifshift.domain.routes import KINDS, MOST_ROUTES

Json = dict[str, Any]
Answer = Json | tuple[int, Json] | Exception
READS: dict[str, Callable[[DirectConnectAdapter], object]] = {
    "describe_virtual_interfaces": lambda dx: dx.virtual_interface(VIF),
    "describe_connections": lambda dx: dx.connections(),
    "describe_lags": lambda dx: dx.lags(),
    "list_virtual_interface_routes": lambda dx: dx.routes(VIF),
}
CALLS: dict[str, Callable[[DirectConnectAdapter], object]] = {
    **READS,
    "associate_virtual_interface": lambda dx: dx.associate(VIF, TARGET),
}
EVERY_CALL = pytest.mark.parametrize("operation", list(CALLS))


@pytest.fixture(scope="module")
def session() -> boto3.session.Session:
    """Return a session that has read the service model; its credentials are made up."""
    return boto3.session.Session("AKIDEXAMPLE", "example", region_name=REGION)


@pytest.fixture
def client(session: boto3.session.Session) -> DirectConnectClient:
    """Return a client that would not retry; nothing it sends goes anywhere."""
    return session.client("directconnect", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def stubber(client: DirectConnectClient) -> Iterator[Stubber]:
    """Answer in the order that a test says, and check that all of it was asked for."""
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def adapter(client: DirectConnectClient) -> DirectConnectAdapter:
    return DirectConnectAdapter(client)


class Body:
    """A body as urllib3 hands it over."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self._content


class Wire:
    """An HTTP layer that answers as it is told, and counts what was sent."""

    def __init__(self, client: DirectConnectClient, *answers: Answer) -> None:
        self.sent: list[tuple[str, Json]] = []
        self._answers = list(answers)
        events = cast(Any, client.meta.events)
        events.register("before-send.direct-connect", self._answer)

    def _answer(self, request: Any, **_: object) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        self.sent.append((operation, json.loads(request.body)))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        headers = cast(Any, {})
        return AWSResponse(request.url, status, headers, Body(json.dumps(body).encode()))


def expect_pages(
    stubber: Stubber, operation: str, key: str, pages: Iterable[list[Json]], **arguments: object
) -> None:
    """Answer page by page, each but the first asked for with the token of the one before."""
    contents = list(pages)
    for number, items in enumerate(contents):
        asked: Json = {**arguments, "maxResults": 100}
        if number:
            asked["nextToken"] = f"token-{number}"
        answer: Json = {key: items}
        if number < len(contents) - 1:
            answer["nextToken"] = f"token-{number + 1}"
        stubber.add_response(operation, answer, asked)


def routes(*cidrs: str, family: str = "ipv4", direction: str = "accepted") -> list[Json]:
    return [{"cidr": cidr, "addressFamily": family, "routeDirection": direction} for cidr in cidrs]


# Paging.


def test_vifs_are_listed_over_all_pages(adapter: DirectConnectAdapter, stubber: Stubber) -> None:
    # given
    pages = [[{"virtualInterfaceId": VIF}], [], [{"virtualInterfaceId": RIVAL}]]
    expect_pages(stubber, "describe_virtual_interfaces", "virtualInterfaces", pages)
    # when
    vifs = adapter.virtual_interfaces()
    # then
    assert [vif.virtual_interface_id for vif in vifs] == [VIF, RIVAL]


@pytest.mark.parametrize("empty_pages", [0, 1, 2])
def test_a_vif_is_found_on_a_later_page(
    adapter: DirectConnectAdapter, stubber: Stubber, empty_pages: int
) -> None:
    # given
    pages: list[list[Json]] = [[] for _ in range(empty_pages)]
    pages.append([{"virtualInterfaceId": VIF}])
    expect_pages(
        stubber, "describe_virtual_interfaces", "virtualInterfaces", pages, virtualInterfaceId=VIF
    )
    # when
    vif = adapter.virtual_interface(VIF)
    # then
    assert vif is not None
    assert vif.virtual_interface_id == VIF


def test_a_connection_is_found_on_a_later_page(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    pages = [[], [{"connectionId": SOURCE, "connectionState": "available"}]]
    expect_pages(stubber, "describe_connections", "connections", pages)
    assert adapter.connections() == (Connection(port_id=SOURCE, state="available"),)


def test_a_lag_is_found_on_a_later_page(adapter: DirectConnectAdapter, stubber: Stubber) -> None:
    pages = [[], [{"lagId": TARGET, "lagState": "down"}]]
    expect_pages(stubber, "describe_lags", "lags", pages)
    assert adapter.lags() == (Lag(port_id=TARGET, state="down"),)


@pytest.mark.parametrize(
    ("port_id", "operation", "argument", "key", "kind"),
    [
        (SOURCE, "describe_connections", "connectionId", "connections", Connection),
        (TARGET, "describe_lags", "lagId", "lags", Lag),
    ],
)
def test_a_port_is_asked_for_by_its_id_and_after_a_refusal_looked_for_among_all(
    adapter: DirectConnectAdapter,
    stubber: Stubber,
    port_id: str,
    operation: str,
    argument: str,
    key: str,
    kind: type[Connection | Lag],
) -> None:
    # given one that is found by its id, one that is refused and there, one that is refused and not
    page = {key: [{argument: f"{port_id[:6]}other001"}, {argument: port_id}]}
    asked = {argument: port_id, "maxResults": 100}
    stubber.add_response(operation, {key: [{argument: port_id}]}, asked)
    for answer in (page, {key: page[key][:1]}):
        stubber.add_client_error(
            operation, "DirectConnectClientException", "Could not find it", expected_params=asked
        )
        stubber.add_response(operation, answer, {"maxResults": 100})
    # when
    by_id, among_all, nowhere = (adapter.port(port_id) for _ in range(3))
    # then
    assert isinstance(by_id, kind)
    assert by_id == among_all
    assert nowhere is None


def test_a_port_that_may_not_be_read_is_not_looked_for_any_further(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    stubber.add_client_error("describe_lags", "AccessDeniedException", "no")
    with pytest.raises(CallDenied):
        adapter.port(TARGET)


def test_what_rides_on_a_port_is_listed_over_all_pages(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    asked = {"connectionId": TARGET, "maxResults": 100}
    for token, more, name in ((None, "more", VIF), ("more", None, RIVAL)):
        stubber.add_response(
            "describe_virtual_interfaces",
            {
                "virtualInterfaces": [{"virtualInterfaceId": name, "authKey": SECRET}],
                **({"nextToken": more} if more else {}),
            },
            {**asked, **({"nextToken": token} if token else {})},
        )
    found = adapter.virtual_interfaces_on(TARGET)
    assert [vif.virtual_interface_id for vif in found] == [VIF, RIVAL]
    assert SECRET not in repr(found)


def test_tags_are_read_with_every_vif_where_asked_for(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    item = {
        "virtualInterfaceId": VIF,
        "authKey": SECRET,
        "tags": [{"key": "site", "value": "berlin"}, {"key": "empty"}],
    }
    stubber.add_response("describe_virtual_interfaces", {"virtualInterfaces": [item]})
    [vif] = adapter.tagged_virtual_interfaces()
    assert vif.has({"site": "berlin", "empty": ""})
    assert SECRET not in repr(vif)


def test_routes_are_sorted_into_sets_over_all_pages(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    # given
    pages = [
        routes("10.1.0.0/16", "10.0.0.0/16"),
        routes("2001:db8::/32", family="ipv6") + routes("10.0.0.0/16"),
        routes("192.168.0.0/16", direction="advertised"),
    ]
    expect_pages(stubber, "list_virtual_interface_routes", "routes", pages, virtualInterfaceId=VIF)
    # when
    sets = adapter.routes(VIF)
    # then
    assert {str(each): (each.count, each.cidrs) for each in sets} == {
        "ipv4 accepted": (2, ("10.0.0.0/16", "10.1.0.0/16")),
        "ipv4 advertised": (1, ("192.168.0.0/16",)),
        "ipv6 accepted": (1, ("2001:db8::/32",)),
    }


def test_a_route_keeps_its_path_and_communities_as_one_text(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    # given
    segments = [{"pathType": "seq", "path": [65001, 7]}, {"pathType": "set", "path": [8, 9]}]
    rich = {"asPath": segments, "communities": ["7224:9300", "7224:9100"]}
    pages = [[{**routes("10.0.0.0/8")[0], **rich}, *routes("10.1.0.0/16")]]
    expect_pages(stubber, "list_virtual_interface_routes", "routes", pages, virtualInterfaceId=VIF)
    # when
    [found] = adapter.routes(VIF)
    # then
    assert found.attributes == ("65001 7 {8 9}; 7224:9100 7224:9300", "; ")


def test_two_peers_routes_to_one_prefix_are_one_route(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    path = {"asPath": [{"pathType": "seq", "path": [65001]}]}
    pages = [[*routes("10.0.0.0/8"), {**routes("10.0.0.0/8")[0], **path}]]
    expect_pages(stubber, "list_virtual_interface_routes", "routes", pages, virtualInterfaceId=VIF)
    [found] = adapter.routes(VIF)
    assert (found.count, found.attributes) == (1, ("65001;  | ; ",))


def test_a_vif_without_routes_has_no_set(adapter: DirectConnectAdapter, stubber: Stubber) -> None:
    expect_pages(stubber, "list_virtual_interface_routes", "routes", [[]], virtualInterfaceId=VIF)
    assert adapter.routes(VIF) == ()


def expect_each_kind(stubber: Stubber, found: dict[str, list[dict[str, Any]]]) -> None:
    """Expect the routes to be read again, each family and direction by itself."""
    for family, direction in KINDS:
        expect_pages(
            stubber,
            "list_virtual_interface_routes",
            "routes",
            [found.get(f"{family} {direction}", [])],
            virtualInterfaceId=VIF,
            filters={"addressFamily": family, "routeDirection": direction},
        )


def test_as_many_routes_as_can_be_named_are_named(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    # given
    cidrs = [f"10.{each // 256}.{each % 256}.0/24" for each in range(MOST_ROUTES)]
    pages = [routes(*cidrs[start : start + 100]) for start in range(0, MOST_ROUTES, 100)]
    expect_pages(stubber, "list_virtual_interface_routes", "routes", pages, virtualInterfaceId=VIF)
    # when
    [accepted] = adapter.routes(VIF)
    # then
    assert accepted.count == MOST_ROUTES
    assert accepted.cidrs is not None


def test_more_routes_are_read_each_kind_by_itself(
    adapter: DirectConnectAdapter, stubber: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    monkeypatch.setattr(directconnect, "MOST_ROUTES", 2)
    three = routes("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24")
    one = routes("10.1.0.0/24", direction="advertised")
    stubber.add_response("list_virtual_interface_routes", {"routes": three + one})
    expect_each_kind(stubber, {"ipv4 accepted": three, "ipv4 advertised": one})
    # when
    found = adapter.routes(VIF)
    # then
    assert [(str(each), each.cidrs, each.is_at_least) for each in found] == [
        ("ipv4 accepted", ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"), False),
        ("ipv4 advertised", ("10.1.0.0/24",), False),
    ]


def test_all_of_them_are_not_read_to_the_end_first(
    adapter: DirectConnectAdapter, stubber: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given three pages, of which two are enough to know that there are more than two routes
    monkeypatch.setattr(directconnect, "MOST_ROUTES", 2)
    pages = [routes("10.0.0.0/24", "10.0.1.0/24"), routes("10.0.2.0/24")]
    for number, page in enumerate(pages):
        stubber.add_response(
            "list_virtual_interface_routes", {"routes": page, "nextToken": f"token-{number}"}
        )
    expect_each_kind(stubber, {"ipv4 accepted": pages[0]})
    # when, then
    assert [each.count for each in adapter.routes(VIF)] == [2]


def test_a_large_set_is_cut_and_the_others_keep_their_names(
    adapter: DirectConnectAdapter, stubber: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    monkeypatch.setattr(directconnect, "MOST_OF_A_KIND", 2)
    three = routes("52.0.0.0/24", "52.0.1.0/24", "52.0.2.0/24", direction="advertised")
    own = routes("10.0.0.0/24", "10.0.1.0/24")
    expect_each_kind(stubber, {"ipv4 accepted": own, "ipv4 advertised": three})
    # when
    found = adapter.routes(VIF, KINDS)
    # then
    assert [(str(each), each.number, each.is_at_least) for each in found] == [
        ("ipv4 accepted", "2", False),
        ("ipv4 advertised", "at least 2", True),
    ]


def test_all_sets_together_are_bounded_too(
    adapter: DirectConnectAdapter, stubber: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given one set that uses all there is; of the next a page is read all the same
    monkeypatch.setattr(directconnect, "PAGE", 1)
    monkeypatch.setattr(directconnect, "MOST_READ", 2)
    two = routes("10.0.0.0/24", "10.0.1.0/24")
    more = routes("52.0.0.0/24", "52.0.1.0/24", direction="advertised")
    stubber.add_response("list_virtual_interface_routes", {"routes": two})
    stubber.add_response("list_virtual_interface_routes", {"routes": more})
    # when
    found = adapter.routes(VIF, KINDS[:2])
    # then
    assert [each.number for each in found] == ["2", "at least 1"]


def test_the_same_routes_in_another_order_are_all_back(
    adapter: DirectConnectAdapter, stubber: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given one VIF, whose routes AWS lists in no promised order
    monkeypatch.setattr(directconnect, "MOST_ROUTES", 4)
    accepted = routes("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24")
    advertised = routes("10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24", direction="advertised")
    for listing in (accepted + advertised, advertised + accepted):
        stubber.add_response("list_virtual_interface_routes", {"routes": listing})
        expect_each_kind(stubber, {"ipv4 accepted": accepted, "ipv4 advertised": advertised})
    # when
    before = adapter.routes(VIF)
    now = {str(each): each for each in adapter.routes(VIF)}
    # then
    assert [each.recovered_percent(now.get(str(each))) for each in before] == [100, 100]


def test_kinds_are_read_each_by_itself_and_never_all_at_once(
    adapter: DirectConnectAdapter, client: DirectConnectClient
) -> None:
    # given
    v6 = routes("2001:db8::/32", family="ipv6", direction="advertised")
    wire = Wire(client, {"routes": []}, {"routes": v6})
    # when
    found = adapter.routes(VIF, {("ipv6", "advertised"), ("ipv4", "accepted")})
    # then
    assert [(str(each), each.cidrs) for each in found] == [("ipv6 advertised", ("2001:db8::/32",))]
    assert [sent["filters"] for _, sent in wire.sent] == [
        {"addressFamily": "ipv4", "routeDirection": "accepted"},
        {"addressFamily": "ipv6", "routeDirection": "advertised"},
    ]


# What is not there.


def test_an_unknown_vif_is_none(adapter: DirectConnectAdapter, stubber: Stubber) -> None:
    stubber.add_response("describe_virtual_interfaces", {"virtualInterfaces": []})
    assert adapter.virtual_interface(VIF) is None


# Errors.


@pytest.mark.parametrize(
    ("code", "status", "message", "means"),
    [
        ("DirectConnectClientException", 400, "VLAN 101 is in use", CallRefused),
        ("DirectConnectClientException", 400, "", CallRefused),
        ("SomethingNew", 400, "no", CallRefused),
        (
            "DirectConnectClientException",
            400,
            f"Virtual Interface {VIF} is in a transitioning state",
            VirtualInterfaceInTransition,
        ),
        ("DirectConnectServerException", 500, "internal", CallFailed),
        ("DirectConnectServerException", 400, "internal", CallFailed),
        ("InternalFailure", 500, "", CallFailed),
        ("ServiceUnavailable", 503, "in a transitioning state", CallFailed),
        ("502", 502, "Bad Gateway", CallFailed),
        ("Throttling", 400, "Rate exceeded", CallThrottled),
        ("ThrottlingException", 400, "Rate exceeded", CallThrottled),
        ("ThrottlingException", 503, "Rate exceeded", CallThrottled),
        ("ThrottledException", 400, "", CallThrottled),
        ("RequestThrottled", 400, "", CallThrottled),
        ("RequestThrottledException", 400, "", CallThrottled),
        ("TooManyRequestsException", 429, "", CallThrottled),
        ("RequestLimitExceeded", 503, "", CallThrottled),
        ("AccessDenied", 403, "not authorized", CallDenied),
        ("AccessDeniedException", 400, "not authorized", CallDenied),
        ("ExpiredToken", 403, "", CallDenied),
        ("ExpiredTokenException", 400, "", CallDenied),
        ("InvalidClientTokenId", 403, "", CallDenied),
        ("MissingAuthenticationToken", 403, "", CallDenied),
        ("OptInRequired", 403, "", CallDenied),
        ("UnauthorizedOperation", 403, "", CallDenied),
        ("UnrecognizedClientException", 400, "", CallDenied),
        ("UnknownOperationException", 404, "", OperationMissing),
        ("InvalidAction", 400, "", OperationMissing),
    ],
)
@EVERY_CALL
def test_each_error_of_aws_has_one_meaning(
    adapter: DirectConnectAdapter,
    stubber: Stubber,
    operation: str,
    code: str,
    status: int,
    message: str,
    means: type[CallError],
) -> None:
    # given
    is_asked_again = operation in READS and issubclass(means, CallRefused)
    for _ in range(2 if is_asked_again else 1):
        stubber.add_client_error(operation, code, message, status)
    # when
    with pytest.raises(CallError) as caught:
        CALLS[operation](adapter)
    # then
    assert type(caught.value) is (ReadRefused if is_asked_again else means)
    assert str(caught.value) == f"{operation}: {code}: {message}"


@pytest.mark.parametrize("operation", READS)
def test_a_read_that_is_refused_in_passing_is_asked_again(
    adapter: DirectConnectAdapter, stubber: Stubber, operation: str
) -> None:
    # given
    stubber.add_client_error(operation, "DirectConnectClientException", "Could not find it")
    stubber.add_response(operation, {})
    # when
    found = READS[operation](adapter)
    # then
    assert not found


def test_an_association_that_is_refused_is_not_sent_again(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    stubber.add_client_error("associate_virtual_interface", "DirectConnectClientException", "no")
    with pytest.raises(CallRefused) as caught:
        adapter.associate(VIF, TARGET)
    assert type(caught.value) is CallRefused


@pytest.mark.parametrize("is_another", [True, False], ids=["always another", "the same again"])
def test_a_list_without_an_end_is_cut_off_and_that_is_noted(
    monkeypatch: pytest.MonkeyPatch, is_another: bool
) -> None:
    # given
    monkeypatch.setattr("vifshift.adapters.aws.MOST_PAGES", 5)
    numbers = count()
    client = Mock()
    client.meta.method_to_api_mapping = {"describe_lags": "DescribeLags"}
    client.describe_lags.side_effect = lambda **_: {
        "lags": [{"lagId": TARGET}],
        "nextToken": f"page-{next(numbers) if is_another else 1}",
    }
    # when
    with counting() as counter:
        found = DirectConnectAdapter(client).lags()
    # then
    assert len(found) == (5 if is_another else 2)
    assert counter.cut_lists() == ("DescribeLags",)


def test_a_list_that_ends_is_not_said_to_be_cut_off(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    stubber.add_response("describe_lags", {"lags": [], "nextToken": "more"})
    stubber.add_response("describe_lags", {"lags": []})
    with counting() as counter:
        assert adapter.lags() == ()
    assert counter.cut_lists() == ()


def test_an_error_on_a_later_page_is_no_shorter_list(
    adapter: DirectConnectAdapter, stubber: Stubber
) -> None:
    # given
    stubber.add_response(
        "describe_virtual_interfaces",
        {"virtualInterfaces": [{"virtualInterfaceId": RIVAL}], "nextToken": "token"},
    )
    stubber.add_client_error("describe_virtual_interfaces", "ThrottlingException", "", 400)
    # when, then
    with pytest.raises(CallThrottled):
        adapter.virtual_interfaces()


def test_a_long_message_is_cut(adapter: DirectConnectAdapter, stubber: Stubber) -> None:
    for _ in range(2):
        stubber.add_client_error("describe_lags", "DirectConnectClientException", "x" * 9999, 400)
    with pytest.raises(CallRefused) as caught:
        adapter.lags()
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    "trouble",
    [
        ReadTimeoutError(endpoint_url="https://example"),
        ConnectTimeoutError(endpoint_url="https://example"),
        ConnectionClosedError(endpoint_url="https://example"),
        EndpointConnectionError(endpoint_url="https://example"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
@EVERY_CALL
def test_no_answer_is_a_time_out(
    adapter: DirectConnectAdapter,
    client: DirectConnectClient,
    operation: str,
    trouble: BotoCoreError,
) -> None:
    # given
    wire = Wire(client, trouble)
    # when
    with pytest.raises(CallTimedOut) as caught:
        CALLS[operation](adapter)
    # then
    assert str(caught.value) == f"{operation}: no answer ({type(trouble).__name__})"
    assert len(wire.sent) == 1


@EVERY_CALL
def test_without_credentials_nothing_is_allowed(
    monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    # given
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    client = boto3.session.Session().client("directconnect", region_name=REGION)
    wire = Wire(client, {})
    # when, then
    with pytest.raises(CallDenied, match="credentials"):
        CALLS[operation](DirectConnectAdapter(client))
    assert wire.sent == []


@EVERY_CALL
def test_an_sdk_that_does_not_know_an_operation_says_so(operation: str) -> None:
    adapter = DirectConnectAdapter(cast(DirectConnectClient, object()))
    with pytest.raises(OperationMissing, match=operation):
        CALLS[operation](adapter)


# Sending once.


@pytest.fixture
def lambda_adapter(monkeypatch: pytest.MonkeyPatch) -> Iterator[DirectConnectAdapter]:
    """Return the adapter as the Lambdas make it; environment variables can not make it retry."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
    direct_connect.cache_clear()
    yield direct_connect(Access(REGION, REGION))
    direct_connect.cache_clear()


@pytest.mark.parametrize(
    "answer",
    [
        (500, {"__type": "DirectConnectServerException", "message": "internal"}),
        (503, {}),
        (400, {"__type": "ThrottlingException", "message": "Rate exceeded"}),
        ReadTimeoutError(endpoint_url="https://example"),
        ConnectTimeoutError(endpoint_url="https://example"),
    ],
    ids=["500", "503", "throttled", "read timeout", "connect timeout"],
)
@EVERY_CALL
def test_every_call_is_sent_once(
    lambda_adapter: DirectConnectAdapter, answer: Answer, operation: str
) -> None:
    # given
    wire = Wire(lambda_adapter._client, answer)
    # when
    with pytest.raises(CallError):
        CALLS[operation](lambda_adapter)
    # then
    assert len(wire.sent) == 1


def test_a_lambda_s_client_answers_before_the_lambda_times_out(
    lambda_adapter: DirectConnectAdapter,
) -> None:
    config = cast(Any, lambda_adapter._client.meta.config)
    assert config.retries["total_max_attempts"] == 1
    # Associate looks, sends and looks again, in a Lambda of 60 seconds.
    assert 3 * (config.connect_timeout + config.read_timeout) <= 50


def test_an_adapter_is_kept_for_each_region(lambda_adapter: DirectConnectAdapter) -> None:
    assert direct_connect(Access(REGION, REGION)) is lambda_adapter
    other = direct_connect(Access("us-east-1", REGION))
    assert other is not lambda_adapter
    assert other._client.meta.region_name == "us-east-1"


def test_an_association_is_asked_for_with_the_two_ids(
    adapter: DirectConnectAdapter, client: DirectConnectClient
) -> None:
    # given
    wire = Wire(client, {"virtualInterfaceId": VIF})
    # when
    adapter.associate(VIF, TARGET)
    # then
    assert wire.sent == [
        ("AssociateVirtualInterface", {"virtualInterfaceId": VIF, "connectionId": TARGET})
    ]


# Secrets.

SECRETIVE: Json = {
    "virtualInterfaceId": VIF,
    "connectionId": TARGET,
    "connectionState": "available",
    "lagId": TARGET,
    "virtualInterfaceState": "pending",
    "authKey": SECRET,
    "customerRouterConfig": f"<logical_connection><bgp_auth_key>{SECRET}</bgp_auth_key>",
    "macSecKeys": [{"secretARN": SECRET, "ckn": SECRET}],
    "bgpPeers": [{"addressFamily": "ipv4", "asn": 65001, "authKey": SECRET}],
    "tags": [{"key": "note", "value": SECRET}],
}
LISTS: Json = {
    "virtualInterfaces": [SECRETIVE],
    "connections": [SECRETIVE],
    "lags": [{**SECRETIVE, "connections": [SECRETIVE]}],
    "routes": [{"cidr": "10.0.0.0/8", "addressFamily": "ipv4", "routeDirection": "accepted"}],
}


@EVERY_CALL
def test_no_secret_of_an_answer_leaves_the_adapter(
    adapter: DirectConnectAdapter, client: DirectConnectClient, operation: str
) -> None:
    # given
    Wire(client, {**SECRETIVE, **LISTS})
    # when
    result = CALLS[operation](adapter)
    # then
    assert SECRET not in repr(result) + str(result)
    assert SECRET not in json.dumps(result, default=lambda model: model.model_dump_json())


def test_no_secret_of_a_list_leaves_the_adapter(
    adapter: DirectConnectAdapter, client: DirectConnectClient
) -> None:
    Wire(client, LISTS)
    [vif] = adapter.virtual_interfaces()
    assert vif.connection_id == TARGET
    assert SECRET not in repr(vif) + vif.model_dump_json()


@EVERY_CALL
def test_no_secret_of_an_answer_stands_in_an_error(
    adapter: DirectConnectAdapter, client: DirectConnectClient, operation: str
) -> None:
    # given
    refusal = {"__type": "DirectConnectClientException", "message": "no"}
    Wire(client, (400, {**SECRETIVE, **refusal}))
    # when
    with pytest.raises(CallRefused) as caught:
        CALLS[operation](adapter)
    # then
    assert SECRET not in repr(caught.value)


@pytest.mark.parametrize("operation", list(READS))
def test_an_answer_of_another_shape_repeats_nothing_in_its_error(
    adapter: DirectConnectAdapter, client: DirectConnectClient, operation: str
) -> None:
    # given an item without its id, or with a value of another type
    odd: Json = {"authKey": SECRET, "vlan": SECRET, "bgpPeers": [{"asn": SECRET}]}
    Wire(client, {name: [odd] for name in LISTS if name != "routes"})
    # when
    try:
        result = READS[operation](adapter)
    except ValueError as error:
        said = str(error)
    else:
        said = repr(result)
    # then
    assert SECRET not in said


def test_a_whole_answer_is_read_under_the_names_of_the_api(
    adapter: DirectConnectAdapter, client: DirectConnectClient
) -> None:
    # given
    peer: Json = {
        "bgpPeerId": "dxpeer-00000001",
        "addressFamily": "ipv4",
        "amazonAddress": "169.254.1.1/30",
        "customerAddress": "169.254.1.2/30",
        "asn": 0,
        "asnLong": 4_200_000_001,
        "bgpPeerState": "available",
        "bgpStatus": "up",
    }
    answer: Json = {
        "virtualInterfaceId": VIF,
        "virtualInterfaceName": "office",
        "virtualInterfaceType": "transit",
        "virtualInterfaceState": "available",
        "connectionId": SOURCE,
        "region": REGION,
        "location": "EqFA5",
        "ownerAccount": "111122223333",
        "awsLogicalDeviceId": "EqFA5-1a2b3c4d5e6f7",
        "awsDeviceV2": "EqFA5-2yguz1m0y0d0t",
        "vlan": 101,
        "mtu": 8500,
        "rateLimit": "1Gbps",
        "prefixPoolAllocatedCountIpv4": 100,
        "prefixPoolAllocatedCountIpv6": 50,
        "virtualGatewayId": "",
        "directConnectGatewayId": "gw-1",
        "bgpPeers": [peer],
    }
    Wire(client, {"virtualInterfaces": [answer]})
    # when
    vif = adapter.virtual_interface(VIF)
    # then
    assert vif is not None
    del peer["asnLong"]
    assert vif.to_json() == {**answer, "bgpPeers": [{**peer, "asn": 4_200_000_001}]}
