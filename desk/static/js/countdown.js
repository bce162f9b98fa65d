// What leaves for the complainant can be stopped for ten seconds before it leaves the browser.
// Without scripts it is sent at once.
const SECONDS = 10;

class Countdown {
  constructor(bar) {
    this.bar = bar;
    this.form = bar.closest("form");
    this.said = bar.querySelector("[data-countdown-said]");
    this.left = bar.querySelector("[data-countdown-left]");
    this.stopButton = bar.querySelector("[data-countdown-stop]");
    this.nowButton = bar.querySelector("[data-countdown-now]");
    this.timer = 0;
    this.leaving = false;
    this.form.addEventListener("submit", (event) => this.submitted(event), { capture: true });
    this.form.addEventListener("input", () => this.timer && this.stop());
    this.form.addEventListener("keydown", (event) => event.key === "Escape" && this.timer && this.stop());
    this.stopButton.addEventListener("click", () => this.stop());
    this.nowButton.addEventListener("click", () => this.go());
    addEventListener("beforeunload", (event) => this.timer && event.preventDefault());
  }

  // The buttons that keep a draft go elsewhere and need no second thought.
  submitted(event) {
    if (this.leaving || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.timer) this.start(event.submitter);
  }

  start(button) {
    this.button = button;
    this.until = performance.now() + SECONDS * 1000;
    this.bar.hidden = false;
    for (const one of [this.stopButton, this.nowButton]) one.hidden = false;
    this.said.textContent = this.bar.dataset.waits;
    this.timer = setInterval(() => this.tick(), 200);
    this.tick();
    this.stopButton.focus();
  }

  tick() {
    const seconds = Math.max(0, Math.ceil((this.until - performance.now()) / 1000));
    this.left.textContent = seconds;
    if (!seconds) this.go();
  }

  stop() {
    this.end();
    this.said.textContent = this.bar.dataset.stopped;
    this.button?.focus();
  }

  end() {
    clearInterval(this.timer);
    this.timer = 0;
    this.left.textContent = "";
    for (const one of [this.stopButton, this.nowButton]) one.hidden = true;
  }

  go() {
    this.end();
    this.bar.hidden = true;
    this.leaving = true;
    if (this.button) this.form.requestSubmit(this.button);
    else this.form.requestSubmit();
    this.leaving = false;
  }
}

for (const bar of document.querySelectorAll("[data-countdown]")) new Countdown(bar);
