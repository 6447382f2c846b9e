import { createHash } from "node:crypto";
import { Redis } from "ioredis";

/** Tells which script texts are in the scripts that go to Redis: each text begins with a comment that names it (lua-switch.ts). */
export function watchScripts(ran: (text: string) => void): void {
  const textsBySha = new Map<string, string[]>();
  const { defineCommand, sendCommand } = Redis.prototype;
  Redis.prototype.defineCommand = function (name, definition) {
    textsBySha.set(createHash("sha1").update(definition.lua).digest("hex"), textsIn(definition.lua));
    return defineCommand.call(this, name, definition);
  };
  Redis.prototype.sendCommand = function (command, ...rest) {
    const script = String(command.args[0]);
    // A script goes as a whole where it was not known, or must not overtake what went before.
    if (command.name === "evalsha") for (const text of textsBySha.get(script) ?? []) ran(text);
    if (command.name === "eval") for (const text of textsIn(script)) ran(text);
    return sendCommand.call(this, command, ...rest);
  };
}

const textsIn = (lua: string) => [...lua.matchAll(/--\[\[(.+?)\]\]/g)].map(([, text]) => text as string);
