import type { Response } from "express";

/** Answers JSON. Not by Express's `res.json`, which digests every answer for an ETag: none of ours may be kept by a cache. */
export function answerJson(
  res: Response,
  status: number,
  body: object,
  type: "application/json" | "application/problem+json" = "application/json",
): void {
  const text = JSON.stringify(body);
  // Even setting it to what it is costs: a response has its 200 from its prototype.
  if (res.statusCode !== status) res.statusCode = status;
  res.setHeader("Content-Type", `${type}; charset=utf-8`);
  res.setHeader("Content-Length", Buffer.byteLength(text));
  res.end(text);
}
