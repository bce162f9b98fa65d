// Keys of the queue: j and k move, Enter opens, / searches. They never fire while somebody types.
const rows = [...document.querySelectorAll("[data-queue] [data-row]")];
let at = -1;

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

const go = (to) => {
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at]?.querySelector("a")?.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j") go(at + 1);
  else if (event.key === "k") go(at - 1);
  else if (event.key === "/") document.querySelector("[data-search]")?.focus();
  else return;
  event.preventDefault();
});
