import { deliveryStatus } from "../../lib/index.ts";
import { makeApp } from "../support/app.ts";
import { fakeTwilio } from "../support/fake-twilio.ts";
import { visitor } from "../support/visitor.ts";

describe("the script of a call", () => {
  it("[T6] is fetched by its own token only: each caller hears the code of their own call, once", async () => {
    const fake = await fakeTwilio();
    try {
      const transport = fake.transport();
      const app = makeApp({
        users: { alice: "+886912345678", bob: "+886912345679" },
        sms: { transport },
        call: { transport },
        routes: (router, { factors }) => void router.use("/delivery", deliveryStatus(factors)),
      });
      const callOf = async (user: string) => {
        const me = visitor(app);
        await me.logIn(user);
        await me.post("/call_verification/challenge").expect(201);
        return { me, url: fake.last("Calls").form["Url"] as string };
      };
      const heard = (url: string) =>
        fake.report(app, { CallSid: fake.sid, Digits: "1" }, { url: `${url}/code` });
      const calls = [await callOf("alice"), await callOf("bob")];
      for (const { url } of calls) {
        const [base, token = ""] = url.split("/voice/");
        const near = token.slice(0, -1) + (token.endsWith("A") ? "E" : "A");
        for (const other of [near, token.slice(0, -1), `${token}A`, "x", "__proto__"])
          await heard(`${base}/voice/${other}`).expect(404);
      }
      for (const { me, url } of calls) {
        const { text } = await heard(url).expect(200);
        await heard(url).expect(404);
        const code = [...text.matchAll(/>(\d)</g)].slice(0, 6).map(([, digit]) => digit);
        await me.post("/call_verification", { pin_number: code.join("") }).expect(200);
      }
    } finally {
      await fake.close();
    }
  });

  it("is over when its code is: not one millisecond before", async () => {
    const fake = await fakeTwilio();
    try {
      const transport = fake.transport();
      const app = makeApp({
        sms: { transport, ttlSeconds: 120 },
        call: { transport, ttlSeconds: 120 },
        routes: (router, { factors }) => void router.use("/delivery", deliveryStatus(factors)),
      });
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/call_verification/challenge").expect(201);
      const url = fake.last("Calls").form["Url"] as string;
      const pickUp = () => fake.report(app, { CallSid: fake.sid }, { url });
      app.clock.advance(120_000 - 1);
      await pickUp().expect(200);
      app.clock.advance(1);
      await pickUp().expect(404);
    } finally {
      await fake.close();
    }
  });
});
