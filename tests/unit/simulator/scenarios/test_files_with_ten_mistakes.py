"""Each mistake of a scenario file is told at once, in its line, with what may have been meant.

In the files below, `#!` is followed by pieces of what is told about a line, between bars.
"""

import re
from pathlib import Path

import pytest

from simulator.runs.vocabulary import unknown_words
from simulator.scenarios.files import read as content_of
from simulator.scenarios.model import SCENARIOS, BadScenarioError, find, load
from tests.sampling import sampled

NETWORK = """\
name: network
summary: [no, text]  #! summary: Input should be a valid string, got a list
shows: two  #! shows: expected a list, got 'two'
wrld: {}  #! wrld: unknown key: did you mean world?
world:
  account: 111122223333  #! account: expected text; write '111122223333' in quotes
  connections:
    - {connectionId: dxcon-source01, bandwidth: 10Gbps}
    - {connectionId: dxcon-source01}  #! dxcon-source01 is given already, in world.connections.0
    - {connectionId: dxcon-x}  #! 'dxcon-x' is no connection ID
    - {bandwidth: 10Gbps}  #! connections.3: connectionId is required
  virtualInterfaces:
    - virtualInterfaceId: dxvif-aaaa0001
      connectionId: dxcon-source01
      bgpPeers: [{adressFamily: ipv4}]  #! BGPPeer has no such field: did you mean addr
      routes: {acepted: [], advertised: [10.0.0.0/99]}  #! mean accepted?|d.0.cidr: '10.0.0.0/99'
      traffic: {egresBps: 3, hours: -1}  #! did you mean egressBps?|hours: Input should be
  healthEvents:
    - {eventTypeCode: AWS_DX, statusCode: upcomming}  #! did you mean upcoming?
    - {eventTypeCode: AWS_DX, statusCode: open, startTime: 2026-13-45T00:00:00Z}  #! month value
otherWorlds:
  - {connections: [{connectionId: dxcon-source01}]}  #! is given already|account 111122223333 in
trigger: {kind: event, request: {}, plan: {}}  #! a request or a plan, not both
"""

EVENTS = """\
name: events
name: again  #! name: is already given in line 1
summary: What happens.
world:
  virtual_interfaces: []  #! unknown key: did you mean virtualInterfaces?
  connections: {connectionId: dxcon-source01}  #! connections: expected a list, got a mapping
timelines:
  - wen: {arrival: 0}  #! timelines.0.wen: unknown key: did you mean when?
    steps:
      - {after: soon, routesPercent: 120}  #! after: Input should be a|or equal to 100
      - routes: {accepted: [{cidr: nonsense, asPth: [1]}]}  #! did you mean asPath?|'nonsense'
knobs:
  availableAfterSecond: 3  #! did you mean availableAfterSeconds?
  throttle: {rate: 0}  #! throttle.burst: is required|throttle.rate: Input should be greater than 0
faults:
  - {operation: AsociateVirtualInterface, error: ThrotlingException}  #! mean Assoc|mean Thr
changes:
  - {at: 3, connectionId: dxcon-nowhere1, delete: true}  #! dxcon-nowhere1 is in no world
  - at: 3
    virtualInterfaceId: dxvif-aaaa0001  #! dxvif-aaaa0001 is in no world
    set: {bgpStatus: up, vlann: 3, routes: {accepted: 4}}  #! mean vlan?|accepted: expected a
trigger: {kind: execution, request: {}}
"""

PEOPLE = """\
name: people
summary: What people do, and what is expected.
world: {}
taskFaults: [{state: Asociate, error: x, from: -1}]  #! mean Associate?|greater than or equal to 0
interruptions:
  - {at: 3, kind: stopp}  #! did you mean stop?
  - {at: 3, kind: stop, state: Lock gatway}  #! did you mean Lock gateway?
events: [{source: aws.states, lose: yes please}]  #! events.0.lose: Input should be a valid boolean
answers: [{at: 1, kind: aproved}]  #! did you mean approved?
objects: [{at: 3, key: nowhere/x.json, body: {}}]  #! String should match pattern
replays: [{at: 3, event: VIF Migration Reqested}]  #! did you mean VIF Migration Requested?
trigger: [execution]  #! trigger: expected a mapping, got a list
expect:
  outcome: succeded  #! 'succeded' is no outcome: did you mean succeeded?
  moves: {dxvif-aaaa0001: moved}  #! 'moved' is no outcome of a move
  events: [VIF Migration Begun]  #! is no event
  never: [VIF Migration Suceeded]  #! did you mean VIF Migration Succeeded?
  findings: [{code: VLAN_TAKN, severity: blocking}]  #! mean VLAN_TAKEN?|'blocking' is no
  apiCalls: {AsociateVirtualInterface: 0}  #! did you mean AssociateVirtualInterface?
  mostAtOnce: few  #! mostAtOnce: Input should be a valid integer
1: 2  #! 1: a key must be text; write '1' in quotes
"""


