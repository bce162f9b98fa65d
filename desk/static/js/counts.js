// How many cases stand in each tab: asked for once the page stands, shown in room kept for it.
const bar = document.querySelector("[data-counts]");

const show = (place, count) => {
  place.querySelector(".dk-count__n").textContent = count;
  place.querySelector("[hidden]")?.removeAttribute("hidden");
  if (place.classList.contains("dk-count--late") && count !== "0") place.classList.add("dk-count--bad");
};

const answer = await fetch(bar.dataset.counts, { credentials: "same-origin" }).catch(() => null);
if (answer?.ok && !answer.redirected) {
  const counts = await answer.json();
  for (const place of bar.querySelectorAll("[data-count]")) {
    if (place.dataset.count in counts) show(place, counts[place.dataset.count]);
  }
}
