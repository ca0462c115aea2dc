"""`vifshift watch` in a pseudo-terminal and into a pipe: what is on its screen, what it costs."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from cli.app import main
from cli.operate import commands
from tests.screen import Screen, terminal
from tests.workflow.conftest import Deployed

VIF, TARGET = "dxvif-aaaa0001", "dxlag-target01"
MOVE: Final = (VIF, TARGET)
STILL_RUNNING, BLOCKED = 3, 2


@dataclass
class Watched:
    """What a watch has shown at each of its pauses, what it has called between them, and its end.

    The clients of the functions are those of the same process: they are called in the pauses.
    """

    screen: Screen
    status: int = -1
    frames: list[str] = field(default_factory=list)
    calls: list[Counter[str]] = field(default_factory=lambda: [Counter()])
    paused: bool = False


Act = Callable[[int], None]
Watch = Callable[..., Watched]


def nothing(_: int) -> None:
    """Do nothing in a pause."""


@pytest.fixture
def watch(deploy: Callable[[str], Deployed], monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LINES", "30")

    def watch(
        scenario: str, *asked: str, columns: int = 80, act: Act = nothing, lost: Sequence[int] = ()
    ) -> Watched:
        deployed = deploy(scenario)
        cloud = deployed.cloud
        monkeypatch.setenv("AWS_REGION", deployed.scenario.world.region)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(commands, "now", cloud.clock.now)
        assert main(["start", *asked, "--request-id", "CHG0042"]) == 0
        with terminal(columns) as there, monkeypatch.context() as patched:
            watched = Watched(there.screen)

            def sleep(seconds: float) -> None:
                watched.paused = True
                watched.frames.append(there.look())
                cloud.run_until_idle(timedelta(seconds=seconds))
                watched.calls.append(Counter())
                act(len(watched.frames))
                watched.paused = False

            def call(self: Any, operation: str, arguments: Any) -> Any:
                if not watched.paused:
                    watched.calls[-1][operation] += 1
                    if lost:
                        raise EndpointConnectionError(endpoint_url="https://aws")
                return really(self, operation, arguments)

            really = BaseClient._make_api_call  # type: ignore[attr-defined]
            patched.setattr(BaseClient, "_make_api_call", call)
            patched.setattr(commands, "sleep", sleep)
            patched.setattr(sys, "stdout", there.stdout)
            watched.status = main(["watch", "CHG0042"])
            watched.frames.append(there.look())
        return watched

    return watch


def losing(lost: list[int], begin: int, end: int) -> Act:
    """Return what loses the connection in some pauses, and finds it again."""

    def act(frames: int) -> None:
        lost[:] = [frames] if begin <= frames < end else []

    return act


def shown(watched: Watched, words: str) -> str:
    """Return the first frame that has some words."""
    return next(frame for frame in watched.frames if words in frame)


def told(watched: Watched) -> str:
    """Return all frames, without the ends of their lines."""
    return " ".join(" ".join(watched.frames).split())


BEGUN = """\
dxvif-aaaa0001 frankfurt-core-1
dxcon-source01 → dxlag-target01  migration-20260105T020000Z

                    on ▬▬┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬
                   VIF ━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
  BGP ipv4 169.254.1.2 ━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍
BGP ipv6 2001:db8:1::2 ━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍
                routes ██┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
              workflow   A                                      ·
                         0:00         0:02          0:04          0:05      0:07
on ▬ dxcon-source01  ▬ dxlag-target01
A associate  · observe  B rollback  E end

02:00:00  VIF Migration Started
02:00:05  converging: on dxlag-target01 it is pending, and BGP is not up: ipv4
          169.254.1.2, ipv6 2001:db8:1::2

running  observing the virtual interface, since 02:00:05 UTC (7 s in all)
  pending on dxlag-target01, BGP down: ipv4 169.254.1.2, ipv6 2001:db8:1::2, 0%
  of the routes
  4 min 58 s left for a BGP peer to come up; else it is rolled back"""
IN_THE_MIDDLE = """\
dxvif-aaaa0001 frankfurt-core-1
dxcon-source01 → dxlag-target01  migration-20260105T020000Z

                    on ▬▬┄┄▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬
                   VIF ━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍━━━━━━━━━━━━━━━━━━━
  BGP ipv4 169.254.1.2 ━━┄┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍━━━━━━━━━━━━━━━━━━━
