import { inProduction } from "../environment.ts";
import type { Transport } from "./transport.ts";
import { checkNames } from "../options.ts";

/** Options of `consoleTransport`; docs/options.md has every default, unit and range. */
export interface ConsoleTransportOptions {
  /** Where the messages are shown. @default process.stdout */
  output?: {
    /** Writes a line. */
    write(text: string): unknown;
  };
  /** Codes in a server's log are codes for everybody who reads it; set this only if that is what you want. @default false */
  allowInProduction?: boolean;
}

const HEADINGS: Readonly<Record<string, string>> = {
  sms: "Text message to",
  call: "Call to",
  whatsapp: "WhatsApp message to",
  email: "Mail to",
};
const WIDTH = 46;
const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/;

/** Shows each message in the terminal, as a phone would; of a mail its subject and text. Throws under NODE_ENV=production unless `allowInProduction` is set. */
export function consoleTransport(options: ConsoleTransportOptions = {}): Transport {
  checkNames("consoleTransport", options, { output: true, allowInProduction: true });
  const { output = process.stdout, allowInProduction = false } = options;
  if (inProduction() && !allowInProduction) {
    throw new TypeError(
      "consoleTransport: refuses to print codes under NODE_ENV=production; configure a real transport, or set allowInProduction",
    );
  }
  return {
    name: "console",
    async send({ channel, to, subject, text }) {
      const heading = `${HEADINGS[channel] ?? "Message to"} ${to}`;
      output.write(framed(subject === undefined ? [heading] : [heading, subject], text.trimEnd()));
      return { status: "sent" };
    },
  };
}

/** Lines are broken for the eye only, between words; the origin-bound line stays whole. */
function framed(heading: readonly string[], text: string): string {
  const above = heading.flatMap(wrap);
  const lines = text.split("\n").flatMap(wrap);
  const row = (line: string) => `  │ ${line}${" ".repeat(Math.max(0, WIDTH - columns(line)))} │`;
  const rule = "─".repeat(WIDTH + 2);
  return ["", `  ╭${rule}╮`, ...above.map(row), `  ├${rule}┤`, ...lines.map(row), `  ╰${rule}╯`, "", ""].join(
    "\n",
  );
}

function wrap(line: string): string[] {
  const lines = [""];
  for (const word of line.split(" ")) {
    const last = lines[lines.length - 1] as string;
    if (last !== "" && columns(last) + 1 + columns(word) > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

/** East Asian characters take two columns in a terminal. */
function columns(text: string): number {
  return Array.from(text).reduce((sum, each) => sum + (WIDE.test(each) ? 2 : 1), 0);
}
