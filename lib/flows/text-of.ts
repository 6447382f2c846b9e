/** A response may be more than a text; of equal ones the texts are equal. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
