import { pathToFileURL } from "node:url";
import { join } from "node:path";
import Mocha from "mocha";
import { TREE } from "./scope.ts";

export interface Listener {
  hook?(hook: Mocha.Hook): void;
  test?(test: Mocha.Test): void;
  passed?(test: Mocha.Test): void;
  hookEnd?(hook: Mocha.Hook): void;
  failed(title: string, error: unknown): void;
}

export interface Options {
  /** By their full titles, with the limit of each; all tests where it is left out. */
  only?: ReadonlyMap<string, number>;
  bail: boolean;
  timeoutMs: number;
}

/** Runs tests of one file of the copy. Resolves with how long it took to load, and when all is done. */
export async function runFile(file: string, options: Options, listener: Listener): Promise<number> {
  const start = performance.now();
  const mocha = new Mocha({ ui: "bdd", bail: options.bail, timeout: options.timeoutMs, reporter: Silent });
  const path = join(TREE, file);
  mocha.suite.emit("pre-require", globalThis, path, mocha);
  await import(pathToFileURL(path).href);
  const loadMs = performance.now() - start;
  const { only } = options;
  if (only !== undefined) keepOnly(mocha.suite, only);
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on("hook", (hook) => listener.hook?.(hook));
    runner.on("hook end", (hook) => listener.hookEnd?.(hook));
    runner.on("test", (test) => listener.test?.(test));
    runner.on("pass", (test) => listener.passed?.(test));
    runner.on("fail", (test, error: unknown) => listener.failed(test.fullTitle(), error));
  });
  return loadMs;
}

/** Mocha's own reporters print; the listener tells the parent. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}

function keepOnly(suite: Mocha.Suite, limits: ReadonlyMap<string, number>): void {
  suite.tests = suite.tests.filter((test) => limits.has(test.fullTitle()));
  for (const test of suite.tests) test.timeout(limits.get(test.fullTitle()) as number);
  for (const each of suite.suites) keepOnly(each, limits);
}
