// Sizes and sentences as people read them.

// `units`: the words for bytes and each thousand of them, between blanks.
export function measure(count, units) {
  const words = units.split(" ");
  let [value, unit] = [count, 0];
  for (; value >= 1000 && unit < words.length - 1; unit += 1) value /= 1000;
  const digits = unit && value < 10 ? 1 : 0;
  return `${value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits })}\u00a0${words[unit]}`;
}

export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
