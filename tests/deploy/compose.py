"""The compose files as the engine would read them, with what nothing sets at its default."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION, LOCAL = ROOT / "docker-compose.yml", ROOT / "docker-compose.local.yml"
MONITORING = ROOT / "docker-compose.monitoring.yml"


def services(*files: Path) -> dict[str, dict[str, Any]]:
    """Later files add to earlier ones; mappings are merged."""
    merged: dict[str, dict[str, Any]] = {}
    for file in files:
        text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", file.read_text("utf-8"))
        for name, service in YAML(typ="safe").load(text)["services"].items():
            merged[name] = _merged(merged.get(name, {}), service)
    return merged


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one,
        **{
            key: _merged(one[key], value) if isinstance(value, Mapping) and key in one else value
            for key, value in other.items()
        },
    }
