// What somebody looked for lately: kept on this device, for this person only. What another one looked for here is forgotten.

const PREFIX = "searches:";
const KEPT = 5;

export class Recent {
  constructor(owner) {
    this.key = `${PREFIX}${owner}`;
  }

  get all() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]").filter((one) => typeof one === "string").slice(0, KEPT);
    } catch {
      return [];
    }
  }

  add(text) {
    const said = text.trim();
    if (said.length < 2) return;
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX) && name !== this.key) localStorage.removeItem(name);
      localStorage.setItem(this.key, JSON.stringify([said, ...this.all.filter((one) => one !== said)].slice(0, KEPT)));
    } catch {
      // a browser that keeps nothing: there are no recent searches then
    }
  }

  forget() {
    localStorage.removeItem(this.key);
  }
}
