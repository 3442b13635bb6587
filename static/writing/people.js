// Who else is in the text: a person with two windows is one.

const MOST = 5;

export class People {
  constructor(signs, others) {
    Object.assign(this, { signs, others });
    this.here = new Map();
  }

  meet(list) {
    for (const who of list) who.name ? this.here.set(who.id, who) : this.here.delete(who.id);
    const people = [...new Map([...this.here.values()].map((who) => [`${who.name} ${who.hue}`, who])).values()];
    this.signs.replaceChildren(...people.slice(0, MOST).map(sign));
    this.others.textContent = people.length > MOST ? `+${people.length - MOST}` : "";
  }

  leave() {
    this.here.clear();
    this.meet([]);
  }
}

function sign({ name, hue, sign: letters }) {
  const found = document.createElement("span");
  found.className = "avatar";
  found.dataset.hue = hue;
  found.setAttribute("role", "img");
  Object.assign(found, { ariaLabel: name, title: name });
  found.textContent = letters;
  return found;
}
