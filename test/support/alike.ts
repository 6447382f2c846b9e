import { expect } from "chai";
import type { Response } from "supertest";
import { KINDS, type AskedKind, type SlowApp } from "./stranger-flows.ts";
import { stranger } from "./strangers.ts";

/** What one move took, of each kind, in milliseconds. */
export interface Timed {
  /** Something is sent, or a stand-in waits. */
  sends: boolean;
  ms: Record<AskedKind, number>;
}

/** The same numbers in the same order for a seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

interface View {
  state: string;
  factor?: string;
  gen: number;
  inputs: string[];
  prompt?: { choices?: { choice: string }[]; kind?: string };
}

interface Ask {
  path: string;
  body?: object;
}

const MOST_MOVES = 16;
const ASSERTION = {
  id: "AAAA",
  rawId: "AAAA",
  type: "public-key",
  clientExtensionResults: {},
  response: {
    clientDataJSON: Buffer.from(
      '{"type":"webauthn.get","challenge":"AAAA","origin":"https://chat.example"}',
    ).toString("base64url"),
    authenticatorData: Buffer.alloc(37).toString("base64url"),
    signature: "AAAA",
  },
};

const stepOf =
  ({ gen }: View) =>
  (input: string, more: object = {}): Ask => ({ path: "/recovery/step", body: { gen, input, ...more } });

/** One of the moves from here, and now and then one that is none. */
function chosen(view: View, random: (below: number) => number): Ask {
  const step = stepOf(view);
  const any = <Value>(values: readonly Value[]) => values[random(values.length)] as Value;
  switch (random(12)) {
    case 0:
      return { path: "/recovery" };
    case 1:
      return any([
        { path: "/recovery/password", body: { gen: view.gen, password: "seven quiet lanterns" } },
        { path: "/recovery/link", body: { token: "A".repeat(22) } },
        { path: "/recovery/step", body: { gen: view.gen + 1, input: "yes" } },
        step(any(["yes", "no", "choose", "respond", "failed", "again", "another_way", "pick", "jump"])),
      ]);
  }
  // Who starts over is at the end of this flow.
  const input = any(
    view.inputs.length > 1 ? view.inputs.filter((each) => each !== "start_over") : view.inputs,
  );
  if (input === "choose") return step(input, any(view.prompt?.choices ?? []));
  if (input === "respond")
    return step(input, {
      response:
        view.prompt?.kind === "ceremony" ? ASSERTION : any(["000000", "000001", "0000-0000-0000-0000", "x"]),
    });
  return step(input ?? "start_over");
}

/** All of an answer but what is new each time: the handle, a challenge, ids of keys, a number. */
function comparable({ status, headers, text }: Response): unknown {
  const { date: _date, etag: _etag, "set-cookie": cookie, ...others } = headers as Record<string, string>;
  const body = text
    .replace(/"flow":"[\w-]{22}"/, '"flow":"…"')
    .replace(/"challenge":"[\w-]{43}"/, '"challenge":"…"')
    .replace(/"id":"[\w-]{43}"/g, '"id":"…"')
    .replace(/"number":"\d{6}"/, '"number":"…"');
  if (status === 429) {
    // The store counts by its own clock: of four that ask one after another, one may ask in the next second.
    const { "retry-after": _wait, "content-length": _length, ...rest } = others;
    return { status, body: body.replace(/\d+:\d+|"retry_after":\d+/g, "…"), others: rest };
  }
  return { status, body, others, cookie: String(cookie ?? "").replace(/=[\w-]{22};/, "=…;") };
}

const shuffled = <Value>(values: readonly Value[], random: (below: number) => number): Value[] => {
  const left = [...values];
  return values.map(() => left.splice(random(left.length), 1)[0] as Value);
};

/**
 * Walks the same flow, by moves that a seed chooses, for one identifier of each kind, and expects every answer to be the same. `order`: at each move the four ask
 * at once, or one after the other, in an order that the seed chooses too.
 */
export async function walkAlike(
  { app }: Pick<SlowApp, "app">,
  seed: number,
  order: "at once" | "in turn",
  around: (ask: () => Promise<void>, kind: AskedKind) => Promise<void> = (ask) => ask(),
): Promise<Timed[]> {
  const random = seeded(seed);
  const people = new Map(KINDS.map((kind) => [kind, stranger(app)]));
  const timed: Timed[] = [];
  let ask: Ask | ((kind: AskedKind) => Ask) = (kind) => ({
    path: "/recovery",
    body: { identifier: `${kind}-${seed}` },
  });
  let view: View = { state: "identify", gen: 0, inputs: [] };
  // So many are declined at once, that flows come to every way.
  let declines = random(8);
  for (let i = 0; i < MOST_MOVES; i++) {
    const answers = {} as Record<AskedKind, Response>;
    const ms = {} as Record<AskedKind, number>;
    const one = async (kind: AskedKind) => {
      const { path, body } = typeof ask === "function" ? ask(kind) : ask;
      const me = people.get(kind) as ReturnType<typeof stranger>;
      const start = performance.now();
      answers[kind] = await (body === undefined ? me.get(path) : me.post(path, body));
      ms[kind] = performance.now() - start;
    };
    const kinds = shuffled(KINDS, random);
    if (order === "at once") await Promise.all(kinds.map(one));
    else for (const kind of kinds) await around(() => one(kind), kind);
    // On a machine that is too busy for Redis to answer in time; that says nothing of anybody, and what was done is not known.
    if (KINDS.some((kind) => answers[kind].status === 503)) break;
    const said = typeof ask === "function" ? "start" : JSON.stringify(ask.body ?? "look");
    const what = `seed ${seed}, move ${i}: ${said} at ${view.state} ${view.factor ?? ""}`;
    for (const kind of KINDS.slice(1)) {
      const waits = [answers[kind], answers.everything].map(({ headers }) =>
        Number(headers["retry-after"] ?? 0),
      );
      expect(waits[0], `${what}, ${kind}: Retry-After`).to.be.closeTo(waits[1] as number, 5);
      expect(comparable(answers[kind]), `${what}, ${kind}`).to.deep.equal(comparable(answers.everything));
    }
    const { status, body } = answers.everything;
    const after = body as View;
    const sends =
      status === 200 &&
      ["entry", "wait"].includes(after.state) &&
      isSent(after.factor) &&
      after.gen > view.gen;
    timed.push({ sends, ms });
    if (after.state !== undefined) view = after;
    if (view.inputs.length === 0 || (view.state === "none" && random(2) === 0)) break;
    const declined = declines-- > 0 && view.inputs.includes("no");
    ask = declined ? stepOf(view)("no") : chosen(view, random);
  }
  return timed;
}

const isSent = (factor: string | undefined) => factor === "email" || factor === "phone";
