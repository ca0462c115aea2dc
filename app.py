"""The CDK app: reads the settings once, and synthesizes the stack."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "functions"))

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.config import Settings
from infra.stack import VifShiftStack


def main() -> None:
    """Synthesize; a finding of cdk-nag fails it."""
    app = App(analytics_reporting=False)
    VifShiftStack(app, settings=Settings.read(app.node.try_get_context("vifshift")))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


if __name__ == "__main__":
    main()
