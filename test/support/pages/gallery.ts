import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import {
  backupCodes,
  call,
  createFactors,
  delegate,
  email,
  passkey,
  secretQuestions,
  securityKey,
  sms,
  totp,
  trustedDevice,
  whatsapp,
  type Accounts,
  type Factor,
  type Factors,
  type FactorsOptions,
} from "../../../lib/index.ts";
import { assetsOf } from "../../../lib/http/assets.ts";
import { pageOf, render } from "../../../lib/http/render.ts";
import { outbox } from "../../../lib/testing/outbox.ts";
import { arabic } from "../arabic.ts";
import { accountsIn, SECRET } from "../app.ts";
import { statesOf } from "./states.ts";

/** Every page in every state, each at a path of its own, drawn and served as the routers do. */
export interface Gallery {
  base: string;
  names: readonly string[];
  factors: Factors;
  close(): void;
}

export function openGallery(options: Partial<FactorsOptions> = {}): Gallery {
  const transport = outbox();
  const users = new Map([["ada", { id: "ada" }]]);
  const factors = createFactors({
    secret: SECRET,
    accounts: { ...accountsIn(users), emails: () => [], find: () => undefined } as unknown as Accounts,
    publicUrl: "http://localhost",
    name: "Chat",
    factors: [
      passkey(),
      securityKey(),
      totp(),
      sms({ transport }),
      call({ transport }),
      whatsapp({ transport }),
      backupCodes(),
      email({ transport }),
      trustedDevice(),
      delegate({ tell: () => undefined }),
      secretQuestions(),
    ] as unknown as Factor[],
    rememberDevice: {},
    support: { url: "/help" },
    texts: { ar: arabic },
    ...options,
  });
  const app = express();
  for (const [file, serve] of Object.entries(assetsOf(factors))) app.get(`/assets/:version/${file}`, serve);
  const states = new Map<string, ReturnType<typeof statesOf>>();
  app.get("/:name", (req, res, next) => {
    const page = pageOf(req, factors);
    if (!states.has(page.locale)) states.set(page.locale, statesOf(factors, page.locale));
    const state = states.get(page.locale)?.[req.params.name];
    if (state === undefined) return next();
    render(res, factors, state.kind, 200, { ...page, ...state.shows } as never);
  });
  const server = createServer(app).listen(0).unref();
  return {
    base: `http://localhost:${(server.address() as AddressInfo).port}`,
    names: Object.keys(statesOf(factors, "en")),
    factors,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
