// What somebody types at a case is kept by itself a moment after the last key, and before the page
// goes away. Without scripts the button of the same form keeps it.
const WAIT = 1500;

class Draft {
  constructor(bar) {
    this.bar = bar;
    this.form = bar.closest("form");
    this.said = bar.querySelector("[data-draft-said]");
    this.seen = bar.querySelector("[data-draft-seen]");
    this.over = bar.querySelector("[data-over]");
    this.asked = null;
    this.timer = 0;
    this.dirty = false;
    this.form.addEventListener("input", (event) => this.note(event.target));
    this.form.addEventListener("submit", (event) => this.sent(event));
    this.form.querySelector("[data-insert]")?.addEventListener("click", (event) => this.insert(event));
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
  }

  note(field) {
    if (field.id === "saved") return;
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), WAIT);
  }

  // Another button of the form sends it: whatever waits to be kept must not come after it.
  sent() {
    this.dirty = false;
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  leave() {
    if (this.dirty) this.keep({ keepalive: true });
  }

  async ask(data, options = {}) {
    data.delete("files");
    this.asked?.abort();
    this.asked = new AbortController();
    const answer = await fetch(this.bar.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(data),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      signal: this.asked.signal,
      ...options,
    });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const found = await answer.json();
    this.seen.value = found.mark;
    this.over.hidden = true;
    return found;
  }

  async keep(options) {
    clearTimeout(this.timer);
    this.dirty = false;
    try {
      const { kept } = await this.ask(new FormData(this.form), options);
      if (kept) this.say(kept);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.dirty = true;
      const elsewhere = error.message === "409";
      this.over.hidden = !elsewhere;
      this.said.textContent = elsewhere ? this.bar.dataset.elsewhere : this.bar.dataset.lost;
    }
  }

  say(at) {
    this.said.textContent = this.bar.dataset.kept.replace("{time}", at);
  }

  // Puts the chosen reply behind what stands in each field; a line that is down lets the form do it.
  async insert(event) {
    event.preventDefault();
    clearTimeout(this.timer);
    const data = new FormData(this.form);
    data.set("insert", "yes");
    try {
      const { kept, fields } = await this.ask(data);
      const changed = Object.entries(fields).map(([name, text]) => {
        const field = this.form.elements.namedItem(name);
        field.value = text;
        return field;
      });
      changed[0]?.focus();
      this.dirty = false;
      if (kept) this.say(kept);
    } catch (error) {
      if (error.name !== "AbortError") this.form.requestSubmit(event.target);
    }
  }
}

for (const bar of document.querySelectorAll("[data-draft]")) new Draft(bar);
