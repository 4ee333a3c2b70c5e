"""All faults, by the modules of their themes."""

from types import ModuleType

from faults import bot_api, clock, postgres, processes, rabbitmq, redis
from faults.fault import Fault

THEMES: tuple[ModuleType, ...] = (bot_api, clock, postgres, processes, rabbitmq, redis)


def faults_of(theme: ModuleType) -> list[Fault]:
    """As they stand in the module."""
    return [each for each in vars(theme).values() if isinstance(each, Fault)]


def all_faults() -> list[Fault]:
    return [fault for theme in THEMES for fault in faults_of(theme)]
