/** Pressed buttons of one chat that wait for the bot's answer: they turn until it comes, or nobody expects it any more. */

const ANSWER_TIME = 15_000;

export class Presses {
  #waiting = []; // {message, key, timer}, oldest first
  #nodeOf;
  #onsilence;

  /** `nodeOf(messageId)` is where a message is drawn; `onsilence()` is called when an answer did not come. */
  constructor(nodeOf, onsilence) {
    this.#nodeOf = nodeOf;
    this.#onsilence = onsilence;
  }

  has(message, key) {
    return this.#waiting.some((press) => press.message === message && press.key === key);
  }

  add(message, key) {
    const press = { message, key };
    press.timer = setTimeout(() => {
      this.#forget((other) => other === press);
      this.#onsilence();
    }, ANSWER_TIME);
    this.#waiting.push(press);
    this.#buttonOf(press)?.setAttribute("aria-busy", "true");
  }

  /** The bot answers in the order in which the buttons were pressed. */
  answerOldest() {
    this.#forget((_, index) => index === 0);
  }

  /** A changed message has new buttons. */
  forgetMessage(id) {
    this.#forget(({ message }) => message === id);
  }

  forgetAll() {
    this.#forget(() => true);
  }

  #forget(done) {
    this.#waiting = this.#waiting.filter((press, index) => {
      if (!done(press, index)) return true;
      clearTimeout(press.timer);
      this.#buttonOf(press)?.removeAttribute("aria-busy");
      return false;
    });
  }

  #buttonOf({ message, key }) {
    return this.#nodeOf(message)?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }
}
