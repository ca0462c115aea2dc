"""Two at once, and the second time: a request moves its VIF once, a gateway moves one VIF."""

from collections.abc import Callable

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


def test_a_request_that_comes_again_later_is_a_duplicate(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.finish()

    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.finish()

    assert deployed.sent[-1] == "VIF Migration Duplicate"


def test_a_dry_run_leaves_its_request_id_free(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    deployed.send({**REQUEST, "requestId": "CHG0042", "dryRun": True})
    deployed.finish()

    deployed.send({**REQUEST, "requestId": "CHG0042"})
    deployed.finish()

    assert deployed.sent[0] == "VIF Migration Planned"
    assert deployed.sent[-1] == "VIF Migration Succeeded"


def test_a_second_request_for_a_gateway_that_is_busy_is_rejected(deploy: Deploy) -> None:
    deployed = deploy(WORLD)

    deployed.send(REQUEST)
    deployed.send(REQUEST)
    first, second = deployed.finish()

    assert first["status"] == "SUCCEEDED"
    assert second["error"] == "VifShift.Rejected"
    assert "another virtual interface of the same gateway is being moved" in second["cause"]
    assert deployed.associations == 1


def test_a_vif_can_move_back_once_the_first_migration_has_ended(deploy: Deploy) -> None:
    deployed = deploy(WORLD)
    deployed.send(REQUEST)
    deployed.finish()

    deployed.send({**REQUEST, "connectionId": "dxcon-source01"})
    deployed.finish()

    assert deployed.sent.count("VIF Migration Succeeded") == 2
    assert deployed.network.connection_of("dxvif-aaaa0001") == "dxcon-source01"
