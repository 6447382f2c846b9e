import {
  defineFactor,
  FactorError,
  type CodeFactor,
  type CodeSection,
  type Destination,
  type FactorGuesses,
  type FactorUse,
  type Transport,
} from "../../lib/index.ts";

export interface Handle {
  handle: string;
}

/** Handles at a chat service, kept as credentials; nobody else's here. */
export const chatHandles = (more: Partial<Destination<Handle>> = {}): Destination<Handle> => ({
  kind: "chat",
  async onFile(account, { credentials }) {
    const [first] = await credentials.list(account);
    return first?.value.handle;
  },
  display: (handle) => `@${handle[0]}***`,
  enrol: {
    read({ handle }) {
      if (typeof handle === "string" && /^[a-z]{2,20}$/.test(handle)) return handle;
      throw new FactorError("invalid_request", { field: "handle" });
    },
    taken: async (handle, account) => handle === "ada" && account !== "ada",
    async put(handle, account, { credentials }) {
      for (const { id } of await credentials.list(account)) await credentials.remove(account, id);
      return credentials.add(account, handle, { handle }, 1);
    },
    async remove(account, id, { credentials }) {
      const all = await credentials.list(account);
      const gone = all.filter((each) => id === undefined || each.id === id);
      return (await Promise.all(gone.map((each) => credentials.remove(account, each.id)))).includes(true);
    },
    replaces: true,
  },
  ...more,
});

/** A factor as a stranger writes it: codes that go out by a chat service. */
export const chatCode = (
  transport: Transport,
  more: Partial<CodeSection<Handle>> = {},
  { uses, limits = {} }: { uses?: readonly FactorUse[]; limits?: FactorGuesses } = {},
): CodeFactor =>
  defineFactor<Handle>({
    name: "chat-code",
    amr: "otp",
    class: "device",
    ...(uses === undefined ? {} : { uses }),
    texts: {
      en: {
        label: "Message {display}",
        field: "Code from the chat",
        begin: "Send <me> a message",
      },
      de: { label: "Nachricht an {display}" },
    },
    limits,
    code: { destination: chatHandles(), transport, ...more },
  });
