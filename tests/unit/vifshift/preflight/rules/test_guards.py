"""Guards before anything is touched."""

from tests.unit.vifshift.fakes import SOURCE, TARGET, a_network, a_peer, a_vif
from tests.unit.vifshift.judging import findings
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.guards import GuardState, GuardStatus
from vifshift.domain.network import Network

ALARM = "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders"


def guarded(state: GuardState = GuardState.GOOD, **fields: object) -> Network:
    status = GuardStatus.model_validate({"alarm": ALARM, "state": state, **fields})
    return a_network(guards=(status,))


def found(network: Network, **request: object) -> list[Finding]:
    guards = [{"alarm": ALARM}]
    return [
        each
        for each in findings(network, guards=guards, **request)
        if each.code.startswith("GUARD_")
    ]


def test_a_good_guard_is_no_finding() -> None:
    assert found(guarded()) == []


def test_one_that_is_bad_or_unknown_blocks_and_can_be_acknowledged() -> None:
    for state, words in (
        (GuardState.BAD, "alarm orders is in ALARM"),
        (GuardState.UNKNOWN, "alarm orders has INSUFFICIENT_DATA"),
    ):
        [blocked] = found(guarded(state))
        [accepted] = found(guarded(state), acknowledge=["GUARD_NOT_GOOD"])

        assert (blocked.code, blocked.message) == ("GUARD_NOT_GOOD", words)
        assert blocked.blocks
        assert not accepted.blocks


def test_of_a_dead_vif_a_bad_guard_is_a_warning() -> None:
    dead = a_vif(a_peer(bgp_status="down"), virtual_interface_state="down")
    network = guarded(GuardState.BAD).model_copy(update={"virtual_interface": dead})

    [finding] = found(network)

    assert finding.severity is Severity.WARN


def test_one_that_does_not_exist_blocks_whatever_is_acknowledged() -> None:
    [finding] = found(
        guarded(GuardState.UNKNOWN, is_missing=True),
        acknowledge=["GUARD_NOT_FOUND", "GUARD_NOT_GOOD"],
    )

    assert (finding.code, finding.blocks) == ("GUARD_NOT_FOUND", True)
    assert ALARM in finding.message


def test_one_that_can_not_be_read_blocks_and_says_why() -> None:
    [finding] = found(guarded(GuardState.UNKNOWN, problem="describe_alarms: AccessDenied"))

    assert (finding.code, finding.blocks) == ("GUARD_NOT_READ", True)
    assert "AccessDenied" in finding.message
    [accepted] = found(guarded(problem="no"), acknowledge=["GUARD_NOT_READ"])
    assert not accepted.blocks


def test_one_that_watches_what_the_vif_leaves_is_a_warning() -> None:
    [finding] = found(guarded(connection_id=SOURCE))

    assert (finding.code, finding.severity) == ("GUARD_WATCHES_SOURCE", Severity.WARN)
    assert found(guarded(connection_id=TARGET)) == []


def test_alarms_that_name_the_source_are_listed() -> None:
    network = guarded().model_copy(update={"alarms_on_source": ("a", "b")})
    named = [each for each in findings(network) if each.code == "ALARMS_NAME_SOURCE"]

    assert [each.message for each in named] == [f"these alarms name {SOURCE}: a, b"]
    assert named[0].severity is Severity.INFO
