"""The order of the stages: what `collect`, `build` and `send` run. No stage knows another; only this package does."""

from typing import TYPE_CHECKING

from digest.pipeline.build import BuildOptions, Built, build, collect, collect_all, failure_of
from digest.pipeline.explain import Verdict, as_json
from digest.pipeline.report import collected_report
from digest.pipeline.send import SendOptions, Sent, rehearse, send, send_test
from digest.pipeline.wait import pause_until, send_and_wait

if TYPE_CHECKING:
    from digest.pipeline.bounces import BouncesRead, MailPlace, read_bounces

__all__ = [
    "BouncesRead",
    "BuildOptions",
    "Built",
    "MailPlace",
    "SendOptions",
    "Sent",
    "Verdict",
    "as_json",
    "build",
    "collect",
    "collect_all",
    "collected_report",
    "failure_of",
    "pause_until",
    "read_bounces",
    "rehearse",
    "send",
    "send_and_wait",
    "send_test",
]


def __getattr__(name: str) -> object:
    """What reads letters is loaded when it is asked for: it brings a mail client that no other command needs."""
    if name in {"BouncesRead", "MailPlace", "read_bounces"}:
        from digest.pipeline import bounces

        return getattr(bounces, name)
    raise AttributeError(name)
