import {
  defineFactor,
  FactorError,
  type AddressKit,
  type DefinedFactor,
  type Destination,
  type Transport,
} from "passport-factors";

/** What is on file of an account. */
interface Handle {
  handle: string;
  addedAt: number;
}

/** The oldest first: codes go to the first. */
async function handlesOf(account: string, { credentials }: AddressKit<Handle>) {
  const all = await credentials.list(account);
  return all
    .map(({ id, value: { handle, addedAt } }) => ({ id, address: handle, addedAt }))
    .sort((a, b) => a.addedAt - b.addedAt);
}

const MOST = 2;

const handles: Destination<Handle> = {
  kind: "chat",
  onFile: async (account, tools) => (await handlesOf(account, tools))[0]?.address,
  all: handlesOf, // each of them is listed at /security, with the id by which it is removed
  display: (handle) => `@${handle.slice(0, 1)}***`,
  enrol: {
    most: MOST,
    input: { name: "handle", type: "text", autocomplete: "off" }, // the field at /security
    read({ handle }) {
      if (typeof handle === "string" && /^[a-z0-9]{2,30}$/.test(handle)) return handle;
      throw new FactorError("invalid_request", { field: "handle" });
    },
    async put(handle, account, tools) {
      const mine = await handlesOf(account, tools);
      if (mine.some(({ address }) => address === handle)) return true;
      // Its digest as its id: no two accounts have one handle, and the database shows none.
      const added = { handle, addedAt: tools.clock() };
      return tools.credentials.add(account, tools.digest(handle), added, MOST);
    },
    async remove(account, id, { credentials }) {
      const all = await credentials.list(account);
      const gone = all.filter((each) => id === undefined || each.id === id);
      const answers = await Promise.all(gone.map((each) => credentials.remove(account, each.id)));
      return answers.includes(true);
    },
  },
};

export function chat(post: (to: string, text: string) => Promise<{ id: string }>): DefinedFactor {
  const transport: Transport = {
    name: "chat",
    send: async ({ to, text }) => ({ id: (await post(to, text)).id, status: "sent" }),
  };
  return defineFactor({
    name: "chat",
    amr: "otp",
    class: "device",
    texts: {
      en: {
        label: "Message {display}",
        name: "Chat",
        field: "Code from the chat",
        begin: "Send me a message",
      },
    },
    code: { destination: handles, transport, rules: { codeLength: 8 } },
  });
}
