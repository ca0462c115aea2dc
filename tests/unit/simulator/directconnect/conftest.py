"""A Direct Connect under mock_aws, with a clock that only a test moves."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import OperationModel
from moto import mock_aws
from moto.core import utils

from simulator.directconnect import install, simulated
from simulator.directconnect.models import SimulatedDirectConnect
from tests.unit.simulator.directconnect.support import (
    ACCOUNT,
    REGION,
    Api,
    FakeClock,
    Json,
    misfits,
    world,
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    fake = FakeClock()
    monkeypatch.setattr(utils, "utcnow", fake.utcnow)
    return fake


@pytest.fixture
def dx(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedDirectConnect]:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", ACCOUNT)
    install()
    with mock_aws():
        backend = simulated(ACCOUNT, REGION)
        backend.load(world())
        backend.start()
        yield backend


@pytest.fixture
def api(dx: SimulatedDirectConnect) -> Api:
    return make_api(REGION)


def make_api(region: str) -> Api:
    """Make a client without retries whose every raw answer must fit the service model."""
    config = Config(retries={"total_max_attempts": 1})
    api = Api(boto3.client("directconnect", region_name=region, config=config))

    def check(operation_model: OperationModel, response_dict: Json, **_: Any) -> None:
        if response_dict["status_code"] != 200:
            return
        body = json.loads(response_dict["body"])
        assert operation_model.output_shape is not None
        wrong = list(misfits(operation_model.output_shape, body, enums=api.enums_checked))
        assert not wrong, wrong
        api.answers.append(body)

    api.client.meta.events.register("before-parse.direct-connect", check)
    return api


@pytest.fixture
def refused(api: Api) -> Callable[..., str]:
    """Call, expect a refusal by Direct Connect itself, and return its message."""

    def call(operation: str, **parameters: Any) -> str:
        with pytest.raises(ClientError) as caught:
            api(operation, **parameters)
        error = caught.value.response
        assert error["Error"]["Code"] == "DirectConnectClientException"
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
        return error["Error"]["Message"]

    return call


@pytest.fixture
def move_refused(refused: Callable[..., str]) -> Callable[..., str]:
    """Try to move the usual virtual interface, and return why it is refused."""

    def call(port: str, id_: str = "dxvif-aaaa0001") -> str:
        return refused("AssociateVirtualInterface", virtualInterfaceId=id_, connectionId=port)

    return call
