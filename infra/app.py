"""The CDK app: its one stack, and cdk-nag as its judge."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.settings.model import Settings
from infra.stack import VifShiftStack


def build(context: Mapping[str, Any] | None = None, outdir: str | None = None) -> App:
    """Return the app, read from the context once; a finding of cdk-nag fails its synthesis.

    Without them the context and the folder are those that the CDK's command line hands over.
    """
    app = App(analytics_reporting=False, context=context, outdir=outdir)
    VifShiftStack(app, settings=Settings.read(app.node.try_get_context("vifshift")))
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app
