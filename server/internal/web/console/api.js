// A Refused is an answer that is not a success. reason is the last part of the problem's type.
export class Refused extends Error {
  constructor(status, reason) {
    super(`${status} ${reason}`);
    Object.assign(this, { status, reason });
  }
}

// ask sends a request by the cookie, or by a token, and returns the JSON of the answer.
export async function ask(method, path, body, token) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = "Bearer " + token;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", redirect: "error", signal: AbortSignal.timeout(15_000) });
  if (answer.status === 204) return {};
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, String(json.type ?? "").replace("urn:jumun:problem:", ""));
  return json;
}

// martURL returns the path of what is known of a mart.
export function martURL(mart, rest = "") { return `/v1/admin/marts/${encodeURIComponent(mart)}${rest}`; }
