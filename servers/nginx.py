"""nginx before the web processes, as in docker-compose.yml: of one template."""

from collections.abc import Sequence
from pathlib import Path
from string import Template

from servers.guard import Guard
from servers.server import Server, find_program

TEMPLATE = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf.template"


class Nginx(Server):
    """Hands posts to the webhook on to whichever of the web processes takes them."""

    def __init__(
        self, guard: Guard, webs: Sequence[int], *, port: int | None = None, folder: Path | None = None
    ) -> None:
        """`webs` are their ports."""
        self._program = find_program("nginx", "/usr/sbin")
        super().__init__(guard, folder=folder)
        self.port = port or self.port
        names = {
            "PROXY_LISTEN": f"{self.host}:{self.port}",
            "PROXY_WEBS": " ".join(f"server {self.host}:{web} max_fails=0;" for web in webs),
            "PROXY_RESOLVER": self.host,
        }
        (self.folder / "nginx.conf").write_text(Template(TEMPLATE.read_text("utf-8")).safe_substitute(names), "utf-8")

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def command(self) -> Sequence[str]:
        conf = str(self.folder / "nginx.conf")
        return [self._program, "-p", f"{self.folder}/", "-c", conf, "-e", "stderr", "-g", "daemon off;"]

    def is_ready(self) -> bool:
        return self.answers()
