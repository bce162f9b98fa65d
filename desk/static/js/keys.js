// Keys of the desk: j and k move in a list, Enter opens, x ticks, / searches, ? shows all of them. A
// letter presses what carries it as data-key; in a list without ticks it opens the case at that step.
// They never fire while somebody types; a person can switch them off, here or on a page of their own.
const rows = [...document.querySelectorAll("[data-queue] [data-row]")];
const sheet = document.getElementById("keys");
const off = document.getElementById("keys-off");

const isOff = () => document.body.dataset.keys === "off";
const isTyping = (element) =>
  element.isContentEditable || element.closest("input:not([type=checkbox], [type=radio]), textarea, select");

const move = (by) => {
  const at = rows.indexOf(here());
  const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  rows[to]?.querySelector("a")?.focus();
};

const boxes = () => [...document.querySelectorAll("[data-queue] input[name=case]")];
const ticked = () => boxes().some((box) => box.checked);
const here = () => rows.find((row) => row.contains(document.activeElement));

const tick = (row) => {
  row?.querySelector("input[name=case]")?.click();
  row?.querySelector("a")?.focus();
};

const steps = new Map(
  (document.querySelector("[data-row-keys]")?.dataset.rowKeys ?? "")
    .split(" ")
    .filter(Boolean)
    .map((pair) => pair.split(":")),
);

const openAt = (key) => {
  const link = here()?.querySelector("a");
  if (!link || !steps.has(key) || ticked()) return false;
  const address = new URL(link.href);
  address.searchParams.set("do", steps.get(key));
  address.hash = "act";
  location.assign(address);
  return true;
};

const press = (key) => {
  const target = [...document.querySelectorAll("[data-key]")].find(
    (one) => one.dataset.key === key && (ticked() || !one.closest("[data-bulk]")),
  );
  target?.click();
  return Boolean(target);
};

const act = (key) => {
  const search = document.querySelector("[data-search]");
  if (isOff()) return false;
  if (key === "?" && sheet) return sheet.showModal() ?? true;
  if (document.querySelector("dialog[open]")) return false;
  if (key === "j" && rows.length) return move(1) ?? true;
  if (key === "k" && rows.length) return move(-1) ?? true;
  if (key === "/" && search) return search.focus() ?? true;
  if (key === "x" && here()) return tick(here()) ?? true;
  if (key === "X") return document.querySelector("[data-all]")?.click() ?? true;
  if (key === "Escape" && ticked()) return document.querySelector("[data-untick]")?.click() ?? true;
  return openAt(key) || press(key);
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
  off.addEventListener("change", () => {
    document.body.dataset.keys = off.checked ? "off" : "on";
    const body = new URLSearchParams(new FormData(off.form));
    fetch(off.form.action, { method: "POST", body, credentials: "same-origin" });
  });
}

document.body.dataset.keys ??= "on";
