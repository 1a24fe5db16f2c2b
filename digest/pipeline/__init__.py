"""The order of the stages: what `collect`, `build` and `send` run. No stage knows another; only this package does."""

from digest.pipeline.bounces import BouncesRead, MailPlace, read_bounces
from digest.pipeline.build import BuildOptions, Built, build, collect
from digest.pipeline.report import collected_report
from digest.pipeline.send import SendOptions, Sent, plan_dry_run, send, send_test

__all__ = [
    "BouncesRead",
    "BuildOptions",
    "Built",
    "MailPlace",
    "SendOptions",
    "Sent",
    "build",
    "collect",
    "collected_report",
    "plan_dry_run",
    "read_bounces",
    "send",
    "send_test",
]
