"""What a month costs in which nothing moves, as the README and the prices say."""

import re
from typing import Any

import pytest

from benchmarks.month import items, lines
from simulator.synthesis import ROOT

README = (ROOT / "README.md").read_text("utf-8")
PLAIN = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "x"}}
OF_TWO = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {"Metrics": [{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": "a/b"}]},
}
OTHER = {"Type": "AWS::SQS::Queue", "Properties": {}}


def test_the_readme_says_what_a_month_costs(template: dict[str, Any]) -> None:
    *_, total = lines(template["Resources"])

    [told] = re.findall(r"\$([\d.]+) a month", README)
    assert total.endswith(told)


@pytest.mark.parametrize(
    ("resources", "dollars"), [([], 0), ([OTHER], 0), ([PLAIN], 0.10), ([PLAIN, OF_TWO], 0.30)]
)
def test_an_alarm_is_priced_by_its_metrics(resources: list[Any], dollars: float) -> None:
    found = items({str(place): each for place, each in enumerate(resources)})

    assert sum(each.dollars for each in found) == pytest.approx(dollars)
