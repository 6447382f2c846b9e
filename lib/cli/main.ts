#!/usr/bin/env node
import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import { rotateSecrets } from "./rotate-secrets.ts";

const HELP = `usage: npx passport-factors rotate-secrets [--client module.mjs]

Seals every phone number of the vault under the newest secret. May be stopped and started again.

  --client module.mjs  a module that exports the app's ioredis or node-redis client (default export, or "client"), in place of REDIS_URL
  --help               this text

environment:
  FACTORS_SECRET       the new secret and the old ones, newest first, with commas between
  REDIS_URL            redis[s]://user:password@host:port/0?keyPrefix=app:
                       redis[s]+cluster://user:password@host:port,host:port
                       redis[s]+sentinel://user:password@host:port,host:port/0#name?sentinelPassword=...
  FACTORS_PREFIX       the prefix of redisStore, where it is not {factors}
  FACTORS_TENANT       the tenant of phoneVault, where it is not default

exit code: 0 when all numbers are sealed under the newest secret; 1 when some are not, or none was found; 2 for wrong usage.`;

const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help === true) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const [command, ...more] = positionals;
  if (command === undefined) throw new UsageError(HELP);
  if (command !== "rotate-secrets")
    throw new UsageError(`unknown command "${command}": there is rotate-secrets; --help tells more`);
  if (more[0] !== undefined) throw new UsageError(`rotate-secrets takes no argument "${more[0]}"`);
  return (await rotateSecrets(process.env, say, { client: values.client })) ? 0 : 1;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { client: { type: "string" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof UsageError || error instanceof TypeError ? error.message : String(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
