// A test alarm of the head office (shared/wire, "Test alarms") is shown for a minute, and one that lay in a buffer while the
// device slept is dropped. It is answered after 15 s at the latest; an answer that fails is sent again for ten minutes.
export const OFFICE_SHOWN = 60_000;
const OFFICE_ANSWER = 15_000, OFFICE_AGAIN = 5_000, OFFICE_TRIES = 600_000;

// An OfficeTest is the last test alarm of the head office, and what this page did with it.
export class OfficeTest {
  constructor(connection) {
    Object.assign(this, { connection, until: 0, told: "", after: 0 });
  }

  // start begins a test. problem is why it makes no sound: "busy", "no-sound" or "speaker"; undefined if it does.
  start(id, problem, now) {
    Object.assign(this, { id, began: now, until: problem === "busy" ? 0 : now + OFFICE_SHOWN, known: Boolean(problem), told: "", after: 0,
      sounded: false, shown: false, heard: false, problems: problem ? [problem] : [] });
  }

  // card returns what is to be shown: {id}, or null.
  card(now) { return now < this.until && !this.heard ? { id: this.id } : null; }

  // soundEnded takes that the sound was played to its end, and gaveWay that orders came.
  soundEnded() { this.known = this.sounded = true; }

  gaveWay() {
    if (!this.known) this.problems = ["busy"];
    this.known = true;
    this.until = 0;
  }

  press(id) { if (id === this.id) this.heard = true; }

  // update tells the server what became of the test once that is known, and what changes after it.
  async update(visible, now) {
    if (!this.id || now > this.began + OFFICE_TRIES) return;
    if (visible && this.card(now)) this.shown = true;
    const late = now > this.began + OFFICE_ANSWER;
    if (this.told === "" && !late && !(this.known && (this.shown || this.until === 0))) return;
    if (this.told === "" && !this.shown && this.until > 0) this.problems = [...this.problems, "window"];
    const { id, sounded, shown, heard, problems } = this, body = { sounded, shown, heard, problems }, text = JSON.stringify(body);
    if (text === this.told || now < this.after) return;
    this.told = text;
    try {
      await this.connection.post(`/tests/${encodeURIComponent(id)}`, body);
    } catch (failure) {
      console.warn("jumun: a test alarm is not answered yet", failure);
      if (this.id !== id || [404, 507].includes(failure.status)) return;
      Object.assign(this, { told: " ", after: now + OFFICE_AGAIN });
    }
  }
}