BGP ipv6 2001:db8:1::2 ━━┄┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍━━━━━
                routes ██┄┄┄┄┄┄▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁┄┄┄┄┄┄┄┄┄┄┄┄┄┄█████
              workflow   A    ·  · · ·  · · ·  · · ·  · · ·  · · ·  · · ·  ·
                         0:00         0:12          0:24          0:35      0:47
on ▬ dxcon-source01  ▬ dxlag-target01
A associate  · observe  B rollback  E end

02:00:00  VIF Migration Started
02:00:05  converging: on dxlag-target01 it is pending, and BGP is not up: ipv4
          169.254.1.2, ipv6 2001:db8:1::2
02:00:13  converging: on dxlag-target01 it is down, and BGP is not up: ipv4
          169.254.1.2, ipv6 2001:db8:1::2
02:00:31  converging: on dxlag-target01 BGP is not up: ipv6 2001:db8:1::2
02:00:43  holding: on dxlag-target01 BGP and routes are as before

running  observing the virtual interface, since 02:00:43 UTC (47 s in all)
  available on dxlag-target01, BGP up, all routes
  as expected; 1 min 56 s left of 2 min to hold"""
ENDED = """\
dxvif-aaaa0001 frankfurt-core-1
dxcon-source01 → dxlag-target01  migration-20260105T020000Z

                    on ▬▬┄▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬
                   VIF ━━┄┄┄┄╍╍╍╍╍╍━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
  BGP ipv4 169.254.1.2 ━━┄╍╍╍╍╍╍╍╍╍━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
BGP ipv6 2001:db8:1::2 ━━┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                routes ██┄┄▁▁▁▁▁▁▁▁┄┄┄┄┄████████████████████████████████████████
              workflow   A·············· ·· · ·· · · ·· · ·· · ·· · ·· · ·· · ·E
                         0:00         0:41          1:22          2:02      2:43
on ▬ dxcon-source01  ▬ dxlag-target01
A associate  · observe  B rollback  E end

02:00:00  VIF Migration Started
02:00:05  converging: on dxlag-target01 it is pending, and BGP is not up: ipv4
          169.254.1.2, ipv6 2001:db8:1::2
02:00:13  converging: on dxlag-target01 it is down, and BGP is not up: ipv4
          169.254.1.2, ipv6 2001:db8:1::2
02:00:31  converging: on dxlag-target01 BGP is not up: ipv6 2001:db8:1::2
02:00:43  holding: on dxlag-target01 BGP and routes are as before

succeeded  moved and verified: on dxlag-target01 BGP and routes are as before"""


def test_the_picture_of_a_migration_grows_and_ends_with_its_outcome(watch: Watch) -> None:
    lost: list[int] = []
    watched = watch("happy-path-dual-stack-lag", *MOVE, act=losing(lost, 12, 15), lost=lost)
    assert watched.status == 0
    # A lost connection is tried again, under the last picture.
    assert VIF in shown(watched, "No answer; trying again every 20 s")
    assert "No answer" not in watched.frames[-1]
    assert shown(watched, "for a BGP peer") == BEGUN
    assert shown(watched, "to hold") == IN_THE_MIDDLE
    assert watched.frames[-1] == ENDED
    assert not watched.screen.is_cursor_hidden
    assert {"32", "31", "33"} <= watched.screen.styles
    # At the pace of the workflow, Direct Connect is asked once at most, and the execution once.
    polls = [calls for calls in watched.calls[2:] if len(calls) > 1]
    assert max(calls["DescribeVirtualInterfaces"] for calls in polls) == 1
    assert all(calls["DescribeExecution"] == 1 for calls in polls)
    assert all(sum(calls.values()) <= 3 for calls in polls)
    assert len(polls) <= 180 / 5


ROLLED_BACK = """\
dxvif-aaaa0001
dxcon-source01 → dxlag-target01  migration-20260105T020000Z

      on ▬▬┄▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬┄▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬▬
     VIF ━━┄┄┄┄┄┄┄┄┄┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍┄┄┄┄┄┄┄┄┄┄┄┄┄┄━━━
BGP ipv4 ━━┄╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍┄╍╍╍╍╍╍╍╍╍╍╍╍╍━━━
  routes ██┄┄▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁┄┄▁▁▁▁▁▁▁▁▁▁▁▁███
workflow   A······························B ············· ·E
           0:00        0:36        1:13        1:50     2:26
