import { expect } from "chai";
import express from "express";
import request from "supertest";
import { answerErrors, createFactors, FactorError, sms, smsVerification } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/index.ts";

const factors = createFactors({
  secret: "s".repeat(32),
  factors: [sms({ transport: outbox() })],
  paths: { verification: "/codes/new" },
  onError: () => {},
  accounts: { id: () => "ada", phone: () => undefined, phoneTaken: () => false, setPhone: () => true },
});

const app = express();
app.get("/away", () => {
  throw new FactorError("store_unavailable", { retryAfter: 1 });
});
app.get("/missing", () => {
  throw Object.assign(new Error("mine"), { status: 404 });
});
app.get("/mine", async (req) => {
  await factors.pending(req);
});
app.use(answerErrors(factors));
app.use(((_error, _req, res, _next) => {
  res.status(418).send("the app's own handler");
}) as express.ErrorRequestHandler);

describe("answerErrors in the app's own routes", () => {
  it("[L5] hand what the app's own code throws while a refusal is answered to the app's error handler, at the doors too", async () => {
    const picky = createFactors({
      secret: "s".repeat(32),
      onError: () => {},
      accounts: {
        id: () => "ada",
        phone: () => undefined,
        phoneTaken: () => false,
        setPhone: () => true,
        locale: () => {
          throw new Error("no settings");
        },
      },
    });
    const own = express();
    own.use((req, _res, next) => {
      Object.assign(req, { user: {}, session: {}, sessionID: "s" });
      next();
    });
    own.use("/sms_verification", smsVerification(picky));
    own.use(((error, _req, res, _next) => {
      res.status(418).send((error as Error).message);
    }) as express.ErrorRequestHandler);
    await request(own).post("/sms_verification").send({}).expect(418, "no settings");
    await request(own)
      .post("/sms_verification")
      .set("Sec-Fetch-Site", "cross-site")
      .expect(418, "no settings");
    await request(own)
      .post("/sms_verification")
      .set("Content-Type", "application/json")
      .send("{")
      .expect(418, "no settings");
  });

  it("answers what factors refuse as the doors do", async () => {
    const { body, headers } = await request(app).get("/away").set("Accept", "application/json").expect(503);
    expect(body).to.include({ code: "store_unavailable", status: 503 });
    expect(headers).to.include({ "retry-after": "1", "cache-control": "no-store" });
    await request(app).get("/mine").set("Accept", "text/html").expect(303).expect("Location", "/login");
  });

  it("shows a page whose look comes from the verification door", async () => {
    const { text } = await request(app).get("/away").set("Accept", "text/html").expect(503);
    expect(text).to.match(/href="\/codes\/assets\/[\w-]+\/factors.css"/);
  });

  it("leaves every other error to the app", async () => {
    await request(app).get("/missing").expect(418, "the app's own handler");
  });
});
