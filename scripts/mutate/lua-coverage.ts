import { createHash } from "node:crypto";
import { Redis } from "ioredis";

/** Tells which script texts are in the scripts that go to Redis: each text begins with a comment that names it (lua-switch.ts). */
export function watchScripts(ran: (text: string) => void): void {
  const textsBySha = new Map<string, string[]>();
  const { defineCommand, sendCommand } = Redis.prototype;
  Redis.prototype.defineCommand = function (name, definition) {
    const texts = [...definition.lua.matchAll(/--\[\[(.+?)\]\]/g)].map(([, text]) => text as string);
    textsBySha.set(createHash("sha1").update(definition.lua).digest("hex"), texts);
    return defineCommand.call(this, name, definition);
  };
  Redis.prototype.sendCommand = function (command, ...rest) {
    if (command.name === "evalsha")
      for (const text of textsBySha.get(String(command.args[0])) ?? []) ran(text);
    return sendCommand.call(this, command, ...rest);
  };
}
