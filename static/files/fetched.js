// A piece of a page, fetched and put in the place of what an element holds.
export async function fill(element, address) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (!answer || !answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  element.replaceChildren(...page.body.childNodes);
  return true;
}

// The same address with other words in its query.
export function withQuery(address, words) {
  const made = new URL(address, location.href);
  for (const [name, value] of Object.entries(words)) made.searchParams.set(name, value);
  return made;
}
