import { defineFactor, type DefinedFactor, type FactorGuesses } from "../../lib/index.ts";

/** What the service of the tokens answers. */
export type Service = (serial: string, code: string) => Promise<unknown>;

/** A factor as a stranger writes it: eight digits of a hardware token, judged by a service. */
export const token = (service: Service, limits: FactorGuesses = {}): DefinedFactor =>
  defineFactor<string, { serial: string }>({
    name: "hardware-token",
    amr: ["hwk", "otp"],
    class: "key",
    texts: {
      en: { label: "Use your token", field: "Digits on the token", hint: "Press <its> button." },
      de: { label: "Token benutzen" },
    },
    length: 8,
    digits: true,
    limits,
    async onFile(account, { credentials }) {
      const [first] = await credentials.list(account);
      return first === undefined ? undefined : { serial: first.value.serial.slice(-2) };
    },
    parse: (typed) => (typeof typed === "string" && /^\d{8}$/.test(typed.trim()) ? typed.trim() : undefined),
    async judge({ account }, code, { credentials, once }) {
      for (const { value } of await credentials.list(account)) {
        const said = await service(value.serial, code);
        if (said !== "yes") return said as "wrong";
        return (await once(`${account} ${code}`, 1, 60)) ? "right" : "wrong";
      }
      return "wrong";
    },
    enrol: {
      begin: () => ({ state: {} }),
      async confirm({ account }, code, { credentials }) {
        return (await credentials.add(account, code, { serial: `serial ${code}` }, 3)) ? "right" : "wrong";
      },
      async remove(account, id, { credentials }) {
        const all = await credentials.list(account);
        const gone = all.filter((each) => id === undefined || each.id === id);
        return (await Promise.all(gone.map((each) => credentials.remove(account, each.id)))).includes(true);
      },
    },
  });

/** Another: a code that goes out by a chat service. */
export const chat = (send: (to: string, text: string) => Promise<void>): DefinedFactor =>
  defineFactor<string, unknown, { code: string }>({
    name: "chat",
    amr: "otp",
    class: "device",
    texts: { en: { label: "Get a chat message", field: "Code", begin: "Send me a message" } },
    onFile: (account) => (account === "nora" ? undefined : {}),
    async begin({ account }, { random }) {
      const code = String(random(1_000_000)).padStart(6, "0");
      await send(account, `Your code is ${code}`);
      return { state: { code }, ttlSeconds: 120, shown: { to: `${account[0]}***` } };
    },
    parse: (typed) => (typeof typed === "string" && /^\d{6}$/.test(typed) ? typed : undefined),
    judge: ({ state }, code) => (state?.code === code ? "right" : "wrong"),
  });
