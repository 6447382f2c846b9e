import { isIP } from "node:net";

/** The network that one asker can pick addresses from: an IPv4 address, or an IPv6 /64. Undefined for what is no address. */
export function networkOf(ip: string | undefined): string | undefined {
  const address = withoutPort(ip ?? "").replace(/%.*/, "");
  const version = isIP(address);
  if (version === 0) return undefined;
  if (version === 4) return address;
  // The URL parser writes an IPv6 address in its one canonical form.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  return ipv4Of(groups) ?? `${groups.slice(0, 4).join(":")}::/64`;
}

/** Some proxies write the port of the connection behind the address (RFC 7239, 6), and an IPv6 address in brackets then. */
function withoutPort(text: string): string {
  const [, v6, v4] = /^(?:\[([^\]]+)\](?::\d+)?|([^:]+):\d+)$/.exec(text.trim()) ?? [];
  return v6 ?? v4 ?? text.trim();
}

/** The IPv4 address inside `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2), however it was spelled; all of them share one /64. */
function ipv4Of(groups: readonly string[]): string | undefined {
  if (groups[5] !== "ffff" || groups.slice(0, 5).some((group) => group !== "0")) return undefined;
  const bytes = groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return bytes.join(".");
}
