const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Characters that are left over after groups of eight and hold no whole byte: something was cut off. */
const CUT_OFF: readonly number[] = [1, 3, 6];

/** Base32 (RFC 4648 §6) in upper case, without padding: what authenticator apps read. */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let state = 0;
  let bits = 0;
  for (const byte of bytes) {
    state = (state << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((state >> (bits - 5)) & 31);
    state &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((state << (5 - bits)) & 31);
}

/** What base32 says, or why it says nothing. The reason never shows the text, which is a secret. */
export type Base32 = { bytes: Buffer } | { wrong: string };

/** Reads base32 as people and other systems write it: any case, in groups with spaces or dashes, padded or not. Bits beyond the last byte are dropped, as apps do. */
export function fromBase32(text: string): Base32 {
  const plain = text.replace(/[\s-]/g, "").replace(/=+$/, "").toUpperCase();
  if (plain === "") return { wrong: "must be a text in base32, and is empty" };
  const odd = Array.from(plain).findIndex((each) => !ALPHABET.includes(each));
  if (odd !== -1)
    return {
      wrong: `must be in base32, the letters A to Z and the digits 2 to 7; character ${odd + 1} is none`,
    };
  if (CUT_OFF.includes(plain.length % 8))
    return { wrong: `must be whole: base32 never has ${plain.length} characters, something was cut off` };
  const bytes: number[] = [];
  let state = 0;
  let bits = 0;
  for (const each of plain) {
    state = (state << 5) | ALPHABET.indexOf(each);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(state >> bits);
    state &= (1 << bits) - 1;
  }
  return { bytes: Buffer.from(bytes) };
}
