// An event opens over the calendar, in a dialog that the server draws; a new one begins in the small form.
import { open } from "shell/dialogs";

const one = () => document.getElementById("event-dialog");
const made = () => document.getElementById("new-event");

async function show(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!answer.ok) return location.assign(link.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const dialog = one();
  dialog.replaceChildren(...[...fresh.body.childNodes].map((node) => document.adoptNode(node)));
  for (const field of dialog.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = made()?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? field.value;
  dialog.showModal();
  dialog.querySelector("[data-edit], [data-close]")?.focus();
  return undefined;
}

// `begins`, `ends`: “18:00”; without them whole days, from `day` to `last`.
export function create({ day, last = day, begins = "", ends = "" }) {
  const dialog = made();
  if (!dialog) return;
  const { form } = dialog.querySelector("[name=title]");
  form.elements.first.value = day;
  form.elements.last.value = last;
  form.elements.all_day.checked = !begins;
  if (begins) {
    form.elements.begins.value = begins;
    form.elements.ends.value = ends;
  }
  hours(form);
  open(dialog);
}

function hours(form) {
  for (const part of form.querySelectorAll("[data-hours]")) part.hidden = form.elements.all_day.checked;
  for (const part of form.querySelectorAll("[data-days]")) part.hidden = !form.elements.all_day.checked && form.elements.last.value === form.elements.first.value;
}

document.addEventListener("change", ({ target }) => target.name === "all_day" && target.closest("#new-event") && hours(target.form));
document.addEventListener("submit", ({ target }) => {
  // the last day of hours on one day follows the first
  if (target.closest?.("#new-event") && target.querySelector("[data-days]")?.hidden) target.elements.last.value = "";
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a[data-event]");
  if (link && one()) {
    event.preventDefault();
    show(link);
    return;
  }
  const add = event.target.closest("[data-new-event]");
  if (add && made()) {
    event.preventDefault();
    const { day, begins, ends } = made().dataset;
    create({ day, begins, ends });
  }
});
