// How many there are: asked for once the page stands, shown in room kept for it. News that is no more
// this person's to see is no news.
const show = (place, count) => {
  if (place.dataset.count === "news" && count === "0") return place.remove();
  place.querySelector(".dk-count__n").textContent = count;
  place.querySelector("[hidden]")?.removeAttribute("hidden");
  if (place.classList.contains("dk-count--late") && count !== "0") place.classList.add("dk-count--bad");
};

const ask = async (bar) => {
  const answer = await fetch(bar.dataset.counts, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const counts = await answer.json();
  for (const place of bar.querySelectorAll("[data-count]")) {
    if (place.dataset.count in counts) show(place, counts[place.dataset.count]);
  }
};

for (const bar of document.querySelectorAll("[data-counts]")) ask(bar);
