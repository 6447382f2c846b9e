// Makes docs/images from the example app in Chromium: `npm run screenshots`. The pictures are for the repository, not for the package.
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { outbox } from "passport-factors/testing";
import type { Browser, Page } from "playwright-core";
import { createApp } from "../example-app/app.ts";
import { openBrowser } from "../test/support/browser.ts";
import { fill } from "../test/support/person.ts";
import { freePort } from "../test/support/redis-server.ts";
import { plugIn } from "../test/support/virtual-authenticator.ts";

const images = join(import.meta.dirname, "../docs/images");
const PHONE = { width: 390, height: 700 };
const DESK = { width: 800, height: 640 };
const PASSWORD = "correct horse battery";

export interface Shot {
  /** Of the file. */
  name: string;
  path: string;
  /** Whom it is shown to. */
  who: "nobody" | "half" | "member";
  size: { width: number; height: number };
  dark?: boolean;
}

/** A handful: what stands in the README and on the pages of the docs. */
export const SHOTS: readonly Shot[] = [
  { name: "sign-up", path: "/phone_signup/new", who: "nobody", size: PHONE },
  { name: "recovery", path: "/recovery", who: "nobody", size: DESK },
  { name: "verification", path: "/sms_verification/new", who: "half", size: PHONE },
  { name: "chooser", path: "/second_factor/new", who: "half", size: PHONE },
  { name: "security", path: "/security", who: "member", size: PHONE },
  { name: "chooser-dark", path: "/second_factor/new", who: "half", size: PHONE, dark: true },
];

/** Stand side by side in the README's picture. */
export const BESIDE: readonly string[] = ["verification", "chooser-dark", "security"];

async function main(): Promise<void> {
  const [messages, mails] = [outbox(), outbox()];
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const publicUrl = new URL(base);
  const secrets = { factorsSecret: ["f".repeat(32)], sessionSecret: ["s".repeat(32)] };
  const more = { databaseUrl: "file::memory:", trustProxy: false, limits: { sendsPerIp: 1000 } };
  const config = { host: "localhost", port, publicUrl, ...secrets, ...more };
  const chat = await createApp({ config, transport: messages, mails });
  const server = createServer(chat.app).listen(port);
  await once(server, "listening");
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ locale: "en-US", deviceScaleFactor: 2 });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const made = new Map<string, Buffer>();
    const shoot = async (who: Shot["who"]) => {
      for (const shot of SHOTS.filter((each) => each.who === who)) {
        await page.setViewportSize(shot.size);
        await page.emulateMedia({
          colorScheme: shot.dark === true ? "dark" : "light",
          reducedMotion: "reduce",
        });
        await page.goto(`${base}${shot.path}`);
        made.set(shot.name, await page.screenshot());
      }
    };
    await shoot("nobody");
    await becomeMember(page, base, { text: () => messages.code(), mail: () => mails.code() });
    await shoot("member");
    await context.clearCookies();
    await logIn(page, base);
    await shoot("half");
    await keep(browser, made);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await chat.close();
  }
}

/** Signs up, registers a phone, makes backup codes, confirms an address and adds a passkey. */
async function becomeMember(
  page: Page,
  base: string,
  code: { text(): string; mail(): string },
): Promise<void> {
  await page.goto(`${base}/signup`);
  await page.fill("#email", "ann@example.org");
  await page.fill("#nickname", "Ann");
  await page.fill("#password", PASSWORD);
  await press(page, "Create account");
  await press(page, "Accept and continue");
  await page.selectOption("select[name=country_code]", "TW");
  await page.fill("input[name=phone_number]", "0912 345 678");
  await press(page, "Text me a code");
  await page.waitForURL("**/sms_verification/new");
  await fill(page, { pin_number: code.text() });
  await page.waitForURL("**/backup_codes/new");
  await press(page, "Create backup codes");
  await page.goto(`${base}/security`);
  await page.fill("input[name=address]", "ann@example.org");
  await press(page, "Send a code to it");
  await page.waitForURL("**/security/email");
  await fill(page, { email_code: code.mail() });
  await page.waitForURL("**/security");
  const authenticator = await plugIn(page, "passkey");
  await press(page, /Passkey/);
  await page.fill("input[name=label]", "My laptop");
  await Promise.all([page.waitForURL("**/security"), page.locator("main button").first().click()]);
  await authenticator.unplug();
}

async function logIn(page: Page, base: string): Promise<void> {
  await page.goto(`${base}/login`);
  await page.fill("#email", "ann@example.org");
  await page.fill("#password", PASSWORD);
  await Promise.all([page.waitForURL("**/sms_verification/new"), page.click("main button")]);
}

const press = (page: Page, name: string | RegExp) =>
  Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name }).first().click()]);

/** Writes each picture, and those beside each other, as WebP: a third of what PNG takes. */
async function keep(browser: Browser, made: ReadonlyMap<string, Buffer>): Promise<void> {
  await rm(images, { recursive: true, force: true });
  await mkdir(images, { recursive: true });
  const page = await browser.newPage();
  const beside = BESIDE.map((name) => made.get(name) as Buffer);
  const pictures = new Map<string, readonly Buffer[]>([
    ...[...made].map(([name, png]) => [name, [png]] as const),
    ["readme", beside] as const,
  ]);
  for (const [name, pngs] of pictures) {
    const sources = pngs.map((png) => `data:image/png;base64,${png.toString("base64")}`);
    const webp = await page.evaluate<string>(`(${TO_WEBP})(${JSON.stringify(sources)}, 0.75)`);
    await writeFile(join(images, `${name}.webp`), Buffer.from(webp, "base64"));
  }
  const sizes = await readdir(images);
  console.log(`docs/images: ${sizes.join(", ")}`);
}

/** Runs in the browser, which can write WebP; each picture has a hairline around it, as pages are white and so is GitHub. */
const TO_WEBP = `async (sources, scale) => {
  const open = async (source) => createImageBitmap(await (await fetch(source)).blob());
  const pictures = await Promise.all(sources.map(open));
  const gap = pictures.length > 1 ? 24 : 0;
  const width = pictures.reduce((sum, each) => sum + each.width * scale, 0) + gap * (pictures.length - 1);
  const canvas = new OffscreenCanvas(width, Math.max(...pictures.map((each) => each.height * scale)));
  const drawing = canvas.getContext("2d");
  drawing.imageSmoothingQuality = "high";
  drawing.strokeStyle = "#c8ccd4";
  drawing.lineWidth = 2;
  let left = 0;
  for (const each of pictures) {
    const [wide, high] = [each.width * scale, each.height * scale];
    drawing.save();
    drawing.beginPath();
    drawing.roundRect(left + 1, 1, wide - 2, high - 2, 16);
    drawing.clip();
    drawing.drawImage(each, left, 0, wide, high);
    drawing.restore();
    drawing.stroke();
    left += wide + gap;
  }
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.85 });
  return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
}`;

if (import.meta.filename === process.argv[1]) await main();
