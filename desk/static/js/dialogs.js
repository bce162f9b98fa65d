// Opens in place what otherwise is a page of its own: the form is fetched and shown in a dialog.
const show = (form, link) => {
  const dialog = document.createElement("dialog");
  dialog.className = "dk-dialog";
  dialog.setAttribute("aria-label", link.dataset.called);
  dialog.append(form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  for (const button of dialog.querySelectorAll("[data-close]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
  }
  document.body.append(dialog);
  dialog.showModal();
};

const open = async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const link = event.currentTarget;
  const answer = await fetch(link.href, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok && !answer.redirected ? await answer.text() : "";
  const form = new DOMParser().parseFromString(page, "text/html").getElementById(link.dataset.dialog);
  if (form) show(form, link);
  else location.assign(link.href);
};

for (const link of document.querySelectorAll("[data-dialog]")) link.addEventListener("click", open);
