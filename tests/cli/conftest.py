"""Projects to run the command in."""

from pathlib import Path

import pytest

from tests.cli.project import Project, small_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two articles and the outbox."""
    return small_project(tmp_path)
