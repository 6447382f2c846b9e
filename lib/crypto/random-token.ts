import { randomBytes } from "node:crypto";

/** A random handle, base64url; 128 bits unless told. */
export const randomToken = (bytes = 16): string => randomBytes(bytes).toString("base64url");
