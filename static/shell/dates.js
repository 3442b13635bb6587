// A date in the language of the page; in French the first of a month is “1er”, which Intl does not say.
export function written(date, form) {
  const { lang } = document.documentElement;
  const text = date.toLocaleString(lang, form);
  return lang.startsWith("fr") ? text.replace(/(?<!\d)1(?=[ \u00a0]\p{L}{3})/u, "1er") : text;
}
