/** Everything that an app's function may throw or answer by mistake. Made anew each time: some of them can be used once. */
export const ODD: readonly (readonly [name: string, make: () => unknown])[] = [
  ["undefined", () => undefined],
  ["null", () => null],
  ['"route"', () => "route"],
  ['"router"', () => "router"],
  ["an empty text", () => ""],
  ["a blank", () => " "],
  ['"0"', () => "0"],
  ['"ok"', () => "ok"],
  ['"true"', () => "true"],
  ["half a number", () => "+886"],
  ["a number with a blank", () => "+886912345678 "],
  ["a long text", () => "x".repeat(10_000)],
  ["0", () => 0],
  ["-0", () => -0],
  ["1", () => 1],
  ["200", () => 200],
  ["NaN", () => Number.NaN],
  ["Infinity", () => Number.POSITIVE_INFINITY],
  ["a bigint", () => 1n],
  ["false", () => false],
  ["true", () => true],
  ["a symbol", () => Symbol("odd")],
  ["a function", () => () => true],
  ["a class", () => class Odd {}],
  ["an object", () => ({})],
  ["an object without prototype", () => Object.create(null) as unknown],
  ["a list", () => []],
  ["a list of a list", () => [["+886912345678"]]],
  ["a boxed text", () => new String("route")],
  ["a boxed boolean", () => Object(true) as unknown],
  ["a date", () => new Date(Number.NaN)],
  ["bytes", () => Buffer.from("route")],
  ["a map", () => new Map([["outcome", "passed"]])],
  ["an unknown outcome", () => ({ outcome: "weird" })],
  ["an inherited outcome", () => ({ outcome: "toString" })],
  ["a pass without the rest", () => ({ outcome: "passed" })],
  ["an issue without the rest", () => ({ outcome: "issued", repeated: true })],
  ["an unknown status", () => ({ id: "1", status: "lost" })],
  ["an HTTP answer", () => ({ status: 200, body: { success: true } })],
  ["a forged refusal", () => ({ [BRAND]: true, code: "factor_required", details: {} })],
  ["an Error", () => new Error("broken")],
  ["an Error that says 200", () => Object.assign(new Error("fine"), { status: 200, statusCode: 200 })],
  ["an Error without words", () => Object.assign(new Error("x"), { message: Symbol("odd"), stack: 7 })],
  ["an Error that throws when it is read", () => throwing(new Error("x"))],
  ["a branded Error without a code", () => Object.assign(new Error("x"), { [BRAND]: true })],
  ["an object that throws when it is read", () => throwing({})],
  ["a proxy that throws", () => new Proxy({}, TRAPS)],
  ["a proxy of an Error that throws", () => new Proxy(new Error("x"), TRAPS)],
  ["a proxy that says yes to everything", () => new Proxy({}, { get: () => true, has: () => true })],
  ["a revoked proxy", () => revoked()],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tried
  ["a thenable that never answers", () => ({ then: () => undefined })],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tried
  ["a thenable that rejects", () => ({ then: (_: unknown, no: (e: unknown) => void) => no(undefined) })],
  ["a promise of a promise that rejects", async () => Promise.reject()],
  ["a promise that never settles", () => new Promise(() => undefined)],
];

const BRAND = Symbol.for("passport-factors.FactorError");

const fail = (): never => {
  throw undefined;
};
const TRAPS: ProxyHandler<object> = {
  get: fail,
  has: fail,
  getPrototypeOf: fail,
  ownKeys: fail,
  getOwnPropertyDescriptor: fail,
};

// The stack first: it is made of the others when it is first asked for.
const NAMES = ["stack", "name", "message", "code", "status", "statusCode", "headers", "outcome", "details"];

function throwing(target: object): unknown {
  for (const name of NAMES) Object.defineProperty(target, name, { get: fail, enumerable: true });
  return target;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
