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
    promise("without an address nobody is refused for it", async ({ issue, verify }) => {
      assert.equal((await issue(START, { admission: undefined })).outcome, "issued");
      assert.equal((await verify(START, RIGHT, {}, { admission: undefined })).outcome, "passed");
    }),
  ];
}
