"""The page of what is to be approved."""

from tests.unit.vifshift.plan.plans import P, Q, name
from tests.unit.vifshift.reader import Reader
from tests.unit.vifshift.reports.overview.examples import an_overview, one, several
from vifshift.preflight.judged_rules import in_words
from vifshift.reports.base.page_parts import OutcomeStyle
from vifshift.reports.overview.page import render
from vifshift.reports.overview.sections import facts


def test_ids_in_the_heading_are_not_broken() -> None:
    heading = render(one()).split("<h1>")[1].split("</h1>")[0]
    vif, source, target = (f'<span class="id">{each}</span>' for each in (name(1), P, Q))
    assert heading == f"{vif} from {source} to {target}"


def test_every_rule_that_passed_is_named_without_markup() -> None:
    proposal = several()
    text = Reader(render(proposal)).text
    passed = in_words(proposal.overview.passed)
    assert passed
    assert all(f"{each.code} {each.summary}" in text for each in passed)
    assert "`" not in text


def test_a_name_that_is_the_id_is_not_repeated() -> None:
    proposal = one()
    [move] = proposal.overview.moves
    named = move.model_copy(update={"name": "frankfurt-core-1"})
    nameless = move.model_copy(update={"name": move.virtual_interface_id})
    both = [
        proposal.model_copy(
            update={"overview": proposal.overview.model_copy(update={"moves": (each,)})}
        )
        for each in (named, nameless)
    ]
    texts = [Reader(render(each)).text for each in both]
    assert "frankfurt-core-1" in texts[0]
    repeated = f"{move.virtual_interface_type} {move.virtual_interface_id}"
    assert repeated not in texts[1]


def test_the_gateway_with_the_fewest_paths_meanwhile_is_named() -> None:
    overview = an_overview(3)
    kept = [each for each in overview.gateways if each.least.paths]
    safe = overview.model_copy(
        update={
            "gateways": tuple(kept),
            "moves": tuple(each.model_copy(update={"cut_off": ""}) for each in overview.moves),
        }
    )
    shown = facts(safe)[-1]
    assert (shown.name, shown.value) == ("Other paths meanwhile", "1 path")
    assert shown.note == f"of {kept[0].gateway}; no other gateway has fewer"
    alone = safe.model_copy(update={"gateways": overview.gateways})
    assert (facts(alone)[-1].value, facts(alone)[-1].style) == ("none", OutcomeStyle.WARN)
