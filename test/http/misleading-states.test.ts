import { expect } from "chai";
import { backupCodes, signup, totp } from "../../lib/index.ts";
import { ALICE, makeApp, type AppOptions } from "../support/app.ts";
import { readAloud } from "../support/read-aloud.ts";
import { visitor, wrong } from "../support/visitor.ts";

const CODE = "/sms_verification/new";

async function withCode(options: AppOptions = {}, language = "en") {
  const app = makeApp(options);
  const alice = visitor(app, "html", { "Accept-Language": language });
  await alice.agent.post("/login").send({ user: "alice" }).expect(200);
  await alice.send().expect(303);
  return { app, alice };
}

/** What stands first in a page that asks for a new code: what happened, and the button. */
function asksForNew(text: string, why: RegExp | string): void {
  expect(text).to.match(/<title>(Error: )?You need a new code/);
  const said = readAloud(text.slice(text.indexOf("<main")));
  expect(said).to.match(new RegExp(`You need a new code\\s+${why instanceof RegExp ? why.source : why}`));
  expect(text.slice(text.indexOf("<form"))).to.match(
    /^<form method="post" action="\/sms_verification\/challenge"/,
  );
  expect(text).not.to.include('name="pin_number"');
}

describe("a page that has no code to be typed", () => {
  it("says so when the guesses are used up, and asks for a new one first", async () => {
    const { app, alice } = await withCode();
    for (let i = 1; i < 5; i++) await alice.verify(wrong(app.outbox.code(), i)).expect(422);
    const { text } = await alice.verify(wrong(app.outbox.code(), 5)).expect(422);
    asksForNew(text, "Maximum verification attempts exceeded");
    asksForNew(
      (await alice.verify(app.outbox.code()).expect(422)).text,
      "Maximum verification attempts exceeded",
    );
  });

  it("says so when the code has expired, here on the server and, with script, in the browser", async () => {
    const { app, alice } = await withCode();
    const { text } = await alice.get(CODE).expect(200);
    const over = text.slice(text.indexOf('<div data-over="You need a new code" hidden>'));
    expect(over).to.match(
      /The code has expired[\s\S]*<form method="post" action="\/sms_verification\/challenge"/,
    );
    app.clock.advance(301_000);
    asksForNew((await alice.verify(app.outbox.code()).expect(422)).text, "Verification code has expired");
  });

  it("says so when the message was not taken, and sends again at once", async () => {
    const app = makeApp({ sms: { strict: false } });
    const alice = visitor(app, "html");
    await alice.agent.post("/login").send({ user: "alice" }).expect(200);
    app.outbox.failWith(new Error("down"));
    await alice.send().expect(303);
    const { text } = await alice.get(CODE).expect(200);
    asksForNew(text, "The message to \\*\\*\\*-\\*\\*\\*-5678 could not be sent\\.");
    expect(text).to.include('data-resend-in="0"');
    app.outbox.failWith(undefined);
    await alice.send().expect(303).expect("Location", CODE);
    expect((await alice.get(CODE)).text).to.include('name="pin_number"');
  });
});

describe("ways out of a page", () => {
  it("are offered where they lead somewhere: no other way, where nothing else is on file", async () => {
    const more = [totp(), backupCodes()];
    const { alice } = await withCode({ more });
    const { text } = await alice.get(CODE).expect(200);
    expect(text).not.to.include("Try another way");
    const both = await withCode({ more, call: {} });
    const page = await both.alice.get(CODE).expect(200);
    expect(page.text).to.include('href="/second_factor/new">Try another way').and.include("Call me instead");
    expect(page.text).to.match(/<form method="post" action="\/call_verification\/challenge"/);
  });

  it("do not say that nothing is on file where four ways are, and lead to help", async () => {
    const app = makeApp({ call: {}, whatsapp: {}, factors: { support: { url: "/help" } } });
    const alice = visitor(app, "html");
    await alice.agent.post("/login").send({ user: "alice" }).expect(200);
    const choices = await alice.get("/second_factor/new").expect(200);
    expect(choices.text).to.include("I can’t use any of these");
    const { text } = await alice.get("/second_factor/none").expect(200);
    expect(text).not.to.include("nothing else on file");
    expect(text).to.match(/class="button" href="\/help"/);
  });
});

