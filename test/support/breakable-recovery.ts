import type { Answer, Scene } from "./asking.ts";

const CODE = "123456";

/** Where a recovery stands, as a program says it. */
interface Place {
  flow: string;
  gen: number;
}

/** A recovery of alice's that has gone these steps, as a program names it. */
export async function recovering(
  post: (path: string, body: object, headers: Record<string, string>) => Promise<Answer>,
  steps: readonly object[],
): Promise<Place> {
  const place = ({ text }: Answer) => JSON.parse(text) as Place;
  let { flow, gen } = place(await post("/recovery", { identifier: "alice" }, {}));
  for (const step of steps) ({ gen } = place(await post("/recovery/step", { flow, gen, ...step }, {})));
  return { flow, gen };
}

/** `began`: nothing was said yet. `texted`: a code has been sent. */
export const recoveryScenes = (began: Place, texted: Place): Scene[] => [
  {
    name: "a recovery",
    method: "POST",
    path: "/recovery",
    body: { identifier: "alice" },
    status: 201,
  },
  {
    name: "another way of a recovery",
    method: "POST",
    path: "/recovery/step",
    body: { ...began, input: "no" },
    status: 200,
  },
  {
    name: "the code of a recovery",
    method: "POST",
    path: "/recovery/step",
    body: { ...texted, input: "respond", response: CODE },
    status: 200,
  },
  {
    name: "a recovery, started over",
    method: "POST",
    path: "/recovery/step",
    body: { ...began, input: "start_over" },
    status: 200,
  },
  { name: "support looks at recoveries", method: "GET", path: "/explained", status: 200 },
];
