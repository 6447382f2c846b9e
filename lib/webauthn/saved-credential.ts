/** What a good ceremony has shown. */
export interface Seen {
  counter: number;
  userVerified: boolean;
  multiDevice: boolean;
  backedUp: boolean;
}

/** A credential as it is on file, sealed as a whole; its id is the authenticator's own. */
export interface SavedCredential {
  /** COSE, base64url. */
  publicKey: string;
  /** The highest that was seen. */
  counter: number;
  /** What the browser said of how it is reached. */
  transports: string[];
  /** Can be on several devices; for life. */
  multiDevice: boolean;
  /** Is so now; may change at each use. */
  backedUp: boolean;
  /** At its last ceremony. */
  userVerified: boolean;
  /** The account's, as it was given to the authenticator. */
  userHandle: string;
  /** As its owner calls it. */
  label?: string;
  /** Milliseconds since the epoch. */
  addedAt: number;
  lastUsedAt?: number;
}
