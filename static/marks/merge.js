// A list drawn anew goes into the one that is shown: by the ids of its items, and never over what somebody is writing.

// Somebody is writing in here, or just where the focus is.
function writing(item) {
  return [...item.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue || field === document.activeElement);
}

function busy(item, mine) {
  return writing(item) || (!mine && item.contains(document.activeElement));
}

export function merge(shown, drawn, mine) {
  const old = new Map([...shown.children].map((item) => [item.id, item]));
  let last = null;
  for (const item of [...drawn.children]) {
    const known = old.get(item.id);
    old.delete(item.id);
    last = known ? settle(known, item, mine) : put(shown, item, last);
  }
  for (const gone of old.values()) if (!busy(gone, mine)) gone.remove();
}

function put(shown, item, last) {
  if (last) last.after(item);
  else shown.prepend(item);
  return item;
}

// What is busy stays; but the answers below it go on coming, and the comment itself if it is not the one being changed.
function settle(known, item, mine) {
  if (!busy(known, mine)) {
    if (known.isEqualNode(item)) return known;
    const open = known.querySelector(".thread__answer")?.open;
    known.replaceWith(item);
    if (open) item.querySelector(".thread__answer").open = true;
    return item;
  }
  const [here, there] = [known, item].map((one) => one.querySelector("ol"));
  if (here && there) merge(here, there, mine);
  const [said, anew] = [known, item].map((one) => one.querySelector(".said"));
  if (said && anew && !busy(said, mine)) said.replaceWith(anew);
  return known;
}

// What scrolls around an element.
export function scroller(element) {
  for (let one = element; one; one = one.parentElement)
    if (one.scrollHeight > one.clientHeight && /auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  return document.scrollingElement;
}
