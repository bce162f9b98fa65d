// The bar for ticked cases: how many are ticked, and how many of them each button may take.
const bar = document.querySelector("[data-bulk]");
const boxes = [...document.querySelectorAll("[data-queue] input[name=case]")];
const all = document.querySelector("[data-all]");
const told = bar.querySelector("[data-ticked]");
const untick = bar.querySelector("[data-untick]");
const buttons = [...bar.querySelectorAll("button[name=do]")];

const say = (button, can, of) => {
  const { allCan, someCan, noneCan } = button.dataset;
  const said = button.querySelector("[data-can]");
  said.hidden = false;
  said.textContent = can === 0 ? noneCan : can === of ? allCan : someCan.replace("{n}", can);
  if (can === 0) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
};

const update = () => {
  const ticked = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").classList.toggle("is-picked", box.checked);
  for (const button of buttons) {
    say(button, ticked.filter((box) => box.dataset.may.split(" ").includes(button.value)).length, ticked.length);
  }
  told.textContent = told.dataset.ticked.replace("{n}", ticked.length);
  bar.hidden = ticked.length === 0;
  bar.classList.toggle("is-on", ticked.length > 0);
  all.checked = ticked.length === boxes.length;
  all.indeterminate = ticked.length > 0 && !all.checked;
};

for (const box of boxes) box.addEventListener("change", update);
all.hidden = false;
all.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  update();
});
untick.hidden = false;
untick.addEventListener("click", (event) => {
  event.preventDefault();
  for (const box of boxes) box.checked = false;
  update();
  document.querySelector("[data-queue] [data-row] a")?.focus();
});
for (const button of buttons) {
  button.addEventListener("click", (event) => {
    if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  });
}
// A page that is come back to keeps its ticks.
window.addEventListener("pageshow", update);
update();
