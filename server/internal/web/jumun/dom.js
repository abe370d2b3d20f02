// language is the one of TEXTS that the page is in.
export const language = (document.documentElement.lang || navigator.language).startsWith("ko") ? "ko" : "en";

// text returns a text of assets/translations, with values in place of {{.Name}}.
export function text(id, values = {}) {
  return TEXTS[language][id].replace(/{{\.(\w+)}}/g, (_, name) => values[name]);
}

// el returns an element. What an order says becomes text, and never markup.
export function el(tag, { class: name, ...rest } = {}, ...children) {
  const e = Object.assign(document.createElement(tag), rest);
  if (name) e.className = name;
  e.append(...children.filter((c) => c !== undefined && c !== null));
  return e;
}

// put writes a text where it is another one: a person may be selecting it, or a reader reading it out.
export function put(e, value) {
  if (e.textContent !== value) e.textContent = value;
  e.hidden = value === "";
}

// arrange makes children those of parent, in this order, and moves none that is in its place: a button under a finger stays.
export function arrange(parent, children) {
  [...parent.children].filter((c) => !children.includes(c)).forEach((c) => c.remove());
  children.forEach((c, i) => { if (parent.children[i] !== c) parent.insertBefore(c, parent.children[i] ?? null); });
}

// since returns how long ago something was, as the popup says it.
export function since(at, now) {
  const minutes = Math.floor((now - at) / 60_000);
  if (!(minutes >= 1)) return text("window.since.now");
  if (minutes < 60) return text("window.since.minutes", { N: minutes });
  if (minutes < 1440) return text("window.since.hours", { N: Math.floor(minutes / 60) });
  return text("window.since.days", { N: Math.floor(minutes / 1440) });
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

// amount returns an amount as people write it, or as the shop sent it if it is no whole number.
export function amount(value) {
  return /^\d{1,15}$/.test(value) ? Number(value).toLocaleString(language) : value ?? "";
}
