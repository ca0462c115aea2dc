"""Two at once, and the second time: a request moves its VIF once, a gateway moves one VIF."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from simulator.runs.session import Session
from simulator.scenarios.model import load, named
from tests.sampling import sampled
from tests.workflow.conftest import Deployed

Deploy = Callable[[str], Deployed]
WORLD = "happy-path-dual-stack-lag"
REQUEST = {"virtualInterfaceId": "dxvif-aaaa0001", "connectionId": "dxlag-target01"}


def test_a_request_that_comes_twice_moves_its_vif_once(deploy: Deploy) -> None:
    deployed = deploy(WORLD)

    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.send({**REQUEST, "requestId": "CHG0042"})
    first, second = deployed.finish()

    assert first["status"] == second["status"] == "SUCCEEDED"
    assert '"outcome":"duplicate"' in second["output"].replace(" ", "")
    assert deployed.sent.count("VIF Migration Duplicate") == 1
    assert deployed.sent.count("VIF Migration Succeeded") == 1
    assert deployed.associations == 1


@pytest.mark.verify
def test_a_request_that_comes_again_later_is_a_duplicate(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.finish()

    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.finish()

    assert deployed.sent[-1] == "VIF Migration Duplicate"


@pytest.mark.verify
def test_a_dry_run_leaves_its_request_id_free(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    deployed.send({**REQUEST, "requestId": "CHG0042", "dryRun": True})
    deployed.finish()

    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.finish()

    assert deployed.sent[0] == "VIF Migration Planned"
    assert deployed.sent[-1] == "VIF Migration Succeeded"


def test_a_second_request_for_a_vif_waits_and_finds_it_moved(deploy: Deploy) -> None:
    deployed = deploy(WORLD)

    deployed.send(REQUEST)
    deployed.send(REQUEST)
    first, second = deployed.finish()

    assert first["status"] == second["status"] == "SUCCEEDED"
    assert first["stopDate"] < second["stopDate"]
    assert '"outcome":"unchanged"' in second["output"].replace(" ", "")
    assert (deployed.associations, deployed.locks) == (1, [])


@pytest.mark.parametrize("seconds", sampled([0, 40]))
def test_who_holds_a_gateway_for_too_long_is_named(deploy: Deploy, seconds: int) -> None:
    deployed = deploy(WORLD)

    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.send({**REQUEST, "requestId": "CHG0043", "lockWaitSeconds": seconds})
    first, second = deployed.finish()

    name = first["executionArn"].rpartition(":")[2]
    assert second["error"] == "VifShift.Rejected"
    assert second["cause"] == (
        "nothing was touched: the gateway is busy: dxvif-aaaa0001 is being moved "
        "to dxlag-target01 "
        f"by execution {name}, request CHG0042"
    )
    assert (second["stopDate"] - second["startDate"]).total_seconds() == seconds
    assert deployed.associations == 1


@pytest.mark.verify
def test_a_busy_gateway_is_waited_for_until_the_window_closes(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    now = deployed.cloud.clock.now()
    window = {"opensAt": now.isoformat(), "closesAt": (now + timedelta(minutes=50)).isoformat()}

    deployed.send({**REQUEST, "convergence": {"holdSeconds": 1800}})
    deployed.send({**REQUEST, "connectionId": "dxcon-second01", "window": window})
    _, second = deployed.finish()

    # Held for half an hour, twice as long as is waited without a window.
    assert second["error"] == "VifShift.Rejected"
    assert "WINDOW_NOT_OPEN" in second["cause"]
    assert 1800 < (second["stopDate"] - second["startDate"]).total_seconds() < 3000


@pytest.mark.verify
def test_the_lock_of_an_interrupted_migration_waits_for_its_vif_to_rest(session: Session) -> None:
    record = session.run(load(named("lock-of-an-interrupted-one")))

    [rest] = [
        each.at
        for each in record.transitions
        if each.virtual_interface_id == "dxvif-aaaa0001"
        and (each.connection_id, each.virtual_interface_state) == ("dxlag-target01", "available")
    ]
    [_, sibling] = [call for call in record.calls if call.operation == "AssociateVirtualInterface"]
    assert sibling.parameters["virtualInterfaceId"] == "dxvif-bbbb0001"
    assert sibling.at > rest


def test_a_vif_can_move_back_once_the_first_migration_has_ended(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    deployed.send(REQUEST)
    deployed.finish()

    deployed.send({**REQUEST, "connectionId": "dxcon-source01"})
    deployed.finish()

    assert deployed.sent.count("VIF Migration Succeeded") == 2
    assert deployed.network.connection_of("dxvif-aaaa0001") == "dxcon-source01"
