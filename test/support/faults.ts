import { AsyncLocalStorage } from "node:async_hooks";
import { types } from "node:util";
import type { RequestHandler } from "express";
import { ODD } from "./odd-values.ts";

/** How a function goes wrong: by what it answers, or by what it throws or rejects with. */
export type Mode = "answers" | "throws" | "rejects";
export const MODES: readonly Mode[] = ["answers", "throws", "rejects"];

export interface Fault {
  /** `accounts.phone`, `store.saved.read`, … */
  target: string;
  mode: Mode;
  /** Index in `ODD`. */
  value: number;
}

interface Injected {
  faults: Fault[];
  /** What was called in this request. */
  called: Set<string>;
}

const current = new AsyncLocalStorage<Injected>();

/** What was called, by the id of the request that asked to be told. */
export const calledBy = new Map<string, Set<string>>();

/** Reads the faults of a request from its `x-fault`: each request has its own, so that many run at once. */
export const faulty: RequestHandler = (req, _res, next) => {
  const faults = String(req.headers["x-fault"] ?? "")
    .split("; ")
    .map((each): Fault => {
      const [target = "", mode, value] = each.split(" ");
      return { target, mode: mode as Mode, value: Number(value) };
    });
  const called = new Set<string>();
  const trace = req.headers["x-trace"];
  if (typeof trace === "string") calledBy.set(trace, called);
  current.run({ faults, called }, next);
};

export const faultHeader = (...faults: Fault[]): Record<string, string> => ({
  "x-fault": faults.map(({ target, mode, value }) => `${target} ${mode} ${value}`).join("; "),
});

/** A function that goes wrong in the requests that say so. `calls back` stands for functions that answer by their last argument. */
export function breakable<Run extends (...args: never[]) => unknown>(
  target: string,
  run: Run,
  style: "answers" | "calls back" = "answers",
): Run {
  return function (this: unknown, ...args: Parameters<Run>) {
    const injected = current.getStore();
    injected?.called.add(target);
    const fault = injected?.faults.find((each) => each.target === target);
    if (fault === undefined) return run.apply(this, args);
    const odd = ODD[fault.value]?.[1]();
    // Thrown, it is the thrower's to listen to.
    if (fault.mode !== "answers" && types.isPromise(odd)) odd.catch(() => undefined);
    if (fault.mode === "throws") throw odd;
    if (style === "answers") return fault.mode === "answers" ? odd : Promise.reject(odd as Error);
    if (fault.mode === "rejects") return (args.at(-1) as unknown as (error: unknown) => void)(odd);
    // Never calls back.
    return odd;
  } as Run;
}

/** An object whose functions can all go wrong, those of its inner objects too. */
export function allBreakable<Part extends object>(prefix: string, part: Part): Part {
  return Object.fromEntries(
    Object.entries(part).map(([name, each]) => {
      const target = `${prefix}.${name}`;
      if (typeof each === "function") return [name, breakable(target, each as () => unknown)];
      return [name, typeof each === "object" && each !== null ? allBreakable(target, each as object) : each];
    }),
  ) as Part;
}
