import { randomBytes } from "node:crypto";
import { codeAt } from "./totp.ts";
import type { AppProcess } from "./app-process.ts";

/** What everybody together has seen. */
export interface Tally {
  logins: number;
  /** One code, two successes. */
  doubles: number;
  /** A right code that was refused and had not been good for anything. */
  lost: number;
  /** 5xx, but 503. */
  faults: number;
  /** Answers after more than 1.5 s, or none. */
  hangs: number;
  unavailable: number;
  /** What went wrong, for whoever looks into it. */
  notes: string[];
}

export const newTally = (): Tally => ({
  logins: 0,
  doubles: 0,
  lost: 0,
  faults: 0,
  hangs: 0,
  unavailable: 0,
  notes: [],
});

const HANG_MS = 1500;
const GIVEN_UP_MS = 10_000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets people log in, one after the other on each of so many lines, until `until` is over. */
export class Crowd {
  private next = 0;
  /** Codes that were made before it may be gone; performance.now(). */
  forgottenBefore = 0;
  tally = newTally();
  private readonly apps: readonly AppProcess[];

  constructor(apps: readonly AppProcess[]) {
    this.apps = apps;
  }

  /** People log in until told to stop. Answers when the last one is through. */
  async run(lines: number, goesOn: () => boolean): Promise<void> {
    await Promise.all(
      Array.from({ length: lines }, async (_, line) => {
        while (goesOn()) await (line % 2 === 0 ? this.bySms() : this.byApp());
      }),
    );
  }

  /** Milliseconds until each process has sent a code, from now on. */
  async untilServed(): Promise<number> {
    const start = performance.now();
    await Promise.all(
      this.apps.map(async (app) => {
        const person = this.newPerson(app);
        await person.post(`/login/${person.id}`);
        await person.insist("/sms_verification/challenge", {}, 5);
      }),
    );
    return performance.now() - start;
  }

  /** What has been seen since the last time. */
  takeTally(): Tally {
    const { tally } = this;
    this.tally = newTally();
    return tally;
  }

  private newPerson(app: AppProcess, id = `p${this.next++}`): Person {
    return new Person(app.port, id, this);
  }

  private async bySms(): Promise<void> {
    const person = this.newPerson(this.apps[this.next % this.apps.length] as AppProcess);
    const began = performance.now();
    await person.post(`/login/${person.id}`);
    const sent = await person.insist("/sms_verification/challenge");
    if (sent !== 201) return this.refused("send", sent, began);
    const { code } = (await person.get(`/code/${person.id}`)) as {
      code: string;
    };
    const answer = await person.insist("/sms_verification", { pin_number: code });
    const { count } = (await person.get(`/successes/${person.id}`)) as { count: number };
    await person.post(`/leave/${person.id}`);
    if (count > 1) this.doubled(`text message: ${count} successes`, began);
    if (answer !== 200) return this.refused("right code", answer, began);
    this.tally.logins++;
  }

  /** The same code in two browsers at once, on both processes: good for one of them. */
  private async byApp(): Promise<void> {
    const people = this.apps.map((app) => this.newPerson(app, `p${this.next}`));
    this.next++;
    const [first] = people as [Person];
    const began = performance.now();
    const secret = randomBytes(20);
    await first.insist(`/totp/${first.id}/${base32(secret)}`);
    await Promise.all(people.map((each) => each.post(`/login/${each.id}`)));
    const totp_code = codeAt(secret, Date.now());
    const answers = await Promise.all(people.map((each) => each.insist("/totp_verification", { totp_code })));
    await Promise.all(people.map((each) => each.post(`/leave/${each.id}`)));
    const passed = answers.filter((status) => status === 200).length;
    if (passed > 1) this.doubled("authenticator app: one code passed twice", began);
    else if (passed === 0) this.refused("code of an app", answers, began);
    else this.tally.logins++;
  }

  private refused(what: string, answer: unknown, began: number): void {
    if (began < this.forgottenBefore) return;
    this.tally.lost++;
    this.tally.notes.push(`${what}: ${String(answer)}`);
  }

  private doubled(what: string, began: number): void {
    if (began < this.forgottenBefore) return;
    this.tally.doubles++;
    this.tally.notes.push(what);
  }
}

/** One browser. */
class Person {
  private cookie = "";
  readonly id: string;
  private readonly port: number;
  private readonly crowd: Crowd;

  constructor(port: number, id: string, crowd: Crowd) {
    this.port = port;
    this.id = id;
    this.crowd = crowd;
  }

  private get tally(): Tally {
    return this.crowd.tally;
  }

  /** Asks again while the answer is 503, as people do. The last status. */
  async insist(path: string, body: object = {}, everyMs = 50): Promise<number> {
    const end = performance.now() + 25_000;
    for (;;) {
      const status = await this.post(path, body);
      if (status !== 503 || performance.now() > end) return status;
      await wait(everyMs);
    }
  }

  async post(path: string, body: object = {}): Promise<number> {
    const response = await this.timed(path, { method: "POST", body: JSON.stringify(body) });
    if (response === undefined) return 503;
    const { status } = response;
    await response.arrayBuffer();
    if (status === 503) this.tally.unavailable++;
    else if (status >= 500) {
      this.tally.faults++;
      this.tally.notes.push(`${path.replace(/\/p\d+.*/, "")}: ${status}`);
    }
    const [cookie] = response.headers.getSetCookie();
    if (cookie?.startsWith("connect.sid") === true) this.cookie = cookie.split(";")[0] as string;
    return status;
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(`http://127.0.0.1:${this.port}${path}`)).json();
  }

  private async timed(path: string, init: RequestInit): Promise<Response | undefined> {
    const start = performance.now();
    const headers = {
      "content-type": "application/json",
      accept: "application/json",
      "x-forwarded-for": `10.${[16, 8, 0].map((bits) => (Number(this.id.slice(1)) >> bits) & 255).join(".")}`,
      cookie: this.cookie,
    };
    const signal = AbortSignal.timeout(GIVEN_UP_MS);
    try {
      return await fetch(`http://127.0.0.1:${this.port}${path}`, { ...init, headers, signal });
    } catch {
      return undefined;
    } finally {
      const ms = performance.now() - start;
      if (ms > HANG_MS) {
        this.tally.hangs++;
        this.tally.notes.push(`${path.replace(/\/p\d+.*/, "")}: ${Math.round(ms)} ms`);
      }
    }
  }
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) as string[])
    .map((five) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five, 2)])
    .join("");
}
