import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { rawBodyOf } from "../http/body.ts";
import { checkFactors } from "../http/check-factors.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { noStore } from "../http/headers.ts";
import { spelledOut } from "../locales/spelled-out.ts";
import { publicPathOf } from "../http/public-path.ts";
import type { ProviderCallbacks, ProviderRequest } from "../transports/transport.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { askForKeyTwiml, hangUpTwiml, readCodeTwiml } from "../transports/twilio/twiml.ts";
import { checkNames } from "../options.ts";

/**
 * Where providers tell what became of a message, and where a call's script waits: mount it at `/delivery`. With a `publicUrl`, messages
 * name it to the provider from then on, unless `announce` is false, for an app that nobody outside can reach. A request that the
 * provider did not sign is answered 403.
 */
export function deliveryStatus(factors: Factors, options: { announce?: boolean } = {}): Router {
  checkFactors("deliveryStatus", factors);
  checkNames("deliveryStatus", options, { announce: true });
  const { announce = true } = options;
  const { delivery } = factors;
  if (announce) delivery.mounted();

  /** The request as its provider signed it; undefined where it did not. */
  function authentic(req: Request): { provider: ProviderCallbacks; request: ProviderRequest } | undefined {
    const body = (req.body ?? {}) as Record<string, unknown>;
    const rawBody = rawBodyOf(req);
    const request = {
      url: addressOf(req, factors),
      headers: req.headers,
      body,
      ...(rawBody === undefined ? {} : { rawBody }),
    };
    const provider = delivery.providers.find(
      (each) => each.path === req.params["provider"] && isAuthentic(each, request),
    );
    return provider === undefined ? undefined : { provider, request };
  }

  const spoken = (locale: string, key: "call.pressKey" | "call.text", code = "") => ({
    locale,
    text: factors.translator(locale)(key, { app: factors.name, code }),
  });

  async function report(req: Request, res: Response): Promise<void> {
    const known = authentic(req);
    if (known === undefined) return forbid(res);
    const { provider, request } = known;
    // One that answers a promise is waited for: if it failed unheard, the process would end.
    const status = await factors.inTime(`${provider.path}: read`, () => provider.read(request));
    if (status !== undefined) await delivery.reported(provider.path, status);
    noStore(res);
    res.status(204).end();
  }

  /** Somebody, or a voicemail box, has picked up: nothing is said before a key is pressed. */
  async function pickedUp(req: Request, res: Response): Promise<void> {
    if (authentic(req) === undefined) return forbid(res);
    const script = await delivery.script(tokenOf(req), false);
    if (script === undefined) return speak(res, 404, hangUpTwiml());
    const action = `${addressOf(req, factors).split("?")[0]}/code`;
    speak(res, 200, askForKeyTwiml({ action, ...spoken(script.locale, "call.pressKey") }));
  }

  /** A key was pressed: the code is read out, to one caller. Without a key nobody was there. */
  async function keyPressed(req: Request, res: Response): Promise<void> {
    const known = authentic(req);
    if (known === undefined) return forbid(res);
    const { Digits: digits, CallSid: id } = req.body as Record<string, unknown>;
    if (typeof digits !== "string" || digits === "") {
      if (typeof id === "string") await delivery.reported(known.provider.path, { id, status: "missed" });
      return speak(res, 200, hangUpTwiml());
    }
    const script = await delivery.script(tokenOf(req), true);
    if (script === undefined) return speak(res, 404, hangUpTwiml());
    const { code, locale } = script;
    speak(res, 200, readCodeTwiml({ code, ...spoken(locale, "call.text", spelledOut(code)) }));
  }

  return mountedRouter(factors, {
    get: {},
    post: {
      "/:provider": report,
      "/:provider/voice/:token": pickedUp,
      "/:provider/voice/:token/code": keyPressed,
    },
  });
}

/** A promise, or anything else that is not false, would let everybody in. */
function isAuthentic(provider: ProviderCallbacks, request: ProviderRequest): boolean {
  const answer: unknown = provider.isAuthentic(request);
  if (typeof answer !== "boolean")
    throw wrongAnswer(`${provider.path}: isAuthentic`, answer, "true or false");
  return answer;
}

const tokenOf = (req: Request) => String(req.params["token"]);

/** The address as the provider wrote it: a proxy in between may have changed scheme and host, and taken a path off. */
function addressOf(req: Request, factors: Factors): string {
  const origin = factors.publicUrl?.origin ?? `${req.protocol}://${req.get("host")}`;
  return `${origin}${publicPathOf(req, factors)}`;
}

function forbid(res: Response): void {
  noStore(res);
  res.status(403).type("text/plain").send("Forbidden");
}

function speak(res: Response, status: number, twiml: string): void {
  noStore(res);
  res.status(status).type("text/xml").send(twiml);
}
