import { defineFactor, FactorError, type DefinedFactor, type FactorKit } from "passport-factors";

/** What is on file of an account. */
interface Token {
  serial: string;
}

export interface TokenOptions {
  /** The service that judges digits: it answers `{ right: true }` or `{ right: false }` to `{ serial, digits }`. */
  url: string;
  /** Which token the account was handed; undefined for none. */
  serialOf(account: string): Promise<string | undefined>;
}

export function hardwareToken({ url, serialOf }: TokenOptions): DefinedFactor {
  async function areRight(serial: string, digits: string, { once }: FactorKit<Token>): Promise<boolean> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ serial, digits }),
    });
    if (!response.ok) throw new Error(`the token service answered ${response.status}`);
    const { right } = (await response.json()) as { right: unknown };
    // Good once, also where the service would say yes again.
    return right === true && once(`${serial} ${digits}`, 1, 600);
  }

  return defineFactor<string, Token, never, Token>({
    name: "hardware-token",
    amr: ["hwk", "otp"],
    class: "key",
    texts: {
      en: {
        label: "Use your token",
        name: "Hardware token",
        field: "Digits on the token",
        hint: "Press its button.",
      },
      de: { label: "Token benutzen", name: "Hardware-Token", field: "Ziffern auf dem Token" },
    },
    length: 8,
    digits: true,

    async onFile(account, { credentials }) {
      const [token] = await credentials.list(account);
      return token && { display: `…${token.value.serial.slice(-2)}` };
    },

    parse: (typed) => (typeof typed === "string" && /^\d{8}$/.test(typed.trim()) ? typed.trim() : undefined),

    async judge({ account }, digits, tools) {
      const [token] = await tools.credentials.list(account);
      return token !== undefined && (await areRight(token.value.serial, digits, tools)) ? "right" : "wrong";
    },

    enrol: {
      async begin({ account }) {
        const serial = await serialOf(account);
        if (serial === undefined) throw new FactorError("not_enrolled");
        return { state: { serial }, ttlSeconds: 600 }; // `state` comes back in `confirm`, in this session only
      },
      async confirm({ account, state }, digits, tools) {
        if (state === undefined || !(await areRight(state.serial, digits, tools))) return "wrong";
        const { credentials } = tools;
        const [old] = await credentials.list(account);
        // One token an account, under the account's own id; a new one takes the old one's place.
        const isOnFile =
          old === undefined
            ? await credentials.add(account, account, state, 1)
            : await credentials.replace(account, old, state);
        return isOnFile ? "right" : "wrong";
      },
      // `onFile` shows no `id`, so that what comes as the second argument is the factor's name.
      remove: (account, _id, { credentials }) => credentials.remove(account, account),
    },
  });
}
