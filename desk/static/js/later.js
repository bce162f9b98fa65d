// Parts of a page that are asked for once it stands. Each holds a link to the whole, which stays
// when scripts are off or the line is down.
for (const place of document.querySelectorAll("[data-later]")) {
  const answer = await fetch(place.dataset.later, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) continue;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...part.body.childNodes);
}
