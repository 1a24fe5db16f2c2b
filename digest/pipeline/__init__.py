"""The order of the stages: what `collect`, `build` and `send` run. No stage knows another; only this package does."""

from digest.pipeline.build import BuildOptions, Built, build, collect
from digest.pipeline.report import collected_report
from digest.pipeline.send import SendOptions, Sent, plan_dry_run, send, send_test

__all__ = [
    "BuildOptions",
    "Built",
    "SendOptions",
    "Sent",
    "build",
    "collect",
    "collected_report",
    "plan_dry_run",
    "send",
    "send_test",
]
