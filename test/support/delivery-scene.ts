import { deliveryStatus } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "./app.ts";
import { fakeTwilio, type FakeTwilio } from "./fake-twilio.ts";
import { visitor, type Kind } from "./visitor.ts";

export const mounted: NonNullable<AppOptions["routes"]> = (app, { factors }) =>
  void app.use("/delivery", deliveryStatus(factors));

/** An app whose messages go to a Twilio of this machine, which reports what became of them. */
export function deliveryScene(express: (typeof versions)[number]) {
  let fake: FakeTwilio;
  beforeEach(async () => void (fake = await fakeTwilio()));
  afterEach(() => fake.close());
  const make = (more: AppOptions = {}): TestApp => {
    const transport = fake.transport();
    return makeApp({ express, sms: { transport }, call: { transport }, routes: mounted, ...more });
  };
  const sent = async (app: TestApp, channel = "sms", kind: Kind = "json") => {
    const me = visitor(app, kind);
    await me.logIn("alice");
    await me.post(`/${channel}_verification/challenge`).expect(kind === "json" ? 201 : 303);
    return me;
  };
  const deliveryOf = async (me: ReturnType<typeof visitor>, channel = "sms") =>
    (await me.get(`/${channel}_verification/challenge`).expect(200)).body.delivery;
  return { twilio: () => fake, make, sent, deliveryOf };
}
