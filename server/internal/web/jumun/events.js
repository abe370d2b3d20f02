// readEvents calls on(name, id, data) for each server-sent event of a body (HTML standard, section 9.2.6), and beat()
// whenever bytes arrive, also those of a comment. id is undefined if the event has none. An event that is cut off is not told.
export async function readEvents(body, on, beat) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "", name = "", id, data = [];
  const field = (line) => {
    const [, key, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (key === "event") name = value;
    if (key === "id") id = value;
    if (key === "data") data.push(value);
  };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    beat();
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line !== "") {
        field(line.replace(/\r$/, ""));
        continue;
      }
      if (data.length > 0) on(name || "message", id, data.join("\n"));
      name = "", id = undefined, data = [];
    }
  }
}
