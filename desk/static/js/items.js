// Items as you type: a combobox whose list stands in the flow and never covers the next field.
const WAIT = 180;

for (const input of document.querySelectorAll("[data-item-search]")) {
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let timer = 0;
  let asked = 0;

  list.className = "desk-combo__list";
  list.id = `${input.id}-list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.listLabel);
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("autocomplete", "off");

  const options = () => [...list.querySelectorAll("[role=option]")];
  const current = () => options().findIndex((o) => o.getAttribute("aria-selected") === "true");

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (at) => {
    options().forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", options()[at].id);
  };

  const take = (option) => {
    input.value = option.dataset.name;
    const chosen = document.getElementById(input.dataset.itemSearch);
    if (chosen) chosen.value = option.dataset.code;
    close();
  };

  const show = (items) => {
    list.replaceChildren(
      ...items.map((item, n) => {
        const option = document.createElement("li");
        const more = document.createElement("span");
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.id = `${list.id}-${n}`;
        option.dataset.code = item.code;
        option.dataset.name = item.name;
        option.textContent = item.name;
        more.className = "desk-combo__meta";
        more.textContent = [item.department, item.promise, item.visits].filter(Boolean).join(" · ");
        option.append(more);
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(option);
        });
        return option;
      }),
    );
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    status.textContent = input.dataset.found.replace("{n}", items.length);
  };

  const ask = async () => {
    const mine = (asked += 1);
    const words = input.value.trim();
    if (!words) return close();
    try {
      const answer = await fetch(`/items/search?q=${encodeURIComponent(words)}`);
      if (mine === asked && answer.ok) show(await answer.json());
    } catch {
      close();
    }
  };

  input.addEventListener("input", () => {
    const chosen = document.getElementById(input.dataset.itemSearch);
    if (chosen) chosen.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const last = options().length - 1;
    if (event.key === "ArrowDown") mark(Math.min(last, current() + 1));
    else if (event.key === "ArrowUp") mark(Math.max(0, current() - 1));
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && current() >= 0) take(options()[current()]);
    else return;
    event.preventDefault();
  });
}
