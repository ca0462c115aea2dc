"""Guards in the deployed workflow: what they add, and that without them nothing is added."""

import json

from simulator.runs.session import Session
from simulator.scenarios.model import load, named

DESCRIBE = "cloudwatch:DescribeAlarms"


def test_without_guards_no_call_is_made_and_no_byte_is_added(session: Session) -> None:
    record = session.run(load(named("happy-path-dual-stack-lag")))

    asked = {request.action for request in session.cloud.requests}
    written = json.dumps(
        [*record.histories, *record.events, *record.evidence.values()], default=str
    )
    assert "directconnect:DescribeVirtualInterfaces" in asked
    assert DESCRIBE not in asked
    assert not [word for word in ('guards"', "guardSeconds", "guardsReadAt") if word in written]


def test_a_guard_is_in_the_events_and_in_the_evidence(session: Session) -> None:
    record = session.run(load(named("guard-fails-after-landing")))

    told = {
        event["detail-type"]: event["detail"]["data"].get("guards")
        for event in record.events
        if event["source"] == "vifshift"
    }
    [before] = told["VIF Migration Rolling Back"]
    [after] = told["VIF Migration Rolled Back"]
    assert (before["state"], before["counts"]) == ("bad", True)
    assert after["state"] == "good"
    [report] = [
        json.loads(text) for key, text in record.evidence.items() if key.endswith("/report.json")
    ]
    assert report["guards"] == [after]
    assert {guard["state"] for look in report["looks"] for guard in look.get("guards", ())} == {
        "good",
        "bad",
    }
    asked = {request.action for request in session.cloud.requests}
    assert DESCRIBE in asked
