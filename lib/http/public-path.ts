import type { Request } from "express";
import type { Factors } from "../setup/create-factors.ts";

type Asked = Pick<Request, "baseUrl" | "originalUrl">;

/**
 * Where browsers see a door. A proxy may have taken the path of `publicUrl` off the address; forms and redirects of a door must name it again.
 */
export function mountPathOf(factors: Pick<Factors, "publicUrl">): (req: Asked) => string {
  const prefix = prefixOf(factors);
  return (req) =>
    (isInside(prefix, req.originalUrl) || isInside(prefix, req.baseUrl) ? "" : prefix) + req.baseUrl;
}

/** The path and query of a request as whoever sent it wrote them. */
export function publicPathOf(req: Asked, factors: Pick<Factors, "publicUrl">): string {
  const prefix = prefixOf(factors);
  return (isInside(prefix, req.originalUrl) ? "" : prefix) + req.originalUrl;
}

const prefixOf = ({ publicUrl }: Pick<Factors, "publicUrl">) => publicUrl?.pathname.replace(/\/+$/, "") ?? "";

const isInside = (prefix: string, path: string) => path === prefix || path.startsWith(`${prefix}/`);
