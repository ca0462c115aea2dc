"""Examples of the commands that work on executions, as their help shows them."""

from typing import Final

EXAMPLES_OF_START: Final = """\b
Examples:
  vifshift start dxvif-fg1hhgb4 dxcon-ffabc123 --dry-run
  vifshift start dxvif-fg1hhgb4 dxlag-ffdef456 --request-id CHG0042
  vifshift start --from dxcon-ffabc123 --to dxlag-ffdef456 --dry-run
  vifshift start --file plan.yaml
"""
EXAMPLES_OF_PLAN_START: Final = """\b
Examples:
  vifshift plan start --from dxcon-ffabc123 --to dxlag-ffdef456 --dry-run
  vifshift plan start --file plan.yaml
"""
EXAMPLES_OF_PLAN_RETURN: Final = """\b
Examples:
  vifshift plan return CHG0044 --dry-run
  vifshift plan return CHG0044 --output back.yaml
"""
EXAMPLES_OF_LIST: Final = """\b
Examples:
  vifshift list
  vifshift --json list
"""
EXAMPLES_OF_STATUS: Final = """\b
Examples:
  vifshift status CHG0042
  vifshift --json status CHG0042
"""
EXAMPLES_OF_WATCH: Final = """\b
Example:
  vifshift watch CHG0042
"""
