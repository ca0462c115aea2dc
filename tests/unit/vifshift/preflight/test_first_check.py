"""What only the first check reads stands at the recheck as well."""

from datetime import timedelta

import pytest

from tests.unit.vifshift.fakes import START
from vifshift.domain.findings import Finding, Severity
from vifshift.preflight.background import METRICS
from vifshift.preflight.first_check import standing

WAS_DOWN, GAP = "OTHER_PATH_WAS_DOWN", "COULD_NOT_CHECK"
LATER = START + timedelta(days=3)


def a_finding(
    code: str = WAS_DOWN, message: str = "it was down", severity: Severity = Severity.WARN
) -> Finding:
    """Build a finding of the first check."""
    return Finding(code=code, severity=severity, message=message, remedy="Wait.")


@pytest.mark.parametrize(
    "finding",
    [
        a_finding(),
        a_finding("TARGET_TOO_SMALL_FOR_TRAFFIC").model_copy(
            update={"severity": Severity.BLOCK, "acknowledged_by": "alice"}
        ),
        a_finding("RESILIENCY_MODEL_NOT_MET"),
        a_finding("LAST_FAILOVER_TEST", severity=Severity.INFO),
        a_finding(GAP, f"{METRICS} could not be read"),
    ],
    ids=lambda finding: finding.code,
)
def test_what_is_not_read_again_stands(finding: Finding) -> None:
    assert standing([finding], [], START, START) == (finding,)


@pytest.mark.parametrize(
    "finding",
    [
        a_finding("DEVICE_SHARED"),
        a_finding("BILLED_OTHERWISE"),
        a_finding(GAP, "AWS Health could not be read"),
        a_finding("OTHER_PATH_TOO_SMALL", severity=Severity.BLOCK),
    ],
    ids=lambda finding: finding.message,
)
def test_what_is_judged_again_or_blocks_does_not(finding: Finding) -> None:
    assert standing([finding], [], START, START) == ()


def test_what_is_found_again_is_told_once() -> None:
    gap = a_finding(GAP, f"{METRICS} could not be read")
    assert standing([gap, a_finding()], [gap], START, START) == (a_finding(),)


@pytest.mark.parametrize(("hours", "is_dated"), [(1, False), (1.01, True)])
def test_what_was_found_long_ago_says_when(hours: float, is_dated: bool) -> None:
    now = START + timedelta(hours=hours)
    [found] = standing([a_finding()], [], START, now)
    assert found.message.startswith(f"as of {START.isoformat()}: ") is is_dated
    assert found.message.endswith("it was down")


def test_it_says_when_only_once() -> None:
    once = standing([a_finding()], [], START, LATER)
    assert standing(once, [], LATER, LATER + timedelta(days=3)) == once


def test_without_a_time_it_stands_as_it_was() -> None:
    assert standing([a_finding()], [], None, LATER) == (a_finding(),)
