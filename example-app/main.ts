import { createServer } from "node:http";
import { join } from "node:path";
import { mailTransportFromEnv, transportFromEnv } from "passport-factors";
import { createApp } from "./app.ts";
import { ConfigError, loadConfig, type Config } from "./config.ts";

const GRACE_MS = 5000;
const dataDirectory = join(import.meta.dirname, "data");

/** Starts the chat from the environment, says where it is, and stops it on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = loadConfig(process.env, { dataDirectory, notice: (line) => console.log(`  · ${line}`) });
  // SMTP_URL and SMTP_FROM; without them mails appear in the terminal, as texts do.
  const [transport, mails] = [transportFromEnv(process.env), mailTransportFromEnv(process.env)];
  const { app, factors, close } = await createApp({ config, transport, mails });
  const server = createServer(app);
  server.once("error", fail);
  server.listen(config.port, config.host, () => greet(config, factors.store.name));

  const stop = (): void => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    close().catch(fail);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function greet(config: Config, store: string): void {
  const where =
    store === "redis"
      ? "Codes, limits and sessions are in Redis"
      : "Codes, limits and sessions are in memory (REDIS_URL moves them to Redis)";
  console.log(
    `\n  Chat is open: ${config.publicUrl.href}\n\n  Sign up there. Messages appear here, as on a phone.\n  ${where}.\n`,
  );
}

/** What is wrong with the settings is said in one line; anything else keeps its stack. */
function fail(error: unknown): void {
  const { code, message } = error as NodeJS.ErrnoException;
  const plain =
    error instanceof ConfigError || error instanceof TypeError || code === "EADDRINUSE" || code === "EACCES";
  console.error(plain ? `  ${message}` : error);
  process.exit(1);
}

main().catch(fail);
