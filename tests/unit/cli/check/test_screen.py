"""What a check shows, and in which order."""

import io

from rich.console import Console

from cli.check.result import CheckResult
from cli.check.screen import show
from vifshift.domain.findings import Finding, Severity
from vifshift.domain.migration import Decision


def finding(code: str, severity: Severity) -> Finding:
    return Finding(code=code, severity=severity, message="It is so.", remedy="Change it.")


def test_the_verdict_is_first_and_what_prevents_it_comes_before_what_does_not() -> None:
    findings = (
        finding("MAKE_BEFORE_BREAK", Severity.INFO),
        finding("OTHER_PATHS_CARRY_LESS", Severity.WARN),
        finding("NO_REDUNDANT_PATH", Severity.BLOCK),
        finding("TARGET_NOT_FOUND", Severity.BLOCK),
    )
    result = CheckResult(
        settings="the defaults", decision=Decision.REJECTED, digest=None, findings=findings
    )
    printed = io.StringIO()
    show(result, Console(file=printed, width=100))
    lines = printed.getvalue().splitlines()

    assert lines[0] == "It would be rejected."
    assert [each.split()[1] for each in lines if each[:1] in {"✗", "!", "i"}] == [
        "NO_REDUNDANT_PATH",
        "TARGET_NOT_FOUND",
        "OTHER_PATHS_CARRY_LESS",
        "MAKE_BEFORE_BREAK",
    ]
    accepted = [each.strip() for each in lines if "To accept it" in each]
    assert accepted == ["To accept it: --acknowledge NO_REDUNDANT_PATH"]
