"""The CDK app, which the CDK's command line runs: one stack, checked by cdk-nag."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

sys.path.insert(0, str(Path(__file__).resolve().parent / "functions"))

from infra.settings.model import Settings
from infra.stack import VifShiftStack


def build(context: Mapping[str, Any] | None = None, outdir: str | None = None) -> App:
    """Return the app, with its settings from the context; a cdk-nag finding fails its synthesis.

    By default, the context and the output folder are those that the CDK's command line passes.
    """
    app = App(analytics_reporting=False, context=context, outdir=outdir)
    VifShiftStack(app, settings=Settings.read(app.node.try_get_context("vifshift")))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


if __name__ == "__main__":
    build().synth()
