// Items as you type: a combobox whose list stands in the flow and never covers the next field.
// Without scripts, or when the line is down, the words are simply sent and the page asks again.
const WAIT = 180;

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text ?? "";
  return made;
};

// Marks the typed words inside a name, wherever they stand.
const marked = (name, words) => {
  const at = name.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return [name];
  const mark = element("mark", "", name.slice(at, at + words.length));
  return [name.slice(0, at), mark, name.slice(at + words.length)];
};

class ItemSearch {
  constructor(input) {
    this.input = input;
    this.words = input.dataset;
    this.chosen = document.getElementById(input.dataset.itemSearch);
    this.list = element("ul", "desk-combo__list");
    this.status = element("p", "govuk-visually-hidden");
    this.asked = 0;
    this.prepare();
    this.listen();
  }

  prepare() {
    this.list.id = `${this.input.id}-list`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.words.listLabel);
    this.status.setAttribute("role", "status");
    this.input.after(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-autocomplete": "list",
    })) {
      this.input.setAttribute(name, value);
    }
  }

  listen() {
    let timer = 0;
    this.input.addEventListener("input", (event) => {
      if (this.chosen) this.chosen.value = "";
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(() => this.ask(), WAIT);
    });
    this.input.addEventListener("compositionend", () => this.ask());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  get options() {
    return [...this.list.children];
  }

  get current() {
    return this.options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  }

  async ask() {
    const words = this.input.value.trim();
    const mine = (this.asked += 1);
    if (!words) return this.close();
    try {
      const answer = await fetch(`/items/search?q=${encodeURIComponent(words)}`);
      if (mine !== this.asked) return;
      if (answer.ok) this.show(await answer.json(), words);
      else this.close();
    } catch {
      this.close();
    }
  }

  show(items, words) {
    const options = items.map((item) => this.option(item, words));
    const own = element("li", "desk-combo__other", (this.words.own ?? "").replace("{words}", words));
    if (items.length && this.words.own) options.push(own);
    options.forEach((option, n) => {
      option.id = `${this.list.id}-${n}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        this.take(option);
      });
    });
    this.list.replaceChildren(...options);
    this.list.hidden = items.length === 0;
    this.input.setAttribute("aria-expanded", String(items.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.say(items.length);
  }

  option(item, words) {
    const option = element("li", "");
    option.dataset.code = item.code;
    option.dataset.name = item.name;
    const more = [item.department, item.promise, item.visits].filter(Boolean).join(" · ");
    option.append(...marked(item.name, words), element("span", "desk-combo__meta", more));
    return option;
  }

  say(n) {
    const { foundOne, found, none } = this.words;
    const sentence = n === 0 ? none : n === 1 ? (foundOne ?? found) : found;
    this.status.textContent = (sentence ?? "").replace("{n}", n);
  }

  take(option) {
    if (option.dataset.code) {
      this.input.value = option.dataset.name;
      if (this.chosen) this.chosen.value = option.dataset.code;
    }
    this.close();
  }

  mark(at) {
    this.options.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    this.input.setAttribute("aria-activedescendant", this.options[at].id);
  }

  close() {
    this.asked += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown") this.mark(this.current < last ? this.current + 1 : 0);
    else if (event.key === "ArrowUp") this.mark(this.current > 0 ? this.current - 1 : last);
    else if (event.key === "Enter" && this.current >= 0) this.take(this.options[this.current]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}

for (const input of document.querySelectorAll("[data-item-search]")) new ItemSearch(input);
