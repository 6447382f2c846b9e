import { COMMON_PASSWORDS } from "./common-passwords.ts";

const common = new Set(COMMON_PASSWORDS.split("\n"));

/** Whether it is among the passwords that are tried first, whatever its case. */
export function isCommon(password: string): boolean {
  return common.has(password.normalize("NFKC").toLowerCase());
}
