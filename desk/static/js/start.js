// What a page gains with scripts. Every page works without them.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

// On a narrow window rows of tabs scroll: the one that is open is brought into sight, the page stays where it is.
for (const row of document.querySelectorAll(".dk-nav, .dk-subnav, .dk-tabs")) {
  const open = row.querySelector("[aria-current]");
  if (open && row.scrollWidth > row.clientWidth) row.scrollLeft += open.getBoundingClientRect().left - row.getBoundingClientRect().left - 24;
}

if (document.querySelector("[data-module^='govuk-']")) import("./components.js");
if (document.querySelector("[data-item-search]")) import("./items.js");
if (document.querySelector("[data-count]")) import("./counts.js");
if (document.querySelector("[data-numbers]")) import("./numbers.js");
if (document.querySelector("[data-names]")) import("./names.js");
if (document.querySelector("[data-later]")) import("./later.js");
if (document.querySelector("[data-draft]")) import("./drafts.js");
if (document.querySelector("[data-bulk]")) import("./bulk.js");
if (document.querySelector("[data-dialog]")) import("./dialogs.js");
if (document.querySelector("[data-countdown]")) import("./countdown.js");
if (document.querySelector("[data-queue], [data-key], #keys")) import("./keys.js");
