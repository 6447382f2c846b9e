import type { RecoveryView } from "../../../lib/flows/recovery/view.ts";
import type { PageError } from "../../../lib/views/pages.ts";
import type { State, Words } from "./states.ts";

const BASE = { gen: 1, proofs: [], inputs: [], expires_in_seconds: 1500 } satisfies Partial<RecoveryView>;

/** A recovery in each of its states. */
export function recoveryStates({ t, label, texts, wrong }: Words): Record<string, State> {
  const of = (view: Partial<RecoveryView>, error?: PageError): State => ({
    kind: "recovery",
    shows: {
      view: { ...BASE, ...view } as RecoveryView,
      action: "/recovery",
      mount: "/recovery",
      loginUrl: "/login",
      supportContact: "help@chat.example",
      ...(error === undefined ? {} : { error }),
    },
  });
  const { hint = "", field } = texts("totp");
  const typed = { kind: "typed", label: label("totp"), hint, field: "response", field_label: field } as const;
  const prompt = { label: label("totp") };
  return {
    "recovery-identify": of({ state: "identify", expires_in_seconds: 0 }),
    "recovery-offer": of({ state: "offer", prompt, inputs: ["yes", "no"] }),
    "recovery-choose": of({
      state: "choose",
      inputs: ["choose", "no"],
      prompt: {
        choices: [
          { choice: "code", label: label("email") },
          { choice: "link", label: t("recovery.link") },
        ],
      },
    }),
    "recovery-entry": of(
      {
        state: "entry",
        inputs: ["respond", "failed"],
        prompt: { ...typed, length: 6, code_length: 6, digits: true },
      },
      wrong("invalid_code", "response"),
    ),
    "recovery-questions": of({
      state: "entry",
      inputs: ["respond", "failed"],
      prompt: {
        ...typed,
        label: label("secret-questions"),
        hint: texts("secret-questions").hint ?? "",
        fields: [1, 2, 3].map((n) => ({ name: `answer${n}`, label: t("questions.answer", { n }) })),
      },
    }),
    "recovery-elsewhere": of({
      state: "wait",
      inputs: ["failed"],
      prompt: { kind: "elsewhere", label: label("trusted-device"), number: "42" },
    }),
    "recovery-link-sent": of({
      state: "wait",
      inputs: ["failed"],
      prompt: { kind: "elsewhere", label: t("recovery.link"), hint: t("recovery.linkSent") },
    }),
    "recovery-ceremony": of({
      state: "wait",
      inputs: ["failed"],
      prompt: { kind: "ceremony", label: label("passkey"), publicKey: {} },
    }),
    "recovery-failed": of({ state: "failed", prompt, inputs: ["again", "another_way"] }),
    "recovery-more": of({
      state: "more",
      prompt: { factors: ["totp", "sms"].map((factor) => ({ factor, label: label(factor) })) },
    }),
    "recovery-hold": of({ state: "hold", expires_in_seconds: 86_000 }),
    "recovery-reset": of(
      { state: "reset", prompt: { min_length: 15 } },
      {
        code: "password_refused",
        field: "password",
        message: t("password.common"),
      },
    ),
    "recovery-done": of({ state: "done" }),
    "recovery-ended": of({ state: "ended" }),
    "recovery-none": of({ state: "none" }),
    "recovery-link": { kind: "recoveryLink", shows: { action: "/recovery/link", loginUrl: "/login" } },
  };
}
