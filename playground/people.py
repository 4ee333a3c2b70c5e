"""Who talks to bots: personas, and what the Bot API says of them."""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

from playground.types import Json

Role = Literal["guest", "host", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(slots=True)
class Persona:
    """`started` lets bots write first, as if the persona had once pressed «Start» in each of them."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language: str | None = "ru"
    role: Role = "guest"
    started: bool = False
    deactivated: bool = False

    def card(self) -> Json:
        return asdict(self)

    def user(self) -> Json:
        return {"id": self.id, "is_bot": False, **self._names(), **_only(language_code=self.language)}

    def private_chat(self) -> Json:
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> Json:
        return _only(first_name=self.first_name, last_name=self.last_name, username=self.username)


def _only(**fields: str | None) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def default_personas() -> list[Persona]:
    return [
        Persona(1001, "Анна", "Иванова", "anna"),
        Persona(1002, "Борис"),
        Persona(9001, "Ольга", username="olga_owner", role="owner", started=True),
        Persona(9002, "Павел", role="host", started=True),
    ]
