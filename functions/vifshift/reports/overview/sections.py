"""Lays out an overview for a page: what moves, when, with what left meanwhile, and what stays."""

from typing import NamedTuple

from vifshift.domain.durations import lasting
from vifshift.domain.overview import (
    FREEZE,
    MoveOverview,
    PassedCheck,
    PlanOverview,
    Staying,
)
from vifshift.domain.overview_words import (
    meanwhile,
    order,
    over_time,
    paths,
    takes,
    window,
    window_span,
)
from vifshift.preflight.judged_rules import in_words
from vifshift.reports.base.page_parts import Fact, OutcomeStyle

SHADES = 4


class OverviewBar(NamedTuple):
    """A move from its start to its end: a bar in percent, in the shade of its track."""

    move: MoveOverview
    x: float
    width: float
    shade: int
    times: str


class GatewayRow(NamedTuple):
    """The redundancy of a gateway over time, in words; each is marked if no path is left then."""

    gateway: str
    steps: tuple[tuple[str, str, bool], ...]


class MeanwhileRow(NamedTuple):
    """What carries the traffic of a move meanwhile, and whether something is cut off."""

    move: MoveOverview
    words: str
    is_cut_off: bool


class Sections(NamedTuple):
    """An overview, laid out."""

    overview: PlanOverview
    takes: str
    order: str
    bars: tuple[OverviewBar, ...]
    gateways: tuple[GatewayRow, ...]
    meanwhile: tuple[MeanwhileRow, ...]
    window: str
    window_span: str
    is_window_short: bool
    staying: tuple[Staying, ...]
    unsaid_staying: int
    passed: tuple[PassedCheck, ...]
    not_judged: tuple[PassedCheck, ...]
    freeze: str


def lay_out(overview: PlanOverview | None) -> Sections | None:
    """Return the sections of an overview, None without one."""
    if overview is None:
        return None
    to_do = [each for each in overview.moves if each.is_to_be_done]
    fit = overview.window
    return Sections(
        overview=overview,
        takes=takes(overview),
        order=order(overview),
        bars=tuple(_bars(overview, to_do)),
        gateways=tuple(
            GatewayRow(
                gateway.gateway,
                tuple(
                    (when, paths(redundancy), not redundancy.paths)
                    for when, redundancy in over_time(gateway)
                ),
            )
            for gateway in overview.gateways
        ),
        meanwhile=tuple(
            MeanwhileRow(each, meanwhile(each), bool(each.cut_off) or not each.during.paths)
            for each in to_do
        ),
        window=window(fit) if fit else "",
        window_span=window_span(fit) if fit else "",
        is_window_short=bool(fit and fit.seconds_left_at_longest < 0),
        staying=overview.staying,
        unsaid_staying=overview.staying_count - len(overview.staying),
        passed=in_words(overview.passed),
        not_judged=in_words(overview.not_judged),
        freeze=FREEZE if overview.to_do else "",
    )


def facts(overview: PlanOverview) -> tuple[Fact, ...]:
    """Return what everybody wants to know first of what is to be done."""
    done = overview.count - overview.to_do
    note = f"{done} more need no move" if done and overview.to_do else ""
    found = [Fact("To move", str(overview.to_do), note)]
    if not overview.to_do:
        return tuple(found)
    duration = overview.duration
    interruption = max(each.duration.interruption_seconds for each in overview.moves)
    found.append(
        Fact(
            "Expected to take",
            lasting(duration.expected_seconds),
            f"at the longest {lasting(duration.longest_seconds)}",
        )
    )
    found.append(
        Fact(
            "Interruption",
            f"about {lasting(interruption)}",
            "an estimate" if overview.to_do == 1 else "of each move, an estimate",
        )
    )
    found.append(_redundancy(overview))
    return tuple(found)


def _redundancy(overview: PlanOverview) -> Fact:
    cut_off = [each for each in overview.moves if each.is_to_be_done and each.cut_off]
    if cut_off:
        number = len(cut_off)
        whom = "1 move" if number == 1 else f"{number} moves"
        return Fact("Without another path", whom, "is cut off meanwhile", OutcomeStyle.WARN)
    gateways = sorted(overview.gateways, key=lambda each: each.least.paths)
    if not gateways or not gateways[0].least.paths:
        return Fact("Other paths meanwhile", "none", "is known to be up", OutcomeStyle.WARN)
    least = gateways[0].least.paths
    value = "1 path" if least == 1 else f"{least} paths"
    others = "; no other gateway has fewer" if len(gateways) > 1 else ""
    return Fact("Other paths meanwhile", value, f"of {gateways[0].gateway}{others}")


def _bars(overview: PlanOverview, to_do: list[MoveOverview]) -> list[OverviewBar]:
    whole = max(1, overview.duration.expected_seconds)
    shades = {number: track for track, some in enumerate(overview.tracks) for number in some}
    ordered = sorted(to_do, key=lambda each: (each.starts_seconds or 0, each.number))
    return [
        OverviewBar(
            move=each,
            x=100 * (each.starts_seconds or 0) / whole,
            width=100 * ((each.ends_seconds or 0) - (each.starts_seconds or 0)) / whole,
            shade=shades.get(each.number, 0) % SHADES,
            times=f"{lasting(each.starts_seconds or 0)} to {lasting(each.ends_seconds or 0)}",
        )
        for each in ordered
    ]
