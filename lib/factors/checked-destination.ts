import { asError } from "../errors.ts";
import { isRefusal } from "../transports/refusals.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { Area, Destination } from "./destination.ts";

const LONGEST_ADDRESS = 320;

/** Whether it may be an address; of none too the app answers with null or undefined. */
export const isAddress = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= LONGEST_ADDRESS;

export const ADDRESS_SHAPE = `a text of 1 to ${LONGEST_ADDRESS} characters`;

/**
 * A destination whose answers are looked at where they come in: what the contract does not know is a TypeError that names the function, and whatever is
 * thrown is an Error. What may take its time is looked at by who waits for it.
 */
export function checkedDestination<Stored, Given extends Destination<Stored>>(given: Given): Given {
  const { kind, refusal, area, enrol } = given;

  function asked<Answer>(
    verb: string,
    run: () => Answer,
    isKnown: (answer: unknown) => boolean,
    shape: string,
  ): Answer {
    const who = `destination "${kind}": ${verb}`;
    let answer: Answer;
    try {
      answer = run();
    } catch (thrown) {
      throw asError(thrown, who);
    }
    if (!isKnown(answer)) throw wrongAnswer(who, answer, shape);
    return answer;
  }

  return {
    ...given,
    display: (address) => asked("display", () => given.display(address), isAddress, ADDRESS_SHAPE),
    ...(refusal && {
      refusal: (address) =>
        asked("refusal", () => refusal(address), isRefusalOrNone, "a refusal or undefined"),
    }),
    ...(area && {
      area: (address) =>
        asked("area", () => area(address), isAreaOrNone, "an object with code and block, or undefined"),
    }),
    ...(enrol && {
      enrol: {
        ...enrol,
        read: (input) => asked("enrol.read", () => enrol.read(input), isAddress, ADDRESS_SHAPE),
      },
    }),
  };
}

const isRefusalOrNone = (value: unknown) => value === undefined || isRefusal(value);

function isAreaOrNone(value: unknown): boolean {
  if (value === undefined) return true;
  const { code, block } = (value ?? {}) as Partial<Area>;
  return typeof code === "string" && typeof block === "string";
}
