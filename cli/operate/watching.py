"""Follows a migration or plan until it ends: as a picture in a terminal, elsewhere in lines.

It only reads, so nothing is left running when it is stopped; a lost connection is tried again.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from botocore.exceptions import BotoCoreError
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from cli.environment import in_words
from cli.operate.executions import FoundExecution, what
from cli.operate.following import FollowedMigration, Shown
from cli.operate.picture import MOST_LINES, ending, indented, news, picture
from cli.operate.plan_following import FollowedPlan, ShownPlan
from cli.operate.plan_picture import plan_news, plan_picture
from cli.operate.stack import Kind, Stack
from vifshift.domain.errors import PASSING

_LONGEST_PAUSE: Final = 60
_SHORTEST_PAUSE: Final = 5


class Timing(NamedTuple):
    """A clock, and how to wait."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


def look(stack: Stack, execution: FoundExecution, timing: Timing) -> RenderableType:
    """Return the picture of an execution as it is now; raises a `CallError`."""
    return _drawn(_followed(stack, execution).read(timing.now()), timing.now())


def follow(
    stack: Stack,
    execution: FoundExecution,
    console: Console,
    timing: Timing,
    stopped: Callable[[FoundExecution], str],
) -> FoundExecution:
    """Show what an execution does until it ends, or until the user stops watching; return it.

    `stopped` words what is said if it is stopped. Raises a `CallError` for what will not pass.
    """
    followed = _followed(stack, execution)
    try:
        if console.is_terminal and not console.is_dumb_terminal:
            _live(followed, console, timing)
        else:
            _in_lines(followed, console, timing)
    except KeyboardInterrupt:
        console.print(Text(stopped(followed.execution), "dim"))
    return followed.execution


def wait(stack: Stack, execution: FoundExecution, timing: Timing) -> FoundExecution:
    """Wait until an execution has ended, or the user stops that, and return it."""
    followed = _followed(stack, execution)
    try:
        for _ in _readings(followed, timing, lambda _: None):
            pass
    except KeyboardInterrupt:
        pass
    return followed.execution


Followed = FollowedMigration | FollowedPlan


def _followed(stack: Stack, execution: FoundExecution) -> Followed:
    of_kind = FollowedMigration if execution.kind is Kind.MIGRATION else FollowedPlan
    return of_kind(stack, execution)


def _readings(
    followed: Followed, timing: Timing, failed: Callable[[str], None]
) -> Iterator[Shown | ShownPlan]:
    """Yield what is known, at the pace of the workflow, until it has ended.

    What keeps from reading in passing is passed to `failed`, and tried again less and less often.
    """
    pause = 0
    while True:
        try:
            shown = followed.read(timing.now())
        except PASSING as error:
            pause = min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, 2 * pause))
            failed(f"No answer; trying again every {pause} s ({error})")
        except BotoCoreError as error:
            pause = min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, 2 * pause))
            failed(f"No answer; trying again every {pause} s ({in_words(error)})")
        else:
            yield shown
            if followed.execution.outcome is not None:
                return
            pause = followed.pace(shown)  # type: ignore[arg-type]
        timing.sleep(pause)


def _live(followed: Followed, console: Console, timing: Timing) -> None:
    last: list[RenderableType] = [Text("…")]
    with Live(
        last[0],
        console=console,
        auto_refresh=False,
        vertical_overflow="crop",
        redirect_stdout=False,
        redirect_stderr=False,
    ) as live:

        def failed(said: str) -> None:
            live.update(Group(last[0], indented(said, "yellow")), refresh=True)

        for shown in _readings(followed, timing, failed):
            has_ended = followed.execution.outcome is not None
            at = timing.now()
            last[0] = _drawn(shown, at) if has_ended else _fitting(shown, at, console)
            live.update(last[0], refresh=True)


def _fitting(shown: Shown | ShownPlan, now: datetime, console: Console) -> RenderableType:
    """Return the picture with as much of what can be left out as the terminal is high for."""
    for room in range(MOST_LINES, 0, -1):
        drawn = _drawn(shown, now, room)
        if len(console.render_lines(drawn)) < console.height:
            return drawn
    return _drawn(shown, now, 0)


def _drawn(shown: Shown | ShownPlan, now: datetime, room: int = MOST_LINES) -> RenderableType:
    """Return the picture, with so many lines of what can be left out."""
    if isinstance(shown, Shown):
        return picture(shown, now, room)
    return plan_picture(shown, now, what(shown.execution), max(1, room))


def _in_lines(followed: Followed, console: Console, timing: Timing) -> None:
    """Print a line for whatever is new, each with its time."""

    def say(at: datetime, line: str) -> None:
        console.print(Text(f"{at:%Y-%m-%d %H:%M:%S}Z  {line}"), soft_wrap=True)

    console.print(Text(f"{followed.execution.name}  {what(followed.execution)}"), soft_wrap=True)
    said, before = 0, None
    for shown in _readings(followed, timing, lambda line: say(timing.now(), line)):
        if isinstance(shown, Shown):
            lines = news(shown.seen)
            for at, line in lines[said:]:
                say(at, line)
            said = len(lines)
        else:
            for line in plan_news(before, shown):
                say(timing.now(), line)
            before = shown
    console.print(ending(followed.execution), soft_wrap=True)
