// The signs that one can choose from: loaded when they are asked for, found by words in French and in English.

const RECENT = "chat-emoji";
const MOST_RECENT = 18;
let loading = null;

const fold = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

// Resolves with {groups: [{name, signs}], all, tone, tones, toneLabel}; a sign is {sign, name, label, words, src, toned}.
export function load() {
  const { dataset } = document.querySelector("template[data-emoji]");
  loading ??= Promise.all([read(dataset.src), read(dataset.own)]).then(([known, own]) => arrange(known, own, dataset.ownLabel), (problem) => {
    loading = null;
    throw problem;
  });
  return loading;
}

async function read(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function arrange(known, own, ownLabel) {
  const side = document.documentElement.lang.startsWith("fr") ? 0 : 1;
  const groups = known.groups.map((names) => ({ name: names[side], signs: [] }));
  for (const [sign, group, names, french, english, like, toned] of known.emoji) {
    const said = [french, english, like];
    const words = fold(`${names} ${said.join(" ")}`.replaceAll("_", " "));
    groups[group].signs.push({ sign, name: names.split(" ")[0], names, label: said[side], words, toned });
  }
  const signs = own.found.map(({ name, src }) => ({ sign: `:${name}:`, name, names: name, label: `:${name}:`, words: fold(name.replaceAll("_", " ")), src }));
  if (signs.length) groups.unshift({ name: ownLabel, signs });
  return { groups, all: groups.flatMap((group) => group.signs), tone: own.tone, tones: own.tones, toneLabel: own.toneLabel };
}

// The sign as one writes it: in the tone of skin that one chose.
export function inTone({ sign, toned }, tone) {
  return toned && tone ? toned.replaceAll("*", String.fromCodePoint(Number.parseInt(tone, 16))) : sign;
}

// The signs beside a message, drawn with the page, follow a tone that was chosen since.
export function redraw({ all, tone }) {
  for (const one of document.querySelector("template[data-menu]")?.content.querySelectorAll("[data-react]") ?? []) {
    const sign = one.dataset.react.replace(/\p{Emoji_Modifier}/gu, "");
    one.textContent = one.dataset.react = inTone(all.find((each) => each.sign === sign) ?? { sign }, tone);
  }
}

// Those that bear all words, in part; where a name or a word begins so, before the others.
export function find({ all }, typed, most) {
  const words = fold(typed).replaceAll("_", " ").split(/\s+/).filter(Boolean);
  const fits = all.filter((one) => words.every((word) => one.words.includes(word)));
  const place = (one) => {
    if (one.names.split(" ").some((name) => name.startsWith(words[0]))) return 0;
    const at = ` ${one.words}`.indexOf(` ${words[0]}`);
    return at < 0 ? Infinity : at; // what it is called stands before what it is like
  };
  return fits.map((one) => [place(one), one]).sort(([a], [b]) => (a === b ? 0 : a - b)).slice(0, most).map(([, one]) => one);
}

export function recent({ all }) {
  const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
  return kept.map((sign) => all.find((one) => one.sign === sign)).filter(Boolean);
}

export function used(sign) {
  const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]").filter((one) => one !== sign);
  localStorage.setItem(RECENT, JSON.stringify([sign, ...kept].slice(0, MOST_RECENT)));
}

// A source for <mention-field>: a slash at the beginning offers commands.
export const commanding = {
  typed: /^(\/[a-z0-9_-]{0,30})$/u,
  async ask(typed, signal) {
    const here = document.querySelector("chat-page")?.dataset.channel ?? "";
    const answer = await fetch(`/chat/commands/?${new URLSearchParams({ channel: here })}`, { signal });
    if (!answer.ok) throw new Error(answer.statusText);
    return { found: (await answer.json()).found.filter(({ value }) => value.startsWith(typed)) };
  },
};

// A source for <mention-field>: “#tri” offers channels, of which a link is written.
export const linking = {
  typed: /(?:^|[\s(])(#[\p{L}\p{N}_][\p{L}\p{N}_-]{0,40})$/u,
  async ask(typed, signal) {
    const answer = await fetch(`/chat/channels/?${new URLSearchParams({ q: typed.slice(1) })}`, { signal });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  },
};

// A source for <mention-field>: “:smi” offers what it may be; the sign itself is written, a picture's name as it is.
export const typing = {
  typed: /(?:^|[\s(])(:[\p{L}\p{N}_+-]{2,40})$/u,
  async ask(typed) {
    const known = await load();
    const found = find(known, typed.slice(1), 8).map((one) => ({ ...one, sign: inTone(one, known.tone) }));
    return { found: found.map((one) => ({ value: one.sign, name: one.label, note: `:${one.name}:`, initials: one.src ? "" : one.sign, picture: one.src, hue: "ardoise" })) };
  },
};
