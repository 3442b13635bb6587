// What is written and not yet sent is kept on this device, for this person alone, until it is.

const AGE = 30 * 24 * 3600 * 1000;

export class Drafts {
  constructor(around) {
    this.stem = `draft:${around.dataset.person}:`;
    this.place = around.dataset.src;
    this.tidy();
  }

  name(field) {
    return `${this.stem}${this.place}${field.id}`;
  }

  keep(field) {
    if (!field.matches("textarea")) return;
    if (!field.value.trim() || field.value === field.defaultValue) this.drop(field);
    else store(() => localStorage.setItem(this.name(field), JSON.stringify({ at: Date.now(), text: field.value })));
  }

  drop(field) {
    if (field) store(() => localStorage.removeItem(this.name(field)));
  }

  restore(root) {
    for (const field of root.querySelectorAll("textarea")) {
      const kept = read(this.name(field));
      if (!kept || field.value !== field.defaultValue) continue;
      field.value = kept.text;
      const answering = field.closest("details");
      if (answering) answering.open = true;
    }
  }

  tidy() {
    store(() => {
      for (const name of Object.keys(localStorage))
        if (name.startsWith(this.stem) && !(Date.now() - read(name)?.at < AGE)) localStorage.removeItem(name);
    });
  }
}

function read(name) {
  return store(() => JSON.parse(localStorage.getItem(name)));
}

// A device may keep nothing for anybody: then nothing is kept.
function store(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
