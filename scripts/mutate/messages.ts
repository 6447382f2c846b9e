/** What the runner asks of a worker. A worker runs any number of files without a mutant, or one mutant. */
export type Order =
  { type: "measure"; file: string } | { type: "try"; mutant: string | undefined; files: Part[] };

/** Tests of one file, and how long each of them took without a mutant. */
export interface Part {
  file: string;
  tests: { title: string; ms: number }[];
  /** All of them, and the file's own hooks. */
  ms: number;
}

/** What one test file did without a mutant. */
export interface FileCoverage {
  file: string;
  /** Mutants that ran while it was loaded, and those in hooks of a whole `describe`. */
  loaded: string[];
  tests: { title: string; ms: number; mutants: string[] }[];
  /** Beyond its tests: loading, and hooks. */
  ms: number;
  failed: string[];
}

export interface Failure {
  file: string;
  title: string;
  message: string;
}

export type Report =
  | { type: "measured"; coverage: FileCoverage }
  /** A test or a file has begun. */
  | { type: "alive" }
  | { type: "noticed"; failure: Failure }
  | { type: "survived" };
