import type { Request } from "express";
import { GraphQLError } from "graphql";
import type { Factors } from "../setup/create-factors.ts";
import { asError, FactorError, isFactorError } from "../errors.ts";
import { isPhone } from "../factors/phone-destination.ts";
import { messageOf } from "../http/problem.ts";
import { refuseCrossOrigin } from "../http/same-origin.ts";
import { profileOf, type ProfileCheck } from "../flows/signup/profile.ts";
import { checkNames } from "../options.ts";

/** What a resolver gets of the server that it is merged into. */
export interface GraphQLContext {
  /** The Express request, with session and Passport. */
  req: Request;
}

type Resolve<Args> = (parent: unknown, args: Args, context: GraphQLContext) => Promise<unknown>;

/** Resolvers of the schema in `typeDefs`. */
export interface Resolvers {
  /** What may be asked. */
  Query: {
    /** Who is signed in. */
    me: Resolve<object>;
  };
  /** What may be done. */
  Mutation: {
    /** Sends a code to the phone on file. */
    sendPhoneOtp: Resolve<{ phoneNumber: string }>;
    /** Judges a code. */
    verifyPhoneOtp: Resolve<{ code: string }>;
    /** Sends a code to the number of who signs up. */
    signupSendOtp: Resolve<{ input: { phoneNumber: string } }>;
    /** Makes the account, with the code. */
    signupVerify: Resolve<{ input: SignupInput }>;
  };
}

/** Options of `resolvers`; docs/options.md has every default, unit and range. */
export interface ResolversOptions {
  /** Looked at before a sign-up's code is judged: `check` is given `email`, `password` and `name`, and answers which of them will not do. */
  signup?: {
    /** Judges the profile of who signs up. */
    check?: ProfileCheck;
  };
}

/** None may be empty, longer than 200 characters or hold control characters. */
const PROFILE = [{ name: "email", type: "email" }, { name: "password" }, { name: "name" }] as const;

interface SignupInput {
  phoneNumber: string;
  code: string;
  email: string;
  password: string;
  name: string;
}

/**
 * The resolvers of `typeDefs`, to be merged into an existing server whose context holds `req`. What is refused is a GraphQLError whose
 * `extensions` hold `code` (one of this package's), `retryAfter` (seconds), `attemptsRemaining` and `field`.
 */
export function resolvers(factors: Factors, options: ResolversOptions = {}): Resolvers {
  checkNames("resolvers", options, { signup: true });
  const { signup = {} } = options;
  checkNames("resolvers: signup", signup, { check: true });
  const phone = factors.list.find(isPhone);
  if (phone === undefined) throw new TypeError("resolvers: no factor in the list brings codes to phones");

  async function authUser(req: Request): Promise<object> {
    const [{ id, phone_display }, enrolled] = await Promise.all([
      factors.account(req),
      factors.enrolled(req),
    ]);
    return {
      id,
      phoneDisplay: phone_display ?? null,
      phoneVerified: phone_display !== undefined,
      factors: enrolled,
    };
  }

  /** A resolver that changes something: for this origin only, and counted like the same request at any other door. */
  const mutation =
    <Args>(run: (args: Args, req: Request) => Promise<unknown>): Resolve<Args> =>
    async (_parent, args, { req }) =>
      answering(factors, req, async () => {
        refuseCrossOrigin(req, factors);
        return run(args, req);
      });

  return {
    Query: {
      me: async (_parent, _args, { req }) =>
        answering(factors, req, async () => (req.user === undefined ? null : authUser(req))),
    },
    Mutation: {
      sendPhoneOtp: mutation(async ({ phoneNumber }, req) => {
        await factors.api.proveNumber(req, phoneNumber);
        return true;
      }),
      verifyPhoneOtp: mutation(async ({ code }, req) => {
        await factors.verify(req, phone.name, code);
        return true;
      }),
      signupSendOtp: mutation(async ({ input }, req) => {
        await factors.signup.send({ request: req }, { e164: input.phoneNumber });
        return true;
      }),
      signupVerify: mutation(async ({ input }, req) => {
        const { phoneNumber: e164, code } = input;
        const profile = profileOf((name) => input[name as keyof SignupInput], PROFILE);
        await factors.signup.verify({ request: req, e164 }, code, profile, signup.check);
        return { user: await authUser(req) };
      }),
    },
  };
}

/** GraphQL's names of the fields that an error may be about. */
const FIELDS: Readonly<Record<string, string>> = { pin_number: "code", phone_number: "phoneNumber" };

async function answering<Answer>(
  factors: Factors,
  req: Request,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run();
  } catch (thrown) {
    throw told(factors, req, asError(thrown));
  }
}

/** What nobody expected is for the app's `onError`, not for the client; also where it comes while a refusal is put into words. */
function told(factors: Factors, req: Request, error: Error): GraphQLError {
  let unexpected = error;
  try {
    if (isFactorError(error)) return refusal(factors, req, error);
  } catch (again) {
    unexpected = asError(again);
  }
  factors.report(unexpected);
  return new GraphQLError("Internal error", { extensions: { code: "internal_error" } });
}

function refusal(factors: Factors, req: Request, error: FactorError): GraphQLError {
  const { retryAfter, attemptsRemaining, field } = error.details;
  return new GraphQLError(messageOf(error, factors.translator(factors.locale(req))), {
    extensions: {
      code: error.code,
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(attemptsRemaining === undefined ? {} : { attemptsRemaining }),
      ...(field === undefined ? {} : { field: FIELDS[field] ?? field }),
    },
  });
}
