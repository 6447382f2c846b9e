import { ask, cookiesOf, type Answer, type Scene } from "./asking.ts";
import { recovering, recoveryScenes } from "./breakable-recovery.ts";
import { CLIENT, CLIENT_SECRET, type BreakableApp } from "./breakable-app.ts";

const CODE = "123456";
const NUMBER = "+886912345679";
const HTML = { accept: "text/html", "content-type": "application/json" };
const AS = (user: string, session: string) => ({ "x-user": user, "x-session": session });
const REST = { authorization: `Bearer ${CLIENT_SECRET}` };
const FORM = { country_code: "TW", phone_number: "0912 345 679" };
const EMAIL = "alice@example.com";
const SETUP = { ...CLIENT, email: "nora@example.com", phone_number: NUMBER };
const SIGNUP = { ...CLIENT, phone_number: "+886912345670" };
const gql = (query: string) => ({ method: "POST" as const, path: "/graphql", body: { query } });

/** Brings the app to where each of the scenes works, and holds it there. */
export async function scenesIn(app: BreakableApp): Promise<Scene[]> {
  async function post(path: string, body: object, headers: Record<string, string>): Promise<Answer> {
    const answer = await ask(app, { method: "POST", path, body, headers });
    if (answer.status > 299) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer;
  }
  await post("/sms_verification/challenge", {}, AS("alice", "passed"));
  const remembered = await post(
    "/sms_verification",
    { pin_number: CODE, remember_device: "1" },
    AS("alice", "passed"),
  );
  const { text } = await post("/backup_codes", {}, AS("alice", "passed"));
  const [backup] = (JSON.parse(text) as { codes: string[] }).codes;
  const trusting = { ...AS("alice", "trusted"), cookie: cookiesOf(remembered) };
  const cookie = cookiesOf(await post("/recognize", {}, trusting));
  await post("/sms_verification/challenge", {}, AS("alice", "sent"));
  await post("/call_verification/challenge", {}, AS("alice", "called"));
  const { callbacks } = app.box.last();
  await post("/whatsapp_verification/challenge", {}, AS("alice", "managed"));
  await post("/sms_registration", FORM, AS("nora", "registering"));
  await post("/signup", FORM, AS("nobody", "signing up"));
  await post("/rest/requestCode", { ...CLIENT, email: EMAIL }, REST);
  await post("/rest/beginSetup", SETUP, REST);
  await post("/rest/signup/send", SIGNUP, REST);
  const began = await recovering(post, []);
  const texted = await recovering(post, [{ input: "yes" }]);
  const list = await ask(app, { method: "GET", path: "/trusted_devices", headers: AS("alice", "passed") });
  const [device] = (JSON.parse(list.text) as { devices: { id: string }[] }).devices;
  app.freeze();
  const alice = AS("alice", "fresh");
  const passed = AS("alice", "passed");
  const sent = AS("alice", "sent");
  const joining = AS("nobody", "signing up");
  return [
    { name: "a guard", method: "GET", path: "/guarded", headers: passed, status: 200 },
    {
      name: "a guard, for a page",
      method: "GET",
      path: "/guarded",
      headers: { ...alice, ...HTML },
      status: 303,
    },
    {
      name: "a guard, for a form",
      method: "POST",
      path: "/guarded",
      headers: { ...alice, ...HTML, referer: "http://127.0.0.1/form" },
      status: 303,
    },
    {
      name: "a guard, on a remembered device",
      method: "GET",
      path: "/guarded",
      headers: AS("alice", "trusted"),
      status: 200,
    },
    {
      name: "the strategy",
      method: "POST",
      path: "/strategy",
      body: { code: CODE },
      headers: sent,
      status: 200,
    },
    {
      name: "a registration",
      method: "POST",
      path: "/sms_registration",
      body: FORM,
      headers: AS("nora", "fresh"),
      status: 201,
    },
    {
      name: "the code of a registration",
      method: "POST",
      path: "/sms_verification",
      body: { pin_number: CODE },
      headers: AS("nora", "registering"),
      status: 200,
    },
    { name: "a send", method: "POST", path: "/sms_verification/challenge", headers: alice, status: 201 },
    {
      name: "a code",
      method: "POST",
      path: "/sms_verification",
      body: { pin_number: CODE },
      headers: sent,
      status: 200,
    },
    {
      name: "a code, and the device remembered",
      method: "POST",
      path: "/sms_verification",
      body: { pin_number: CODE, remember_device: "1" },
      headers: sent,
      status: 200,
    },
    {
      name: "the page of a code",
      method: "GET",
      path: "/sms_verification/new",
      headers: { ...sent, ...HTML },
      status: 200,
    },
    {
      name: "starting over",
      method: "POST",
      path: "/sms_verification/start_over",
      headers: sent,
      status: 200,
    },
    { name: "a call", method: "POST", path: "/call_verification/challenge", headers: alice, status: 201 },
    {
      name: "a called code",
      method: "POST",
      path: "/call_verification",
      body: { pin_number: CODE },
      headers: AS("alice", "called"),
      status: 200,
    },
    {
      name: "a managed send",
      method: "POST",
      path: "/whatsapp_verification/challenge",
      headers: alice,
      status: 201,
    },
    {
      name: "a managed code",
      method: "POST",
      path: "/whatsapp_verification",
      body: { pin_number: CODE },
      headers: AS("alice", "managed"),
      status: 200,
    },
    { name: "the choice", method: "GET", path: "/second_factor", headers: alice, status: 200 },
    {
      name: "the page of the choice",
      method: "GET",
      path: "/second_factor/new",
      headers: { ...alice, ...HTML },
      status: 200,
    },
    {
      name: "a choice",
      method: "POST",
      path: "/second_factor",
      body: { factor: "sms" },
      headers: alice,
      status: 201,
    },
    { name: "the backup codes", method: "GET", path: "/backup_codes", headers: passed, status: 200 },
    { name: "new backup codes", method: "POST", path: "/backup_codes", headers: passed, status: 201 },
    {
      name: "a backup code",
      method: "POST",
      path: "/backup_code_verification",
      body: { backup_code: backup },
      headers: alice,
      status: 200,
    },
    { name: "the remembered devices", method: "GET", path: "/trusted_devices", headers: passed, status: 200 },
    {
      name: "forgetting the devices",
      method: "POST",
      path: "/trusted_devices",
      body: { device: "all" },
      headers: passed,
      status: 200,
    },
    {
      name: "forgetting a device",
      method: "POST",
      path: "/trusted_devices",
      body: { device: device?.id },
      headers: passed,
      status: 200,
    },
    {
      name: "recognizing a device",
      method: "POST",
      path: "/recognize",
      headers: { ...alice, cookie },
      status: 200,
    },
    {
      name: "a sign-up",
      method: "POST",
      path: "/signup",
      body: FORM,
      headers: AS("nobody", "fresh"),
      status: 201,
    },
    {
      name: "the code of a sign-up",
      method: "POST",
      path: "/signup/verification",
      body: { pin_number: CODE, email: EMAIL },
      headers: joining,
      status: 201,
    },
    ...restScenes(),
    ...recoveryScenes(began, texted),
    { name: "support unlocks an account", method: "POST", path: "/unlock", status: 200 },
    { name: "GraphQL's me", ...gql("{ me { id phoneDisplay factors } }"), headers: alice, status: 200 },
    {
      name: "GraphQL's send",
      ...gql(`mutation { sendPhoneOtp(phoneNumber: "+886912345678") }`),
      headers: alice,
      status: 200,
    },
    {
      name: "GraphQL's code",
      ...gql(`mutation { verifyPhoneOtp(code: "${CODE}") }`),
      headers: sent,
      status: 200,
    },
    {
      name: "GraphQL's sign-up",
      ...gql(
        `mutation { signupVerify(input: { phoneNumber: "${NUMBER}", code: "${CODE}", email: "${EMAIL}", password: "p", name: "n" }) { user { id } } }`,
      ),
      headers: joining,
      status: 200,
    },
    { name: "a delivery status", method: "POST", path: "/delivery/calls", status: 204 },
    {
      name: "the script of a call",
      method: "POST",
      path: `/delivery/calls/voice/${callbacks?.voiceToken}/code`,
      body: { Digits: "1" },
      status: 200,
    },
  ];
}

function restScenes(): Scene[] {
  const scene = (name: string, body: object, door = "rest"): Scene => ({
    name: `${door} ${name}`,
    method: "POST",
    path: `/${door}/${name}`,
    body,
    headers: REST,
    status: 200,
  });
  return [
    scene("beginSetup", SETUP),
    scene("confirmSetup", { ...SETUP, code: CODE }),
    scene("requestCode", { ...CLIENT, email: EMAIL }),
    scene("verify", { ...CLIENT, email: EMAIL, code: CODE }),
    scene("signup/send", SIGNUP),
    scene("signup/verify", { ...SIGNUP, code: CODE, email: EMAIL }),
    scene("requestCode", { ...CLIENT, email: EMAIL }, "rest_by_rule"),
  ];
}
