/** What is being put on file, as the person takes it down; and again where the first answer was wrong. */
export interface EnrolmentBegun {
  /** The name of the factor. */
  method: string;
  /** Seconds that it lives on. */
  expires_in_seconds: number;
  /** What the page shows: a secret, a QR code, options for the browser. */
  shown: Readonly<Record<string, unknown>>;
}

/** What has come on file: its factor, and the id by which it is removed. */
export interface Enrolled {
  /** The factor it is about. */
  factor: string;
  /** Names it, to name it again. */
  id: string;
}
