"""moto's backends in virtual time, the same in every cloud of a process."""

from datetime import timedelta

from simulator.cloud import Cloud


def test_a_long_poll_takes_virtual_time() -> None:
    with Cloud() as cloud:
        sqs = cloud.client("sqs")
        url = sqs.create_queue(QueueName="empty")["QueueUrl"]
        began = cloud.clock.now()

        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)

        assert "Messages" not in answer
        # moto looks again each second, and ends after the first look that is late.
        passed = cloud.clock.now() - began
        assert timedelta(seconds=20) <= passed <= timedelta(seconds=21)


def test_log_events_are_numbered_by_cloud() -> None:
    ids = []
    for _ in range(2):
        with Cloud() as cloud:
            logs = cloud.client("logs")
            logs.create_log_group(logGroupName="group")
            logs.create_log_stream(logGroupName="group", logStreamName="stream")
            logs.put_log_events(
                logGroupName="group",
                logStreamName="stream",
                logEvents=[{"timestamp": 1767578400000, "message": "told"}],
            )
            found = logs.filter_log_events(logGroupName="group", startTime=0)["events"]
            ids.append([event["eventId"] for event in found])

    assert ids[0] == ids[1] != []
