"""What people are told to do does what they want."""

import json
import shlex
from collections.abc import Callable

from tests.workflow.conftest import Deployed

Deploy = Callable[[str], Deployed]


def test_the_command_of_the_notice_approves_the_migration(deploy: Deploy) -> None:
    deployed = deploy("approved-by-an-event")
    cloud = deployed.cloud
    used: list[str] = []

    def do_as_told() -> None:
        [asked] = [event for event in cloud.published_events if event["source"] == "vifshift"]
        command = asked["detail"]["data"]["notice"]["nextStep"].strip("`")
        entries = shlex.split(command)[-1]
        cloud.client("events").put_events(Entries=json.loads(entries))
        used.append(command)

    deployed.start(json.dumps(deployed.scenario.trigger.request), name="CHG'0042@home")
    cloud.clock.call_later(300, do_as_told)
    [execution] = deployed.finish()

    assert len(used) == 1
    assert execution["status"] == "SUCCEEDED"
    told = cloud.published_events[-1]["detail"]["data"]
    assert told["approval"]["approvedBy"] == "your name"
