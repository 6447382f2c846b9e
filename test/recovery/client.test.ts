import { rejects } from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { factorsClient } from "../../lib/client/index.ts";
import { letter, letterBox } from "../support/recovery-factors.ts";
import { PASSWORD, recoveryApp, type RecoveryApp } from "../support/recovery-scene.ts";

/** A browser's `fetch`, with its cookie of the recovery. */
function recoveryOf({ server }: RecoveryApp) {
  let cookie = "";
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const send: typeof fetch = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("cookie", cookie);
    headers.set("sec-fetch-site", "same-origin");
    const answer = await fetch(origin + (path as string), { ...init, headers, redirect: "manual" });
    for (const set of answer.headers.getSetCookie())
      if (set.startsWith("factors_recovery=")) cookie = /^[^;]*/.exec(set)?.[0] as string;
    return answer;
  };
  return factorsClient({ fetch: send }).recovery;
}

describe("a forgotten password, by the client", () => {
  it("is led to a new one, and is told of each refusal where it stands", async () => {
    const box = letterBox();
    const app = recoveryApp({ more: [letter(box)] });
    const recovery = recoveryOf(app);
    expect(await recovery.read()).to.include({ state: "identify", gen: 0 });
    await rejects(recovery.begin(""), { status: 400, field: "identifier" });
    const offer = await recovery.begin("alice");
    expect(offer).to.include({ state: "offer", factor: "totp" });
    const other = await recovery.step(offer, "no");
    expect(other).to.include({ state: "offer", factor: "letter" });
    const entry = await recovery.step(other, "yes");
    expect(entry.state).to.equal("entry");
    expect(entry.prompt).to.include({ kind: "typed" });
    await rejects(recovery.step(other, "yes"), (error: { status: number; code: string; body: object }) => {
      expect(error).to.include({ status: 409, code: "recovery_moved" });
      expect(error.body).to.include({ state: "entry", gen: entry.gen });
      return true;
    });
    const proven = await recovery.step(entry, "respond", { response: box.code("alice") });
    expect(proven).to.include({ state: "reset" });
    expect(proven.proofs).to.deep.equal([{ factor: "letter", class: "address" }]);
    await rejects(
      recovery.password(proven, "short"),
      (error: { status: number; code: string; body: object }) => {
        expect(error).to.include({ status: 422, code: "password_refused" });
        expect(error.body).to.include({ reason: "short", state: "reset" });
        return true;
      },
    );
    const again = await recovery.read();
    expect(await recovery.password(again, PASSWORD)).to.include({ state: "done" });
    expect(app.written.map(({ user, password }) => [user, password])).to.deep.equal([["alice", PASSWORD]]);
  });

  it("needs a browser with passkeys where one is asked for, and a link that is good", async () => {
    const app = recoveryApp();
    const recovery = recoveryOf(app);
    await rejects(recovery.link("none"), { status: 409, code: "recovery_moved" });
    await rejects(recovery.respondByPasskey({ gen: 1, prompt: { publicKey: {} } }), TypeError);
  });
});
