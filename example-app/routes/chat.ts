import { Router, type Request, type Response } from "express";
import { requireFactors, type Factors } from "passport-factors";
import { MAXIMUM_TEXT, seenBy, type Room } from "../chat.ts";
import { field, forPrograms, Refusal, sendPage, signedInUser, wantsJson } from "../http.ts";
import { chatPage } from "../pages/chat.ts";
import { CHAT } from "../sign-in.ts";
import { bodies } from "./body.ts";

export interface ChatParts {
  factors: Factors;
  room: Room;
}

/** The room, behind the second factor. */
export function chatRoutes({ factors, room }: ChatParts): Router {
  function show(req: Request, res: Response): void {
    const user = signedInUser(req);
    const messages = room.messages().map((message) => seenBy(user.id, message));
    sendPage(
      res,
      chatPage(req, factors, { nickname: user.nickname, remembers: factors.devices.on, messages }),
    );
  }

  function say(req: Request, res: Response): void {
    const user = signedInUser(req);
    const text = field(req, "text").trim();
    if (text === "" || text.length > MAXIMUM_TEXT) {
      throw new Refusal(400, "invalid_text", "refusal.invalid_text", {
        field: "text",
        values: { n: MAXIMUM_TEXT },
      });
    }
    const message = room.say(user, text);
    if (wantsJson(req)) res.status(201).json({ success: true, message: seenBy(user.id, message) });
    else res.redirect(303, CHAT);
  }

  /** An event source cannot follow a redirect to a page: it is told no. */
  async function stream(req: Request, res: Response): Promise<void> {
    await factors.require(req);
    const { after } = req.query;
    room.listen(signedInUser(req), req.get("Last-Event-ID") ?? (typeof after === "string" ? after : ""), res);
  }

  const router = Router();
  router.get("/chat/stream", forPrograms, stream);
  router.get(CHAT, requireFactors(factors), show);
  router.post("/chat/messages", requireFactors(factors), bodies, say);
  return router;
}
