import { el, text } from "./dom.js";

const MARTS = {
  unheard: ["bad", () => text("console.mart.unheard")],
  unknown: ["warn", () => text("console.mart.unknown")],
  heard: ["", () => text("console.mart.heard")],
};

const DEVICES = {
  audible: ["", () => text("console.device.audible")],
  unknown: ["warn", () => text("console.device.unknown")],
  silent: ["bad", () => text("console.device.silent")],
  frozen: ["bad", () => text("console.device.frozen")],
  asleep: ["warn", () => text("console.device.asleep")],
  away: ["warn", () => text("console.device.away")],
  revoked: ["warn", () => text("console.device.revoked")],
};

// Others are words for people, of the device itself.
const PROBLEMS = {
  muted: () => text("console.problem.muted"),
  speaker: () => text("console.problem.speaker"),
  window: () => text("console.problem.window"),
  disk: () => text("console.problem.disk"),
  sleeps: () => text("console.problem.sleeps"),
  asleep: () => text("console.device.asleep"),
  quit: () => text("console.problem.quit"),
  closed: () => text("console.problem.closed"),
  busy: () => text("console.problem.busy"),
  "no-sound": () => text("console.problem.no-sound"),
};

// badge shows a state; one of a newer server is shown as it is.
function badge([style, name]) { return el("span", { class: `state ${style}` }, name()); }

export function martBadge(state) { return badge(MARTS[state] ?? ["warn", () => state]); }
export function deviceBadge(state) { return badge(DEVICES[state] ?? ["warn", () => state]); }
export function martState(state) { return MARTS[state][1](); }
export function problems(list = []) { return list.map((p) => Object.hasOwn(PROBLEMS, p) ? PROBLEMS[p]() : p).join(", "); }