on ▬ dxcon-source01  ▬ dxlag-target01
A associate  · observe  B rollback  E end

02:00:00  VIF Migration Started
02:00:05  converging: on dxlag-target01 it is pending, and
          BGP is not up: ipv4 169.254.1.2
02:00:31  converging: on dxlag-target01 it is down, and BGP
          is not up: ipv4 169.254.1.2
02:01:35  VIF Migration Rolling Back
02:01:40  converging: on dxcon-source01 it is pending, and
          BGP is not up: ipv4 169.254.1.2
02:02:16  holding: on dxcon-source01 BGP and routes are as
          before

rolled-back  did not converge, was rolled back, and works as
before: on dxlag-target01 it is down, and BGP is not up:
ipv4 169.254.1.2; on dxcon-source01 BGP and routes are as
before"""


def test_what_does_not_converge_is_watched_in_a_narrow_terminal_without_colors(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "move.json"
    move = {"virtualInterfaceId": VIF, "connectionId": TARGET}
    convergence = {"timeoutSeconds": 90, "holdSeconds": 10}
    path.write_text(json.dumps({**move, "convergence": convergence}), encoding="utf-8")
    monkeypatch.setenv("NO_COLOR", "1")
    watched = watch("bgp-never-comes-up", "--file", str(path), columns=60)
    assert watched.status == BLOCKED
    assert "left to converge, by 02:01:35 UTC; else it is rolled back" in told(watched)
    assert "else it needs attention" in told(watched)
    assert watched.frames[-1] == ROLLED_BACK
    assert not {"32", "31", "33"} & watched.screen.styles
    assert all(len(line) <= 60 for frame in watched.frames for line in frame.split("\n"))


PLAN_ON_ITS_WAY = """\
3 moves
plan-20260105T020000Z

▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░░░░░░░░░
3 moves: 2 on the way, 1 to do

track 1  ▶1
track 2  ▶2
track 3  ○3

▶1 dxvif-aaaa0001   observing the virtual interface
  → dxcon-target01
▶2 dxvif-bbbb0001   observing the virtual interface
  → dxcon-target01

running  doing the moves of a stage, since 02:00:00 UTC (2 s in all)
  what is left takes about 2 min 10 s, and 20 min 20 s at most"""
PLAN_ENDED = """\
3 moves
plan-20260105T020000Z

████████████████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
3 moves: 2 moved, 1 failed

track 1  ●1
track 2  ✗2
track 3  ●3

✗2 dxvif-bbbb0001: rolled-back

partly-completed  done, but not all moves succeeded: 2 of 3 moved, 1 failed;
move 2 (dxvif-bbbb0001), rolled-back: did not converge, was rolled back, and
works as before: on dxcon-target01 it is down, and BGP is not up: ipv4
169.254.111.2; on dxcon-source01 BGP and routes are as before"""


def test_the_picture_of_a_plan_has_its_tracks_and_the_moves_on_their_way(
    watch: Watch, tmp_path: Path
) -> None:
    moves = [f"dxvif-{name}0001" for name in ("aaaa", "bbbb", "cccc")]
    plan = {
        "moves": [{"virtualInterfaceId": vif, "connectionId": "dxcon-target01"} for vif in moves],
        "convergence": {"timeoutSeconds": 60, "holdSeconds": 5},
        "maxConcurrency": 2,
    }
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    watched = watch("a-failure-halts-the-rest", "--file", str(path))
    assert watched.status == BLOCKED
    assert shown(watched, "2 on the way") == PLAN_ON_ITS_WAY
    assert watched.frames[-1] == PLAN_ENDED
    polls = watched.calls[2:]
    assert all(calls["DescribeExecution"] == 1 for calls in polls)
    assert not any(calls["DescribeVirtualInterfaces"] for calls in polls)


def test_to_stop_watching_leaves_nothing_running_and_says_what_to_do_next(watch: Watch) -> None:
    def stop(frames: int) -> None:
        if frames == 4:
            raise KeyboardInterrupt

    watched = watch("happy-path-dual-stack-lag", *MOVE, act=stop)
    assert watched.status == STILL_RUNNING
    said = " ".join(watched.frames[-1].split())
    assert "It goes on. Follow it again with `vifshift watch migration-" in said
    assert "or end it with `vifshift cancel migration-" in said
    assert not watched.screen.is_cursor_hidden
