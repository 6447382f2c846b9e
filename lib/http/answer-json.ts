import type { Response } from "express";

const TYPES = {
  json: "application/json; charset=utf-8",
  problem: "application/problem+json; charset=utf-8",
};

/** Answers JSON. Not by Express's `res.json`, which digests every answer for an ETag: none of ours may be kept by a cache. */
export function answerJson(
  res: Response,
  status: number,
  body: object,
  type: keyof typeof TYPES = "json",
): void {
  const text = JSON.stringify(body);
  // Even setting it to what it is costs: a response has its 200 from its prototype.
  if (res.statusCode !== status) res.statusCode = status;
  res.setHeader("Content-Type", TYPES[type]);
  res.setHeader("Content-Length", Buffer.byteLength(text));
  res.end(text);
}
