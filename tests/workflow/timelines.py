"""What a timeline says, held against the run that it is of."""

import io
import re
from collections.abc import Iterator

from rich.console import Console

from simulator.runs.record import Record
from simulator.timeline.view import timeline

CLAIM = re.compile(
    r"traffic (?:not interrupted|(?P<still>still interrupted)"
    r"|interrupted (?:(?P<times>\d+) times, )?for (?P<seconds>\d+) s(?: in all)?)"
    r"|no peer was up at the start"
)
ROUTES_PERCENT = 95


def shown(record: Record) -> str:
    """Return a run's timeline as text, in lines that are never broken."""
    file = io.StringIO()
    Console(file=file, width=160).print(timeline(record))
    return file.getvalue()


def false_claims(record: Record, text: str) -> list[str]:
    """Return what a timeline says of traffic that is not so, and what it keeps to itself."""
    ending = text[text.rindex("╭") :]
    touched = {
        str(call.parameters["virtualInterfaceId"])
        for call in record.calls
        if call.operation == "AssociateVirtualInterface" and call.took_effect
    }
    claims = dict(_claims(ending))
    if "" in claims:
        asked = record.scenario.asked(record.scenario.trigger)
        assert isinstance(asked, dict)
        request = asked.get("request", asked)
        assert isinstance(request, dict)
        claims = {str(request["virtualInterfaceId"]): claims[""]}
    wrong = [f"nothing is said of {vif}" for vif in sorted(touched - claims.keys())]
    for vif, claim in claims.items():
        if (truth := _truth(record, vif)) != claim:
            wrong.append(f"{vif}: {claim} is said, {truth} is so")
    if touched and "no virtual interface was touched" in ending:
        wrong.append(f"{sorted(touched)} were touched")
    for event in [*record.plan_ends, *record.final_events]:
        if (outcome := event["detail"]["data"]["outcome"]) not in ending:
            wrong.append(f"{outcome} is not told")
    return wrong


Interrupted = tuple[bool, int, int | None]
"""Whether it had traffic to lose, how often it lost it, and for how many seconds if it is back."""


def _claims(ending: str) -> Iterator[tuple[str, Interrupted]]:
    """Yield what is said of each VIF, or of the only one, which is not named."""
    for line in ending.splitlines():
        if (claim := CLAIM.search(line)) is None:
            continue
        vif = re.search(r"dxvif-\w+", line[: claim.start()])
        has_traffic = not claim[0].startswith("no peer")
        if claim["still"]:
            said: Interrupted = has_traffic, 0, None
        else:
            seconds = int(claim["seconds"] or 0)
            said = has_traffic, int(claim["times"] or bool(seconds)), seconds
        yield vif[0] if vif else "", said


def _truth(record: Record, vif: str) -> Interrupted:
    """Return what became of a VIF's traffic, second after second."""
    seen = [each for each in record.transitions if each.virtual_interface_id == vif]
    up = {peer for peer, status in seen[0].bgp.items() if status == "up"}
    if not up:
        return False, 0, 0
    lost, times, was_good = 0.0, 0, True
    for now, until in zip(seen, [*seen[1:], None], strict=True):
        if until and until.at == now.at:
            continue
        are_up = up <= {peer for peer, status in now.bgp.items() if status == "up"}
        is_good = are_up and not [
            kind
            for kind, prefixes in seen[0].prefixes.items()
            if len(prefixes & now.prefixes[kind]) < len(prefixes) * ROUTES_PERCENT / 100
        ]
        passed = (until.at - now.at).total_seconds() if until else None
        if not is_good and passed is None:
            return True, 0, None
        times += was_good and not is_good
        lost += 0 if is_good or passed is None else passed
        was_good = is_good
    return True, times, round(lost)
