"""How it stands in for moto's own Direct Connect."""

import json
import threading
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.directconnect.models import directconnect_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from simulator.directconnect import Fault, World, install, simulated
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    ACCOUNT,
    LAG,
    REGION,
    SOURCE,
    VIF,
    Api,
    Json,
    world,
)

HEADERS = {
    "Authorization": (
        f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260701/{REGION}"
        "/directconnect/aws4_request, SignedHeaders=host, Signature=0"
    ),
    "Content-Type": "application/x-amz-json-1.1",
}


class Wire:
    """Stands in for the connection that a server holds with its client."""

    cut = False

    def shutdown(self, _: int) -> None:
        self.cut = True


@pytest.fixture
def server() -> Client:
    """The moto server's application, without a socket."""
    return Client(DomainDispatcherApplication(create_backend_app))


def post(server: Client, operation: str, parameters: Json, **environ: Any) -> tuple[int, Json]:
    response = server.post(
        "/",
        data=json.dumps(parameters),
        headers=HEADERS | {"X-Amz-Target": f"OvertureService.{operation}"},
        environ_overrides=environ,
    )
    return response.status_code, json.loads(response.data)


def test_installing_twice_changes_nothing(dx: SimulatedDirectConnect) -> None:
    install()
    assert simulated(ACCOUNT, REGION) is dx


def test_it_must_be_installed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directconnect_backends, "backend", object)
    with pytest.raises(RuntimeError, match="install"):
        simulated(ACCOUNT, REGION)


def test_each_region_and_account_has_its_own(dx: SimulatedDirectConnect) -> None:
    elsewhere = simulated(ACCOUNT, "eu-west-1")
    elsewhere.load(World(region="eu-west-1", account=ACCOUNT))
    client = boto3.client("directconnect", region_name="eu-west-1")
    assert client.describe_virtual_interfaces()["virtualInterfaces"] == []
    assert len(elsewhere.calls) == 1
    assert dx.calls == []


def test_a_new_mock_begins_with_nothing(dx: SimulatedDirectConnect) -> None:
    assert dx.connection_of(VIF) == SOURCE
    with mock_aws():
        pass
    dx.reset()
    assert dx.connection_of(VIF) is None
    assert dx.history == []


def test_the_server_serves_it(dx: SimulatedDirectConnect, server: Client) -> None:
    status, body = post(server, "DescribeVirtualInterfaces", {})
    assert (status, body["virtualInterfaces"][0]["virtualInterfaceId"]) == (200, VIF)


def test_an_error_on_the_wire_is_aws_s(dx: SimulatedDirectConnect, server: Client) -> None:
    status, body = post(server, "DescribeLags", {"lagId": "dxlag-unknown1"})
    assert status == 400
    assert body == {
        "__type": "DirectConnectClientException",
        "message": "Could not find Lag with ID dxlag-unknown1",
    }


@pytest.mark.parametrize("data", ["[]", "nonsense", '{"lagid": "dxlag-target01"}'])
def test_a_strange_body_is_the_client_s_fault(
    dx: SimulatedDirectConnect, server: Client, data: str
) -> None:
    target = {"X-Amz-Target": "OvertureService.DescribeLags"}
    response = server.post("/", data=data, headers=HEADERS | target)
    assert response.status_code == 400
    assert "__type" in json.loads(response.data)


def test_behind_a_server_a_read_timeout_cuts_the_connection(
    dx: SimulatedDirectConnect, server: Client
) -> None:
    fault = {"operation": "AssociateVirtualInterface", "error": "ReadTimeout", "takesEffect": True}
    dx.load(world(), faults=[Fault.model_validate(fault)])
    wire = Wire()
    parameters = {"virtualInterfaceId": VIF, "connectionId": LAG}
    post(server, "AssociateVirtualInterface", parameters, **{"werkzeug.socket": wire})
    assert wire.cut
    assert dx.connection_of(VIF) == LAG
    assert [(call.error, call.took_effect) for call in dx.calls] == [("ReadTimeout", True)]


def test_many_threads_may_call_at_once(dx: SimulatedDirectConnect) -> None:
    def move(port: str) -> None:
        try:
            dx.call("AssociateVirtualInterface", {"virtualInterfaceId": VIF, "connectionId": port})
        except Exception as error:
            refusals.append(str(error))

    refusals: list[str] = []
    threads = [threading.Thread(target=move, args=(LAG,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 19
    assert len(dx.calls) == 20
    assert [t.connection_id for t in dx.history] == [SOURCE, LAG]


def test_moto_s_own_operations_are_all_still_there(api: Api) -> None:
    from moto.directconnect.responses import DirectConnectResponse  # noqa: PLC0415

    from simulator.directconnect.responses import SimulatedDirectConnectResponse  # noqa: PLC0415

    for name in vars(DirectConnectResponse):
        if not name.startswith("_") and callable(vars(DirectConnectResponse)[name]):
            assert name in vars(SimulatedDirectConnectResponse)
