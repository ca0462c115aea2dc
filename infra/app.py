"""The CDK app: its one stack, checked by cdk-nag."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

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
