/** A setting that is missing or wrong; its message names it. */
export class UsageError extends Error {}
