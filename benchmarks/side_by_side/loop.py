"""The first mover: a loop around the SDK with its defaults, as a person runs it from a shell."""

from datetime import timedelta

from benchmarks.side_by_side.figures import Answer, Move, measured, target_of, vif_of
from simulator.cloud import Cloud
from simulator.directconnect.models import SimulatedDirectConnect
from simulator.runs.staging import stage
from simulator.scenarios.model import Scenario

EVERY_SECONDS = 30
MOST_LOOKS = 20
LONGEST = timedelta(hours=1)


def move(cloud: Cloud, scenario: Scenario) -> Move:
    """Move a VIF: associate it, then describe it every 30 seconds, for 10 minutes at most.

    It is done once the VIF is `available` and every peer is up, which is more than most scripts
    ask for. It knows of no routes, and does not turn back.
    """
    network = stage(scenario)
    answers: list[Answer] = []
    client = cloud.client("directconnect")
    client.associate_virtual_interface(
        virtualInterfaceId=vif_of(scenario), connectionId=target_of(scenario)
    )

    def look(number: int) -> None:
        [vif] = client.describe_virtual_interfaces(virtualInterfaceId=vif_of(scenario))[
            "virtualInterfaces"
        ]
        peers = {peer["bgpStatus"] for peer in vif["bgpPeers"]}
        if vif["virtualInterfaceState"] == "available" and peers == {"up"}:
            answers.append(Answer(cloud.clock.now(), is_success=True))
        elif number == MOST_LOOKS:
            answers.append(Answer(cloud.clock.now(), is_success=False))
        else:
            cloud.clock.call_later(EVERY_SECONDS, lambda: look(number + 1))

    cloud.clock.call_later(EVERY_SECONDS, lambda: look(1))
    cloud.run_until_idle(LONGEST)
    return _figures(scenario, network, answers[0])


def _figures(scenario: Scenario, network: SimulatedDirectConnect, answer: Answer) -> Move:
    network.advance()
    return measured(scenario, network.history, answer, calls=len(network.calls), transitions=0)