describe("a number that somebody types", () => {
  it("stays in the form when the provider fails, and the code can be asked for again", async () => {
    const app = makeApp();
    const nora = visitor(app, "html");
    await nora.agent.post("/login").send({ user: "nora" }).expect(200);
    app.outbox.failWith(new Error("down"));
    const { text } = await nora.register("0978 000 111", "TW").expect(422);
    expect(text).to.include('value="0978 000 111"').and.include("could not be sent");
    expect(text).to.match(/<option value="TW" selected/);
    app.outbox.failWith(undefined);
    await nora.register("0978 000 111", "TW").expect(303);
  });

  it("is shown whole, as its country writes it, with a way to mend it; later, and to programs, only its end", async () => {
    const app = makeApp();
    const nora = visitor(app, "html");
    await nora.agent.post("/login").send({ user: "nora" }).expect(200);
    await nora.register("0978 000 111", "TW").expect(303);
    const { text } = await nora.get(CODE).expect(200);
    expect(readAloud(text)).to.include("sent to +886 978 000 111 Edit");
    const json = await nora.get("/sms_verification/challenge").set("Accept", "application/json").expect(200);
    expect(json.text).to.include("***-***-0111").and.not.include("978");
    await nora.post("/sms_verification/start_over").expect(303).expect("Location", "/sms_registration/new");
    const { alice } = await withCode();
    const login = await alice.get(CODE).expect(200);
    expect(login.text).not.to.include("345 678").and.not.include(ALICE);
  });

  it("says which number it replaces, and can be left as it is", async () => {
    const { app, alice } = await withCode();
    await alice.verify(app.outbox.code()).expect(303);
    const { text } = await alice.get("/sms_registration/new").expect(200);
    expect(text)
      .to.include("<h1>Change your phone</h1>")
      .and.match(/<a href="\/">Keep the number/);
    expect(readAloud(text)).to.include("The new number replaces ***-***-5678.");
    const nora = visitor(app, "html");
    await nora.agent.post("/login").send({ user: "nora" }).expect(200);
    expect((await nora.get("/sms_registration/new")).text).to.include("<h1>Add your phone</h1>");
  });
});

describe("a sign-up that is not taken", () => {
  const options: AppOptions = {
    routes: (on, { factors }) =>
      on.use(
        "/phone_signup",
        signup(factors, {
          fields: [
            { name: "email", label: "Email", type: "email" },
            {
              name: "password",
              label: "Password",
              type: "password",
              hint: { en: "12 characters", de: "12 Zeichen" },
            },
          ],
          check: ({ email, password = "" }) => {
            if (email === "taken@example.com")
              return { field: "email", message: "This <email> has an account." };
            return password.length < 12 ? "password" : undefined;
          },
        }),
      ),
  };

  it("names the field and why, has its rules beside it and the cursor in it, and keeps the code as it was typed", async () => {
    const app = makeApp(options);
    const me = visitor(app, "html");
    await me.post("/phone_signup", { country_code: "TW", phone_number: "0978 000 111" }).expect(303);
    const code = app.outbox.code();
    const typed = { pin_number: code, email: "taken@example.com", password: "long enough for it" };
    const { text } = await me.post("/phone_signup/verification", typed).expect(422);
    expect(text)
      .to.match(/<input[^>]*name="email"[^>]*aria-invalid="true" autofocus/)
      .and.include("This &lt;email&gt; has an account.")
      .and.include("12 characters")
      .and.not.include("could not be understood");
    expect(text).to.match(new RegExp(`<input[^>]*name="pin_number"[^>]*value="${code}"`));
    expect(text.match(/ autofocus/g)).to.have.length(1);
    const weak = await me
      .post("/phone_signup/verification", { ...typed, email: "a@example.com", password: "x" })
      .expect(422);
    expect(weak.text).to.match(/<input[^>]*name="password"[^>]*value=""[^>]*aria-invalid="true" autofocus/);
    await me.post("/phone_signup/verification", { ...typed, email: "a@example.com" }).expect(303);
  });

  it("[T51] is not let through by a check that answers oddly", async () => {
    for (const odd of [{}, { field: 5 }, { field: "" }, [], 1, true, null, { field: "email", message: 5 }]) {
      const app = makeApp({
        routes: (on, { factors }) =>
          on.use("/phone_signup", signup(factors, { check: (() => odd) as never })),
      });
      const me = visitor(app);
      await me.post("/phone_signup", { country_code: "TW", phone_number: "0978 000 111" }).expect(201);
      await me.post("/phone_signup/verification", { pin_number: app.outbox.code() }).expect(500);
      expect(String(app.thrown[0])).to.include("check answered");
    }
  });
});

