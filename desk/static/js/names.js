// Colleagues as you type an @ in a note: a list below the field, chosen by arrows and Enter. What
// stands in the text is what counts; without scripts the name is simply typed.
const MOST = 8;
const source = document.querySelector("[data-names]");
const field = source.closest("form").querySelector("textarea[name=text]");
const people = [...source.children].map((one) => ({
  name: one.firstChild.textContent.trim(),
  login: one.lastElementChild.textContent.slice(1),
}));

const list = document.createElement("ul");
list.id = "names-list";
list.className = "desk-combo__list";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", source.dataset.label);
field.after(list);
field.setAttribute("aria-controls", list.id);
field.setAttribute("aria-autocomplete", "list");

// The @ and the letters after it that end where the cursor stands.
const typed = () => /[@＠]([^\s@＠，。；：、]{0,24})$/.exec(field.value.slice(0, field.selectionStart));

const current = () => [...list.children].findIndex((one) => one.getAttribute("aria-selected") === "true");

const mark = (at) => {
  [...list.children].forEach((one, n) => one.setAttribute("aria-selected", String(n === at)));
  field.setAttribute("aria-activedescendant", list.children[at].id);
};

const close = () => {
  list.hidden = true;
  field.removeAttribute("aria-activedescendant");
};

const take = (person) => {
  const [whole] = typed() ?? [""];
  const end = field.selectionStart;
  field.setRangeText(`@${person.name} `, end - whole.length, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  field.focus();
};

const option = (person, n) => {
  const made = document.createElement("li");
  made.id = `names-${n}`;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", "false");
  made.textContent = `${person.name} @${person.login}`;
  made.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(person);
  });
  made.person = person;
  return made;
};

const show = () => {
  const found = typed();
  if (!found) return close();
  const words = found[1].toLowerCase();
  const fitting = people
    .filter(({ name, login }) => name.toLowerCase().includes(words) || login.toLowerCase().startsWith(words))
    .slice(0, MOST);
  list.replaceChildren(...fitting.map(option));
  list.hidden = !fitting.length;
};

field.addEventListener("input", (event) => !event.isComposing && show());
field.addEventListener("compositionend", show);
field.addEventListener("blur", close);
field.addEventListener("keydown", (event) => {
  if (list.hidden || event.isComposing) return;
  const last = list.children.length - 1;
  const at = current();
  if (event.key === "ArrowDown") mark(at < last ? at + 1 : 0);
  else if (event.key === "ArrowUp") mark(at > 0 ? at - 1 : last);
  else if (event.key === "Enter" && at >= 0) take(list.children[at].person);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});
