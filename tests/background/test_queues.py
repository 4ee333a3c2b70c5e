"""What is written about the queues is what they carry."""

from pathlib import Path
from runpy import run_path

from app.background.broker import declared
from app.domain.events import QUEUES

SCRIPT = Path(__file__).parents[2] / "scripts" / "describe_queues.py"


def test_the_page_about_the_queues_is_up_to_date() -> None:
    described = run_path(str(SCRIPT))
    written = described["PAGE"].read_text(encoding="utf-8")
    assert written == described["page"](), "run python -m scripts.describe_queues"


def test_each_queue_is_durable_replicated_and_has_dead_letters() -> None:
    for name in QUEUES:
        arguments = declared(name).arguments
        assert declared(name).durable
        assert arguments["x-queue-type"] == "quorum"
        assert arguments["x-dead-letter-routing-key"] == f"{name}.dead"
