/** A code as a call says it in a sentence, character by character. */
export const spelledOut = (code: string): string => Array.from(code).join(", ");
