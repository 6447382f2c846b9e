#!/usr/bin/env node
import { rotateSecrets, UsageError } from "./rotate-secrets.ts";

const [command] = process.argv.slice(2);
const say = (line: string) => process.stderr.write(`${line}\n`);

if (command !== "rotate-secrets") {
  say("usage: FACTORS_SECRET=new,old REDIS_URL=redis://… npx passport-factors rotate-secrets");
  process.exitCode = 2;
} else {
  rotateSecrets(process.env, say).then(
    (done) => {
      process.exitCode = done ? 0 : 1;
    },
    (error: unknown) => {
      say(error instanceof UsageError || error instanceof TypeError ? error.message : String(error));
      process.exitCode = 1;
    },
  );
}
