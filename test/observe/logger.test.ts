import { channel } from "node:diagnostics_channel";
import { expect } from "chai";
import { pino } from "pino";
import { EVENT_NAMES, type FactorEvent } from "../../lib/events.ts";
import { makeApp } from "../support/app.ts";
import { passed, visitor, withCode, wrong } from "../support/visitor.ts";

describe("the logger", () => {
  it("[N4][N3] gets every event as one structured line of pino's, warnings as warnings", async () => {
    const lines: string[] = [];
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
    const app = makeApp({ factors: { logger } });
    const { me, code } = await withCode(app);
    await me.verify(wrong(code)).expect(400);
    app.outbox.failWith(new Error("no"));
    app.clock.advance(60_000);
    await me.send().expect(500);
    for (const line of lines) expect(line.indexOf("\n")).to.equal(line.length - 1);
    const entries = lines.map(
      (line) => JSON.parse(line) as { level: number; msg: string; event: string; phone: string },
    );
    expect(entries.map(({ level, msg }) => [level, msg])).to.deep.equal([
      [30, "phone_otp_send_start"],
      [30, "phone_otp_send_delivery_completed"],
      [30, "phone_otp_verify_start"],
      [30, "phone_otp_verify_code_mismatch"],
      [30, "phone_otp_send_start"],
      [40, "phone_otp_send_delivery_failed"],
    ]);
    expect(entries.every(({ event, msg, phone }) => event === msg && /^[\w-]{22,}$/.test(phone))).to.equal(
      true,
    );
    expect(lines.join()).not.to.include(code).and.not.include("912345678");
  });

  it("that throws breaks nothing: onError is told", async () => {
    const fail = () => {
      throw new Error("disk full");
    };
    const app = makeApp({ factors: { logger: { info: fail, warn: fail } } });
    await passed(app);
    expect(app.told.map(String)).to.include("Error: disk full");
  });

  it("an async listener that fails, and an async onError, end no process", async () => {
    const unhandled: unknown[] = [];
    const hear = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", hear);
    try {
      const told: unknown[] = [];
      const app = makeApp({
        factors: {
          onError: ((error: unknown) => {
            told.push(error);
            return Promise.reject(new Error("mail server away"));
          }) as (error: unknown) => void,
        },
      });
      const listener: () => unknown = () => Promise.reject(new Error("listener"));
      app.factors.events.on("phone_otp_send_start", listener as () => void);
      await withCode(app);
      await new Promise((resolve) => setImmediate(resolve));
      expect(told.map(String)).to.deep.equal(["Error: listener"]);
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.off("unhandledRejection", hear);
    }
  });

  it("is checked at start", () => {
    for (const logger of [{}, { info: 1 }, "console", null])
      expect(() => makeApp({ factors: { logger: logger as never } })).to.throw(TypeError, /logger/);
  });
});

describe("the diagnostics channel", () => {
  it("passport-factors carries every event with its name", async () => {
    const seen: { name: string; event: FactorEvent }[] = [];
    const hear = (message: unknown) => void seen.push(message as (typeof seen)[number]);
    channel("passport-factors").subscribe(hear);
    try {
      const app = makeApp();
      await passed(app);
      expect(seen).to.deep.equal(app.events);
      expect(seen.map(({ name }) => name)).to.include("phone_otp_verify_completed");
      expect(EVENT_NAMES).to.include.members(seen.map(({ name }) => name));
    } finally {
      channel("passport-factors").unsubscribe(hear);
    }
    const quiet = visitor(makeApp());
    await quiet.logIn("alice");
    const before = seen.length;
    await quiet.send().expect(201);
    expect(seen).to.have.length(before);
  });
});
