import { checkNames } from "../options.ts";
import type { CodeSection } from "./code-section.ts";
import type { AddressEnrol, Destination } from "./destination.ts";

const NAMES: Readonly<Record<keyof CodeSection, true>> = {
  destination: true,
  transport: true,
  channel: true,
  strict: true,
  timeoutMs: true,
  rules: true,
  message: true,
  carriesText: true,
  readOut: true,
};
/** A destination may be more than this, such as one that has its rules beside it. */
const ENROL_NAMES: Readonly<Record<keyof AddressEnrol, true>> = {
  read: true,
  taken: true,
  put: true,
  remove: true,
  replaces: true,
  most: true,
  input: true,
};

/** Says what is wrong with the code that a factor sends. Its rules are parsed as options are. */
export function checkCodeSection(
  name: string,
  given: Partial<CodeSection>,
  must: (isRight: boolean, what: string) => void,
): void {
  const where = `factor "${name}": code`;
  checkNames(where, given as CodeSection, NAMES);
  const { destination, transport, channel, strict, timeoutMs, message, carriesText, readOut } = given;
  must(typeof transport?.send === "function", "code.transport must be a transport ({ name, send })");
  must(
    channel === undefined || (typeof channel === "string" && /^[\w-]{1,64}$/.test(channel)),
    "code.channel must be 1 to 64 letters, digits and dashes",
  );
  for (const [flag, value] of Object.entries({ strict, carriesText, readOut }))
    must(value === undefined || typeof value === "boolean", `code.${flag} must be true or false`);
  must(
    timeoutMs === undefined || (Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= 30_000),
    "code.timeoutMs must be an integer from 1 to 30000",
  );
  must(message === undefined || typeof message === "function", "code.message must be a function");
  must(typeof destination === "object" && destination !== null, "code.destination must be an object");
  checkDestination(where, destination as Partial<Destination>, must);
}

function checkDestination(
  where: string,
  { kind, onFile, all, display, refusal, area, needs, enrol }: Partial<Destination>,
  must: (isRight: boolean, what: string) => void,
): void {
  must(
    typeof kind === "string" && /^[a-z][a-z0-9-]{0,31}$/.test(kind),
    "code.destination.kind must be 1 to 32 lower-case letters, digits and dashes",
  );
  for (const [verb, value] of Object.entries({ onFile, display }))
    must(typeof value === "function", `code.destination.${verb} must be a function`);
  for (const [verb, value] of Object.entries({ refusal, area, all }))
    must(value === undefined || typeof value === "function", `code.destination.${verb} must be a function`);
  must(
    needs === undefined || Array.isArray(needs),
    "code.destination.needs must be a list of names of functions",
  );
  if (enrol === undefined) return;
  checkNames(`${where}: destination.enrol`, enrol, ENROL_NAMES);
  for (const verb of ["read", "put"] as const)
    must(typeof enrol[verb] === "function", `code.destination.enrol.${verb} must be a function`);
  for (const verb of ["taken", "remove"] as const)
    must(
      enrol[verb] === undefined || typeof enrol[verb] === "function",
      `code.destination.enrol.${verb} must be a function`,
    );
  const { most, input } = enrol;
  must(
    most === undefined || (Number.isInteger(most) && most >= 1 && all !== undefined),
    "code.destination.enrol.most must be an integer above 0, and goes with destination.all",
  );
  must(
    input === undefined ||
      (typeof input === "object" && typeof input?.name === "string" && /^\w{1,64}$/.test(input.name)),
    "code.destination.enrol.input must have a name of 1 to 64 letters, digits and _",
  );
}