describe("[T82] a limit", () => {
  it("is one sentence for each, with the wait in words", async () => {
    const { app, alice } = await withCode({ call: {}, sms: { sendsPerHour: 2 } });
    const again = await alice.send().expect(429);
    expect(again.text).to.include("A code went out just now. You can ask for another in 30 seconds.");
    app.clock.advance(61_000);
    await alice.send().expect(303);
    app.clock.advance(61_000);
    expect((await alice.send().expect(429)).text).to.include(
      "Too many codes have been sent. You can ask for another in 58 minutes.",
    );
    const locked = await withCode({ sms: { guessesPerHour: 3 } });
    for (let i = 1; i <= 3; i++) await locked.alice.verify(wrong(locked.app.outbox.code(), i)).expect(422);
    expect((await locked.alice.verify(locked.app.outbox.code()).expect(429)).text).to.include(
      "Too many wrong codes have been typed. You can try again in 60 minutes.",
    );
    const german = await withCode({}, "de");
    expect((await german.alice.send().expect(429)).text).to.include("in 30 Sekunden");
  });

  it("switches off what cannot work meanwhile, where people choose", async () => {
    const { alice } = await withCode({ call: {}, more: [backupCodes()], sms: { cooldownSeconds: [600] } });
    await alice.post("/sms_verification/start_over");
    const { text } = await alice.post("/second_factor", { factor: "sms" }).expect(429);
    expect(text)
      .to.match(/<button[^>]*value="sms" disabled>/)
      .and.match(/data-wait="\d+"/);
  });
});

describe("after success", () => {
  it("another tab and a step back lead onward, and offer no new code", async () => {
    const { app, alice } = await withCode({ factors: { paths: { success: "/home" } } });
    const code = app.outbox.code();
    await alice.verify(code).expect(303).expect("Location", "/home");
    await alice.get(CODE).expect(303).expect("Location", "/home");
    await alice.verify(wrong(code)).expect(303).expect("Location", "/home");
    app.clock.advance(61_000);
    await alice.get(CODE).expect(200);
  });

  it("who is on the way to a fresh proof is not sent around", async () => {
    const { app, alice } = await withCode();
    await alice.verify(app.outbox.code()).expect(303);
    app.clock.advance(301_000);
    await alice.get("/fresh").expect(303);
    expect((await alice.get(CODE).expect(200)).text).to.include("Text me a code");
  });

  it("a page follows a message only where somebody tells of it", async () => {
    const { alice } = await withCode();
    expect((await alice.get(CODE)).text).not.to.include("data-follow");
  });
});

describe("backup codes that are shown once", () => {
  it("are not made anew when their page is loaded again, and are not shown twice", async () => {
    const { app, alice } = await withCode({ more: [backupCodes()] });
    await alice.verify(app.outbox.code()).expect(303);
    const before = await alice.get("/backup_codes/new").expect(200);
    const replaces = /name="replaces" value="([^"]+)"/.exec(before.text)?.[1];
    const made = await alice.post("/backup_codes", { replaces }).expect(200);
    const again = await alice.post("/backup_codes", { replaces }).expect(200);
    expect(made.text).to.include("data-codes");
    expect(again.text).to.include("made just now, and were shown once").and.not.include("data-codes");
    const fresh = /name="replaces" value="([^"]+)"/.exec(again.text)?.[1];
    expect((await alice.post("/backup_codes", { replaces: fresh }).expect(200)).text).to.include(
      "data-codes",
    );
  });
});

describe("remembered devices", () => {
  it("mark this one, are told in the reader's time, and are not all forgotten by the loudest button", async () => {
    const { app, alice } = await withCode({ factors: { rememberDevice: { days: 30 } } });
    await alice
      .post("/sms_verification", { pin_number: app.outbox.code(), remember_device: "1" })
      .expect(303);
    const { text } = await alice.get("/trusted_devices/new").expect(200);
    expect(text)
      .to.include('<span class="badge">This device</span>')
      .and.match(/<time datetime="2027-[^"]+" data-local="time">/)
      .and.match(/<button class="quiet" name="device" value="all">/);
  });
});
