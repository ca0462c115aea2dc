"""SPIN visits every state of the model, and finds each fault that is put into it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from infra.workflows.definitions import definitions
from models.assembling import assemble, written
from models.checking import MissingToolError, check
from models.scopes import SCOPES, ModelScope
from vifshift.domain.watchdog import WatchdogState

States = dict[str, Any]
ALONE = ModelScope("one migration", 1, False, 2)
RIVALS = ModelScope("two migrations of one gateway", 2, False, 1)
LONG_RIVALS = RIVALS._replace(trouble=2)


class SeededFault(NamedTuple):
    """A fault in a definition, or in what stands for a function or for time."""

    name: str
    scope: ModelScope
    violation: str
    rewire: Callable[[dict[str, States]], None] | None = None
    changes: tuple[tuple[str, str], ...] = ()


def _frees_without_asking(states: dict[str, States]) -> None:
    states["Watchdog"][WatchdogState.IS_IT_SAFE]["Default"] = str(WatchdogState.FREE_GATEWAY)


FAULTS = (
    SeededFault(
        "the watchdog frees the gateway without asking whether anything is in flight",
        RIVALS,
        # It also frees what it has found too early to tell of, and then never tells of it.
        "was never told",
        rewire=_frees_without_asking,
    ),
    SeededFault(
        "the lock is not taken again right before the call",
        LONG_RIVALS,
        "is sent while another of its gateway is in flight",
        changes=(
            ("calling[i] == INVOKED && CAN_RETAKE(i)", "calling[i] == INVOKED"),
            ("RETAKE(i); calling[i]", "calling[i]"),
        ),
    ),
    SeededFault(
        "the sweep forgets",
        ALONE,
        "was never told",
        changes=(("sweeps[i] < MOST_SWEEPS", "false"),),
    ),
    SeededFault(
        "a lease runs out by time alone",
        RIVALS,
        "is sent while another of its gateway is in flight",
        changes=(
            ("     flight[lockOwner[g] - 1] == 0 && !IS_CALLING(lockOwner[g] - 1))", "     true)"),
        ),
    ),
)


def promela(assembly: Path, fault: SeededFault) -> str:
    found = json.loads(json.dumps(written(definitions(assembly))))
    if fault.rewire:
        fault.rewire({name: each["States"] for name, each in found.items()})
    text = assemble(found, fault.scope)
    for right, wrong in fault.changes:
        assert right in text
        text = text.replace(right, wrong)
    return text


@pytest.mark.verify
@pytest.mark.parametrize("fault", FAULTS, ids=[each.name for each in FAULTS])
def test_a_fault_is_found_and_told_in_words(
    assembly: Path, tmp_path: Path, fault: SeededFault
) -> None:
    checked = check(promela(assembly, fault), tmp_path)
    assert checked.violation is not None
    assert fault.violation in checked.violation
    assert any("Lock gateway: writes the item" in step for step in checked.story)


@pytest.mark.verify
@pytest.mark.parametrize("scope", SCOPES, ids=[each.name for each in SCOPES])
def test_everything_holds_in_every_state(assembly: Path, tmp_path: Path, scope: ModelScope) -> None:
    checked = check(assemble(written(definitions(assembly)), scope), tmp_path)
    assert checked.violation is None, "\n".join([*checked.story, checked.violation])
    assert checked.states >= 100_000


@pytest.mark.parametrize("missing", ["spin", "gcc"])
def test_a_missing_tool_is_named_with_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    monkeypatch.setattr(
        shutil, "which", lambda tool: None if tool == missing else f"/usr/bin/{tool}"
    )
    with pytest.raises(MissingToolError, match=f"{missing} is missing.*apt-get install {missing}"):
        check("", tmp_path)
