"""The command `vifshift capture`: the real network as a scenario file, by calls that only read."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

from cli.arguments import Common, in_json
from cli.capture.anonymizing import Anonymizer
from cli.capture.fields import Fields
from cli.capture.reading import Capture, Captured
from cli.check import reading as checking
from cli.check.settings import CheckSettings, find
from cli.environment import RefusedError
from tools.terminal import say
from vifshift.domain.access_policy import Access

EPOCH: Final = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
"""When a simulation begins."""
EXAMPLES: Final = """\b
Examples:
  vifshift capture --output network.yaml
  vifshift capture --from dxcon-ffabc123 --to dxlag-ffdef456 --output tonight.yaml
  vifshift capture --anonymize
"""
_NAME: Final = "captured"
_WIDTH: Final = 110
_EXTERNAL_ID: Final = "captured"


def capture(
    context: typer.Context,
    source: Annotated[
        str | None, typer.Option("--from", metavar="PORT", help="The port to empty in it.")
    ] = None,
    target: Annotated[
        str | None, typer.Option("--to", metavar="PORT", help="Where all of it is to go.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path(
        "captured.yaml"
    ),
    anonymize: Annotated[
        bool, typer.Option("--anonymize", help="Replace IDs, names, ASNs and addresses.")
    ] = False,
    settings: Annotated[
        Path | None,
        typer.Option(help="The settings to use, as in cdk.json, instead of the deployed stack's."),
    ] = None,
) -> None:
    """Write the real network as a scenario file; nothing secret is read into it."""
    common: Common = context.obj
    environment = common.environment()
    checking.use(environment, common.profile)
    found = find(environment, common.stack, settings)
    access = found.access_policy.access(environment.region, None, _NAME)
    captured = Capture(
        access=access,
        policy=found.access_policy,
        own_account=environment.account,
        now=checking.now(),
        epoch=EPOCH,
        calendar=found.checks.change_calendar,
    ).run()
    scenario = scenario_of(captured, found, access, source, target)
    if anonymize:
        scenario = Anonymizer(secrets.token_bytes(32)).whole(scenario)
    try:
        output.write_text(_text(scenario), encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{output} can't be written: {error.strerror}.") from None
    _tell(common, output, captured)


def scenario_of(
    captured: Captured,
    settings: CheckSettings,
    access: Access,
    source: str | None = None,
    target: str | None = None,
) -> Fields:
    """Return the scenario of what was captured; raises `RefusedError` if nothing can move in it."""
    world, *others = captured.worlds
    source, target = _ports(world, source, target)
    kept = settings.checks.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    configured: Fields = {"checks": kept} if kept else {}
    if regions := sorted({each["region"] for each in others} - {access.region}):
        configured["regions"] = regions
    roles = [
        {"arn": role.arn, "externalId": _EXTERNAL_ID}
        for role in settings.access_policy.roles
        if role.arn.split(":")[4] in {each["account"] for each in others}
    ]
    if roles:
        configured["roles"] = roles
        world["roles"] = roles
    return {
        "name": _NAME,
        "summary": f"The network of {world['account']} in {world['region']}, as it was captured.",
        "because": "What is rehearsed on it is what the real network is asked for tonight.",
        **({"settings": configured} if configured else {}),
        "world": world,
        **({"otherWorlds": others} if others else {}),
        **({"faults": captured.faults} if captured.faults else {}),
        "trigger": {
            "kind": "execution",
            "plan": {"evacuate": {"from": source, "to": target}, "requestId": _NAME},
        },
        "expect": {},
    }


def _ports(world: Fields, source: str | None, target: str | None) -> tuple[str, str]:
    """Return the port to empty, and where to: as they are given, or the first that there are."""
    ids = [
        *(each["lagId"] for each in world["lags"]),
        *(each["connectionId"] for each in world["connections"] if not each.get("lagId")),
    ]
    used = [vif["connectionId"] for vif in world["virtualInterfaces"]]
    from_ = source or next((each for each in (*used, *ids)), None)
    to = target or next((each for each in (*ids, *used) if each != from_), None)
    if (source and source not in {*ids, *used}) or (target and target not in ids):
        wrong = target if target and target not in ids else source
        raise RefusedError(f"{wrong} is no connection or LAG of this account and Region.")
    if from_ is None or to is None:
        raise RefusedError("Nothing can move in this account and Region: it has no two ports.")
    return from_, to


def _text(scenario: Any) -> str:
    return yaml.safe_dump(
        scenario, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None
    )


def _tell(common: Common, output: Path, captured: Captured) -> None:
    vifs = sum(len(world["virtualInterfaces"]) for world in captured.worlds)
    regions = [world["region"] for world in captured.worlds]
    if common.json:
        in_json(
            {
                "file": str(output),
                "regions": list(regions),
                "virtualInterfaces": vifs,
                "notRead": list(captured.untold),
            }
        )
        return
    for each in captured.untold:
        say(f"Not read: {each}", is_error=True)
    say(f"{output}: {vifs} virtual interfaces of {', '.join(regions)}.")
