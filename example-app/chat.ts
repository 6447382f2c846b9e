import { randomUUID } from "node:crypto";
import type { Response } from "express";
import type { Clock } from "passport-factors";
import type { User } from "./users.ts";

export const MAXIMUM_TEXT = 500;
const KEPT = 50;
/** Proxies close a connection on which nothing happens. */
const HEARTBEAT_MS = 20_000;

export interface ChatMessage {
  id: string;
  userId: string;
  nickname: string;
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** A room in this process's memory: the last fifty messages, and who listens. */
export interface Room {
  messages(): readonly ChatMessage[];
  say(user: User, text: string): ChatMessage;
  /** Streams what was said after a message, and what is said from now on, as server-sent events. */
  listen(user: User, after: string, res: Response): void;
  /** Ends a user's streams. */
  leave(userId: string): void;
  close(): void;
}

export function createRoom(clock: Clock): Room {
  const kept: ChatMessage[] = [];
  const listeners = new Map<Response, string>();
  const end = (which: (userId: string) => boolean) => {
    for (const [res, userId] of listeners) if (which(userId)) res.end();
  };
  const heartbeat = setInterval(() => {
    for (const res of listeners.keys()) res.write(": still here\n\n");
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    messages: () => kept,
    say(user, text) {
      const message = { id: randomUUID(), userId: user.id, nickname: user.nickname, text, at: clock() };
      kept.push(message);
      kept.splice(0, kept.length - KEPT);
      for (const [res, listener] of listeners) res.write(eventOf(listener, message));
      return message;
    },
    listen(user, after, res) {
      res.set({
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
      });
      res.write("retry: 2000\n\n");
      const missed = kept.slice(kept.findIndex((each) => each.id === after) + 1);
      for (const message of missed) res.write(eventOf(user.id, message));
      listeners.set(res, user.id);
      res.on("close", () => listeners.delete(res));
    },
    leave: (userId) => end((each) => each === userId),
    close() {
      clearInterval(heartbeat);
      end(() => true);
    },
  };
}

function eventOf(userId: string, message: ChatMessage): string {
  return `id: ${message.id}\ndata: ${JSON.stringify(seenBy(userId, message))}\n\n`;
}

/** Account ids stay in the house: a reader learns which messages are their own. */
export function seenBy(userId: string, { userId: author, ...message }: ChatMessage) {
  return { ...message, mine: author === userId };
}
