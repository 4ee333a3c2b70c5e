/** The WebSocket to the playground, which comes back by itself, and questions that want an answer. */

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 4000;

export class Connection {
  #socket = null;
  #failures = 0;
  #onevent;
  #onstatus;

  /** `onevent(event)` gets each event; `onstatus(failures)` is told 0 when connected, else the failures in a row. */
  constructor(onevent, onstatus) {
    this.#onevent = onevent;
    this.#onstatus = onstatus;
  }

  open() {
    const address = new URL("ws", document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener("open", () => {
      this.#failures = 0;
      this.#onstatus(0);
    });
    this.#socket.addEventListener("message", ({ data }) => this.#onevent(JSON.parse(data)));
    this.#socket.addEventListener("close", () => {
      this.#failures += 1;
      this.#onstatus(this.#failures);
      setTimeout(() => this.open(), Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#failures - 1)));
    });
  }

  /** Sends an action; false when there is no connection. */
  send(action) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(action));
    return true;
  }
}

/** Does an action and returns its result, which the WebSocket does not tell; throws what the playground objects. */
export async function ask(action) {
  const response = await fetch("do", { method: "POST", body: JSON.stringify(action) });
  const { ok, result, error } = await response.json();
  if (!ok) throw new Error(error);
  return result;
}
