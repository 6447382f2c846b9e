import type { Accounts } from "../accounts/accounts.ts";
import type { Refusal } from "../transports/refusals.ts";
import type { Eventually, FactorKit } from "./definition.ts";

/** What a destination works with: what its factors have (`credentials` are those of its kind), the app's accounts and the user that asks. */
export interface AddressKit<Stored = unknown> extends FactorKit<Stored> {
  accounts: Accounts<never>;
  /** As the app's accounts know it. */
  user: unknown;
}

/** For sends that cost the app money: addresses that are paid for alike, and an address's neighbours, in which fraud shows. */
export interface Area {
  /** What caps and the breaker count by: a calling code. */
  code: string;
  /** What neighbours have in common. */
  block: string;
}

/** One address of several that an account has. */
export interface AddressOnFile {
  /** Where codes go. */
  address: string;
  /** By it the owner takes it off file; left out where the app keeps it. */
  id?: string;
  /** Milliseconds since the epoch. */
  addedAt?: number;
}

/** How a new address comes on file. Nobody has proven it before its code is typed. */
export interface AddressEnrol<Stored = unknown> {
  /** The address of what was typed, in its one canonical form. Throws a FactorError that names the field. */
  read(input: Readonly<Record<string, unknown>>): string;
  /** Whether another account has it; asked, and told to who is signed in, before anything is sent. */
  taken?(address: string, account: string, tools: AddressKit<Stored>): Eventually<boolean>;
  /** Puts it on file, in one step; answers false where another account has it. */
  put(address: string, account: string, tools: AddressKit<Stored>): Eventually<boolean>;
  /** Takes one off file by its id, or all without one; answers whether anything was there. */
  remove?(account: string, id: string | undefined, tools: AddressKit<Stored>): Eventually<boolean>;
  /** How many an account may have, where there may be several. */
  most?: number;
  /** Whether a new one stands in the place of the one before. */
  replaces?: boolean;
  /** What `/security` asks for, and `read` gets; left out: it is put on file elsewhere. */
  input?: {
    /** Its name in the form. */ name: string;
    /** Its type in the form. */ type: "email" | "tel" | "text";
    /** What browsers fill in. */ autocomplete: string;
  };
}

/** Where codes are sent to. Factors whose destinations are of one kind share the code, its guesses and its life: they are one factor in several channels. */
export interface Destination<Stored = unknown> {
  /** `phone`, `email` or a word of one's own: 1 to 32 lower-case letters, digits and dashes. */
  readonly kind: string;
  /** The proven address of an account, in its one canonical form; nothing where there is none. */
  onFile(account: string, tools: AddressKit<Stored>): Eventually<string | null | undefined>;
  /** All that an account has, the main one first, where there may be several: each is listed, and all hear of a change. */
  all?(account: string, tools: AddressKit<Stored>): Eventually<readonly AddressOnFile[]>;
  /** An address as it is shown: masked. */
  display(address: string): string;
  /** Why nothing may be sent to an address that is on file; left out: everything may. */
  refusal?(address: string): Refusal | undefined;
  /** Left out: sends are limited by address, account and client only. */
  area?(address: string): Area | undefined;
  /** Functions of `accounts` that it cannot do without. */
  readonly needs?: readonly (keyof Accounts)[];
  /** Left out: the app puts addresses on file by itself. */
  readonly enrol?: AddressEnrol<Stored>;
}
