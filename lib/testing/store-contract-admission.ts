import assert from "node:assert/strict";
import type { Admission, Store } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { NEXT, RIGHT, START, WRONG, type Promising } from "./store-driver.ts";

/** One address, which has two points; counted as the package counts, just before the store is asked. */
function addressIn(store: Store): () => Admission {
  const policy = { name: "send", points: 2, durationSeconds: 3600 };
  const limiter = store.limiter(policy);
  return () => {
    const counted = limiter.consume("address").then(
      () => undefined,
      () => Promise.reject(new Error("over the limit")),
    );
    counted.catch(() => undefined);
    return { counted, bucket: { limiter: policy.name, key: "address", points: policy.points } };
  };
}

export function admissionCases(promise: Promising): ContractCase[] {
  return [
    promise(
      "[T31] who is over the limit of an address is refused as its limiter refuses, and changes nothing",
      async ({ store, issue, verify, read }) => {
        const admission = addressIn(store);
        assert.equal((await issue(START, { admission: admission() })).outcome, "issued");
        assert.equal((await verify(START, WRONG, {}, { admission: admission() })).outcome, "mismatch");
        const before = await read(START + 30_000);
        await assert.rejects(
          issue(START + 30_000, { admission: admission(), digest: NEXT, resend: "new" }),
          /over the limit/,
        );
        for (const digest of [WRONG, RIGHT])
          await assert.rejects(
            verify(START + 30_000, digest, {}, { admission: admission() }),
            /over the limit/,
          );
        assert.deepEqual(await read(START + 30_000), before);
        assert.equal((await verify(START + 30_000, RIGHT)).outcome, "passed");
      },
    ),
    promise(
      "[T31] of many at once from one address as many as it has points are let in, no matter how they overtake each other",
      async ({ store, verify, issue }) => {
        await issue(START);
        const admission = addressIn(store);
        const answers = await Promise.allSettled(
          Array.from({ length: 50 }, () => verify(START, WRONG, {}, { admission: admission() })),
        );
        assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 2);
        assert.equal((await verify(START, WRONG)).outcome, "mismatch");
        const left = await verify(START, WRONG);
        assert.equal("attemptsRemaining" in left && left.attemptsRemaining, 1);
      },
    ),
    promise(
      "[T31] an address whose count is nowhere, or whose limit is none, is not let in",
      async ({ store, issue, verify, read }) => {
        const counted = Promise.reject(new Error("over the limit"));
        counted.catch(() => undefined);
        const bucket = { limiter: "send", key: "never counted", points: 9 };
        await assert.rejects(issue(START, { admission: { counted, bucket } }), /over the limit/);
        assert.deepEqual(await read(START), { resendAfterMs: 0 });
        await issue(START);
        await store.limiter({ name: "send", points: 9, durationSeconds: 60 }).consume("nothing");
        for (const each of [bucket, { ...bucket, key: "nothing", points: 0 }]) {
          const admission = { counted, bucket: each };
          await assert.rejects(verify(START, RIGHT, {}, { admission }), /over the limit/);
          await assert.rejects(issue(START + 60_000, { admission }), /over the limit/);
        }
        assert.equal((await verify(START, RIGHT)).outcome, "passed");
      },
    ),
    promise(
      "[T31] one whose count is elsewhere is let in once it was counted there",
      async ({ issue, verify }) => {
        const bucket = { limiter: "send", key: "counted elsewhere", points: 1 };
        const admission = { counted: Promise.resolve(), bucket };
        assert.equal((await issue(START, { admission })).outcome, "issued");
        assert.equal((await verify(START, RIGHT, {}, { admission })).outcome, "passed");
      },
    ),
    promise("without an address nobody is refused for it", async ({ issue, verify }) => {
      assert.equal((await issue(START, { admission: undefined })).outcome, "issued");
      assert.equal((await verify(START, RIGHT, {}, { admission: undefined })).outcome, "passed");
    }),
  ];
}
