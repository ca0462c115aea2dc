"""The properties that every run must satisfy, whatever its scenario expects.

Each property is a function whose name is its sentence, and which yields descriptions of violations.
It is checked against what the simulator knows, not against what the product reports.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from simulator.explore.case import Case
from simulator.explore.properties.answers import (
    every_answer_is_answered,
    what_is_heard_as_cancelled_stays_untouched,
    what_was_not_heard_changes_nothing,
)
from simulator.explore.properties.calls import (
    it_keeps_off_what_is_not_its_own_any_more,
    it_lands_once,
    no_secret_can_be_seen,
    nothing_is_sent_against_preflight,
    nothing_is_sent_that_was_not_asked_for,
    one_of_a_gateway_at_a_time,
    the_gateway_is_free_in_the_end,
)
from simulator.explore.properties.convergence import (
    it_ends_by_its_deadline,
    it_goes_back_when_it_should,
    it_stays_where_it_is_good,
)
from simulator.explore.properties.events import (
    a_way_back_was_tried,
    an_interruption_is_told_in_time,
    an_outage_is_told,
    it_ends_where_it_says_and_held,
    it_tells_where_the_vif_is,
    it_tells_whether_traffic_flows,
    nothing_was_touched_where_it_says_so,
    one_final_event_is_sent,
    what_is_rejected_has_a_reason,
    what_is_unchanged_works,
)
from simulator.explore.properties.evidence import (
    the_evidence_is_named_and_there,
    the_evidence_tells_what_the_event_tells,
)
from simulator.explore.properties.guards import (
    a_bad_guard_is_never_told_as_a_success,
    a_bad_guard_is_told,
)
from simulator.explore.properties.heard import (
    a_gap_in_sight_is_no_deletion,
    announced_maintenance_is_told,
    what_has_gone_down_is_asked_about,
    what_others_have_moved_is_asked_about,
)
from simulator.explore.properties.kept_back import (
    KEPT_BACK_BY_PLANS,
    the_gateway_is_kept_while_a_call_may_land,
)
from simulator.explore.properties.monitoring import (
    an_alarm_rings_where_somebody_has_to_look,
    every_log_line_names_its_migration,
    nothing_is_denied,
)
from simulator.explore.properties.notifications import people_are_told
from simulator.explore.properties.plans import PLAN_PROPERTIES
from simulator.explore.properties.redundancy import no_prefix_is_cut_off_unsaid
from simulator.explore.properties.schemas import every_event_is_as_its_schema_says
from simulator.runs.record import Record

Property = Callable[[Case], Iterator[str]]

PROPERTIES: tuple[Property, ...] = (
    it_ends_by_its_deadline,
    one_final_event_is_sent,
    an_interruption_is_told_in_time,
    it_tells_where_the_vif_is,
    it_tells_whether_traffic_flows,
    it_ends_where_it_says_and_held,
    nothing_was_touched_where_it_says_so,
    what_is_rejected_has_a_reason,
    what_is_unchanged_works,
    a_way_back_was_tried,
    an_outage_is_told,
    people_are_told,
    the_evidence_is_named_and_there,
    the_evidence_tells_what_the_event_tells,
    no_secret_can_be_seen,
    it_lands_once,
    one_of_a_gateway_at_a_time,
    the_gateway_is_free_in_the_end,
    the_gateway_is_kept_while_a_call_may_land,
    nothing_is_sent_that_was_not_asked_for,
    nothing_is_sent_against_preflight,
    no_prefix_is_cut_off_unsaid,
    a_gap_in_sight_is_no_deletion,
    announced_maintenance_is_told,
    what_has_gone_down_is_asked_about,
    what_others_have_moved_is_asked_about,
    it_keeps_off_what_is_not_its_own_any_more,
    it_goes_back_when_it_should,
    it_stays_where_it_is_good,
    a_bad_guard_is_never_told_as_a_success,
    a_bad_guard_is_told,
    every_event_is_as_its_schema_says,
    every_log_line_names_its_migration,
    an_alarm_rings_where_somebody_has_to_look,
    nothing_is_denied,
    every_answer_is_answered,
    what_was_not_heard_changes_nothing,
    what_is_heard_as_cancelled_stays_untouched,
)

OF_RUNS: tuple[Property, ...] = (
    no_secret_can_be_seen,
    one_of_a_gateway_at_a_time,
    the_gateway_is_free_in_the_end,
    every_event_is_as_its_schema_says,
    every_log_line_names_its_migration,
    an_alarm_rings_where_somebody_has_to_look,
    nothing_is_denied,
    every_answer_is_answered,
    what_was_not_heard_changes_nothing,
)
"""Those that are about a run as a whole."""

OF_MOVES: tuple[Property, ...] = tuple(each for each in PROPERTIES if each not in OF_RUNS)

OF_PLANS: tuple[Property, ...] = (*PLAN_PROPERTIES, *KEPT_BACK_BY_PLANS, people_are_told, *OF_RUNS)


class Violation(NamedTuple):
    """A violated property, with a description."""

    name: str
    words: str


def violations(record: Record) -> list[Violation]:
    """Return the properties that a run violates."""
    return [
        Violation(holds.__name__, words)
        for case, properties in _cases(record)
        for holds in properties
        for words in holds(case)
    ]


def _cases(record: Record) -> Iterator[tuple[Case, Sequence[Property]]]:
    """Yield migrations, plans and moves of plans, each with the properties that apply."""
    scenario = record.scenario
    for trigger in scenario.triggers:
        is_plan = scenario.is_plan(trigger)
        yield Case(record, trigger), OF_PLANS if is_plan else PROPERTIES
    plans = [trigger for trigger in scenario.triggers if scenario.is_plan(trigger)]
    for move in record.moves if plans else ():
        yield Case(record, plans[0], move), OF_MOVES
