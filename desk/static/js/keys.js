// Keys of the desk: j and k move in a list, Enter opens, / searches, ? shows all of them, and a
// letter presses what carries it as data-key. They never fire while somebody types, and they can be
// switched off in the sheet.
const OFF = "desk-keys-off";
const rows = [...document.querySelectorAll("[data-queue] [data-row]")];
const sheet = document.getElementById("keys");
const off = document.getElementById("keys-off");

const isOff = () => localStorage.getItem(OFF) === "yes";
const isTyping = (element) =>
  element.isContentEditable || element.closest("input:not([type=checkbox], [type=radio]), textarea, select");

const move = (by) => {
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const to = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by));
  rows[to]?.querySelector("a")?.focus();
};

const press = (key) => {
  const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  target?.click();
  return Boolean(target);
};

const act = (key) => {
  const search = document.querySelector("[data-search]");
  if (key === "?" && sheet) return sheet.showModal() ?? true;
  if (isOff() || document.querySelector("dialog[open]")) return false;
  if (key === "j" && rows.length) return move(1) ?? true;
  if (key === "k" && rows.length) return move(-1) ?? true;
  if (key === "/" && search) return search.focus() ?? true;
  return press(key);
};

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (plain && !isTyping(event.target) && act(event.key)) event.preventDefault();
});

for (const row of rows) {
  row.addEventListener("focusin", () => row.classList.add("is-here"));
  row.addEventListener("focusout", () => row.classList.remove("is-here"));
}

if (off) {
  off.checked = isOff();
  off.addEventListener("change", () =>
    off.checked ? localStorage.setItem(OFF, "yes") : localStorage.removeItem(OFF),
  );
}