def told(path: Path) -> str:
    with pytest.raises(BadScenarioError) as raised:
        load(path, unknown_words)
    return str(raised.value)


@pytest.mark.parametrize("text", [NETWORK, EVENTS, PEOPLE], ids=["network", "events", "people"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_all_mistakes_are_told_and_nothing_else(
    tmp_path: Path, text: str, ends: str, mark: str
) -> None:
    path = tmp_path / "many.yaml"
    path.write_bytes((mark + text.replace("\n", ends)).encode())
    wanted = [
        (number, piece)
        for number, line in enumerate(text.splitlines(), start=1)
        for piece in line.partition("  #! ")[2].split("|")
        if piece
    ]

    lines = told(path).splitlines()

    for number, piece in wanted:
        assert any(line.startswith(f"{path}:{number}: ") and piece in line for line in lines), (
            f"{number}: {piece}"
        )
    assert len(lines) == len(wanted) >= 10, lines


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: the file is empty"),
        (b"# only a comment\n", "1: the file is empty"),
        (b"[a, b]", "1: the file is not a mapping of keys, such as `name: …`"),
        (b"just text", "1: the file is not a mapping"),
        (
            b"name: x\nworld:\n\tregion: eu\n",
            "3: .*; YAML is indented with spaces, and here is a tab",
        ),
        (
            b'name: x\nsummary: "open\nworld: {}\n',
            "4: .*which begins in line 2: found unexpected end",
        ),
        (b"name: x\nworld:\n  region: eu\n connections: []\n", "4: .*did not find expected key"),
        (b"name: x\nsummary: *nothing\n", "2: found undefined alias"),
        (b"name: x\nworld: &w\n  other: *w\n", "2: contains itself"),
        (b"name: x\n---\nname: y\n", "2: .*found another document"),
        (
            b"name: x\nsummary: !!python/object:os.system y\n",
            "2: could not determine a constructor",
        ),
        (b"name: x\nsummary: caf\xe9\n", "2: is not UTF-8 text: byte 0xe9"),
        (b"name: x\nsummary: \x07\n", "2: "),
        (b"name: x\n? [a]\n: b\n", "2: a key must be text"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_line(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)

    assert re.fullmatch(f"{re.escape(str(path))}:{said}.*", told(path))


def test_aliases_that_stand_for_billions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "laughs.yaml"
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    path.write_text("\n".join(lines), "utf-8")

    assert "its aliases stand for more than" in told(path)


def test_anchors_and_merge_keys_are_as_if_written_out(tmp_path: Path) -> None:
    path = tmp_path / "merged.yaml"
    path.write_text(
        "name: x\nsummary: y\nworld:\n  connections:\n"
        "    - &port {connectionId: dxcon-source01, bandwidth: 10Gbps}\n"
        "    - {<<: *port, connectionId: dxcon-target01}\n"
        "trigger: {kind: event, request: {window: {opensAt: 2026-01-05T03:00:00Z}}}\n",
        "utf-8",
    )

    scenario = load(path, unknown_words)

    assert [each["bandwidth"] for each in scenario.world.connections] == ["10Gbps"] * 2
    assert scenario.trigger.request == {"window": {"opensAt": "2026-01-05T03:00:00Z"}}


@pytest.mark.parametrize("file", sampled(find([SCENARIOS])), ids=lambda file: file.stem)
def test_what_ships_has_no_unknown_word(file: Path) -> None:
    assert list(unknown_words(content_of(file))) == []
