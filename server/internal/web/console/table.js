import { arrange, el, language, text } from "./dom.js";

// A Table shows rows that have a key. Rows that stay are changed in place: somebody may be about to press a button in one.
export class Table {
  constructor(...heads) {
    this.heads = heads;
    this.body = el("tbody");
    this.rows = new Map();
    this.element = el("div", { class: "table" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, h)))), this.body));
  }

  // show shows lists of cells by their keys, in this order, some with a class. A cell is a text, an element or nothing.
  show(rows) {
    const before = this.rows;
    this.rows = new Map(rows.map(([key, cells, style = ""]) => [key, Object.assign(fill(before.get(key) ?? el("tr"), cells, this.heads), { className: style })]));
    arrange(this.body, [...this.rows.values()]);
  }
}

// fill changes the cells of a row that differ. Buttons that say the same do the same.
// A cell knows the head of its column: on a phone, where there is no room for columns, it stands beside it.
function fill(row, cells, heads) {
  cells.forEach((cell, i) => {
    const wanted = el("td", {}, cell);
    wanted.dataset.head = heads[i];
    const there = row.children[i];
    if (!there) row.append(wanted);
    else if (there.innerHTML !== wanted.innerHTML) there.replaceWith(wanted);
  });
  return row;
}

// when returns a time as people read it.
export function when(at) {
  return at ? new Date(at).toLocaleString(language, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }) : "";
}

// exactly returns a time with its seconds.
export function exactly(at) { return at ? new Date(at).toLocaleString(language) : ""; }

// lasted returns a time in milliseconds as people say it.
export function lasted(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return text("console.lasted.seconds", { N: Math.max(0, Math.floor(ms / 1000)) });
  if (minutes < 60) return text("console.lasted.minutes", { N: minutes });
  if (minutes < 1440) return text("console.lasted.hours", { N: Math.floor(minutes / 60), M: minutes % 60 });
  return text("console.lasted.days", { N: Math.floor(minutes / 1440), M: Math.floor(minutes % 1440 / 60) });
}

export function button(name, onclick, style) { return el("button", { type: "button", onclick, class: style }, name); }
