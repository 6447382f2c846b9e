import express, { type Express } from "express";
import type passport from "passport";
import {
  answerErrors,
  createFactors,
  factorSettings,
  FactorStrategy,
  secondFactor,
  verification,
  type AnyAccounts,
  type DefinedFactor,
  type Factors,
} from "passport-factors";

interface Parts {
  accounts: AnyAccounts; // `id` will do: no phone is in the list
  token: DefinedFactor;
  chat: DefinedFactor;
}

/** Behind the session and Passport. */
export function mountOwn(
  app: Express,
  authenticator: passport.Authenticator,
  { accounts, token, chat }: Parts,
): Factors {
  const factors = createFactors({
    secret: process.env["FACTORS_SECRET"]!,
    accounts,
    factors: [token, chat],
  });
  app.use("/second_factor", secondFactor(factors)); // asks which of them to use
  app.use("/hardware_token_verification", verification(factors, "hardware-token")); // page and JSON
  app.use("/chat_verification", verification(factors, "chat"));
  app.use("/security", factorSettings(factors)); // where both are put on file and taken off
  // Or Passport, for a route of your own.
  authenticator.use(new FactorStrategy("hardware-token", factors)).use(new FactorStrategy("chat", factors));

  // Or a route of your own in place of the field at /security; the code is then typed at /chat_verification.
  app.post("/handle", express.json(), (req, res, next) => {
    factors.register(req, req.body, "chat").then(({ display }) => res.status(201).json({ display }), next);
  });
  app.use(answerErrors(factors)); // a refusal in that route is answered as the routers answer; without it, it is a 500
  return factors;
}
