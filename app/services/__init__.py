"""What can be done: use cases over short transactions. Edges call these and nothing below."""

from app.services.factory import Services, ServicesFactory
from app.services.plans import Policy

__all__ = ["Policy", "Services", "ServicesFactory"]
