// The numbers of the overview: asked for once the frame stands, put into room kept for them.
const place = document.querySelector("[data-numbers]");
const told = document.getElementById("numbers-told");

const ask = async () => {
  const answer = await fetch(place.dataset.numbers, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    told.textContent = told.dataset.failed;
    place.querySelector(".dk-numbers__ask").classList.add("dk-numbers__ask--shown");
    place.removeAttribute("aria-busy");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...page.body.childNodes);
  place.removeAttribute("aria-busy");
  told.textContent = told.dataset.told;
};

ask();
