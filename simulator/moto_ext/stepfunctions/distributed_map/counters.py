"""What a Map Run counts: items, and executions, one for each of them."""

from typing import Any, Final

# DescribeMapRun's words for how an execution ends.
_COUNTERS: Final = {
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "timed_out",
    "ABORTED": "aborted",
}


class MapRunCounters:
    """Counts the executions of a Map Run, and the items with them."""

    def __init__(self, record: Any) -> None:
        self._counters = (record.execution_counter, record.item_counter)

    @property
    def failed(self) -> int:
        """Return how many items failed or timed out, which is what is tolerated or not."""
        executions, _ = self._counters
        return int(executions.failed.get() + executions.timed_out.get())

    def expect(self, items: int) -> None:
        """Note how many there are."""
        for counter in self._counters:
            counter.total.count(items)
            counter.pending.count(items)

    def start(self) -> None:
        """Note that one has started."""
        for counter in self._counters:
            counter.pending.offset(-1)
            counter.running.count()

    def end(self, status: str) -> None:
        """Note how one has ended."""
        for counter in self._counters:
            counter.running.offset(-1)
            getattr(counter, _COUNTERS[status]).count()
