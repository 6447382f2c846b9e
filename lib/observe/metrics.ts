import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { FactorEvent, FactorEventName, FactorEvents } from "../events.ts";
import { createConversion } from "./conversion.ts";

/**
 * Counts what happens in `registry` (prom-client 15), from now on. No label holds an account, a number or an address. Throws when the registry
 * has these metrics already. Answers a function that stops the counting.
 *
 * @example
 * metrics(factors, registry);
 * app.get("/metrics", async (_req, res) => res.type(registry.contentType).send(await registry.metrics()));
 */
export function metrics(factors: { readonly events: FactorEvents }, registry: Registry): () => void {
  const registers = [registry];
  const conversion = createConversion();
  const sends = new Counter({
    name: "passport_factors_sends_total",
    help: "Sends asked for, by what came of it: taken by the transport, failed, or suppressed by a limit",
    labelNames: ["channel", "provider", "calling_code", "outcome"],
    registers,
  });
  const reports = new Counter({
    name: "passport_factors_delivery_reports_total",
    help: "What providers reported of messages later",
    labelNames: ["provider", "status"],
    registers,
  });
  const verifications = new Counter({
    name: "passport_factors_verifications_total",
    help: "Codes typed, by what came of it",
    labelNames: ["factor", "purpose", "outcome"],
    registers,
  });
  const enrolments = new Counter({
    name: "passport_factors_enrolments_total",
    help: "Factors put on file, taken off, and refused",
    labelNames: ["factor", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "passport_factors_delivery_seconds",
    help: "Time until the transport took a message, or failed",
    labelNames: ["channel", "provider"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const cost = new Counter({
    name: "passport_factors_cost_total",
    help: "Cost of messages, where the provider says it",
    labelNames: ["channel", "provider", "currency"],
    registers,
  });
  const recoveries = new Counter({
    name: "passport_factors_recoveries_total",
    help: "Recoveries of accounts, by what came of each step: started, proven by a factor, held, cancelled, reset, handed over, refused",
    labelNames: ["outcome", "factor"],
    registers,
  });
  const others = new Counter({
    name: "passport_factors_events_total",
    help: "All events by name",
    labelNames: ["event"],
    registers,
  });
  new Gauge({
    name: "passport_factors_conversion_ratio",
    help: "Share of the codes sent in the last hour that were verified",
    labelNames: ["calling_code"],
    registers,
    collect() {
      this.reset();
      for (const [calling_code, share] of conversion.shares(latest)) this.set({ calling_code }, share);
    },
  });
  // The factors' own clock, as told by their events.
  let latest = 0;

  function countSend(event: FactorEvent, outcome: string): void {
    const { channel = "", provider = "", calling_code = "" } = event;
    sends.inc({ channel, provider, calling_code, outcome });
    if (event.duration_ms !== undefined) seconds.observe({ channel, provider }, event.duration_ms / 1000);
    if (outcome === "taken" && calling_code !== "") conversion.sent(calling_code, event.at);
  }

  function countCost({ channel = "", provider = "", price }: FactorEvent): void {
    if (price !== undefined && price.amount >= 0)
      cost.inc({ channel, provider, currency: price.currency }, price.amount);
  }

  function countReport({ provider = "", delivery = "" }: FactorEvent): void {
    reports.inc({ provider, status: delivery });
  }

  function countGuess({ factor, purpose }: FactorEvent, outcome: string): void {
    verifications.inc({ factor, purpose, outcome });
  }

  const countEnrolment =
    (outcome: "added" | "removed" | "refused") =>
    ({ factor }: FactorEvent): void =>
      enrolments.inc({ factor, outcome });

  const hear: Partial<Record<FactorEventName, (event: FactorEvent) => void>> = {
    phone_otp_send_delivery_completed: (event) => countSend(event, "taken"),
    phone_otp_send_delivery_failed: (event) => countSend(event, "failed"),
    phone_otp_send_suppressed: (event) => countSend(event, "suppressed"),
    phone_otp_delivery_reported: countReport,
    phone_otp_verify_completed(event) {
      countGuess(event, "passed");
      if (event.calling_code !== undefined) conversion.verified(event.calling_code, event.at);
    },
    phone_otp_verify_code_mismatch: (event) => countGuess(event, "mismatch"),
    phone_otp_verify_invalid_or_expired: (event) => countGuess(event, "expired"),
    factor_begun(event) {
      // What a factor has begun by itself is no message of ours.
      if (event.channel !== undefined) countSend(event, "taken");
    },
    factor_delivery_failed: (event) => countSend(event, "failed"),
    factor_send_suppressed: (event) => countSend(event, "suppressed"),
    factor_delivery_reported: countReport,
    factor_passed: (event) => countGuess(event, "passed"),
    factor_failed: (event) => countGuess(event, event.reason === "code_expired" ? "expired" : "mismatch"),
    backup_code_used: (event) => countGuess(event, "passed"),
    backup_code_mismatch: (event) => countGuess(event, "mismatch"),
    recovery_started: ({ factor }) => recoveries.inc({ outcome: "started", factor }),
    recovery_proven: ({ factor }) => recoveries.inc({ outcome: "proven", factor }),
    password_reset: ({ factor }) => recoveries.inc({ outcome: "reset", factor }),
    recovery_held: ({ factor }) => recoveries.inc({ outcome: "held", factor }),
    recovery_cancelled: ({ factor }) => recoveries.inc({ outcome: "cancelled", factor }),
    recovery_refused: ({ factor }) => recoveries.inc({ outcome: "refused", factor }),
    recovery_handed_over: ({ factor }) => recoveries.inc({ outcome: "handed_over", factor }),
    phone_registered: countEnrolment("added"),
    phone_changed: countEnrolment("added"),
    backup_codes_generated: countEnrolment("added"),
    factor_added: countEnrolment("added"),
    factor_removed: countEnrolment("removed"),
    factor_enrolment_refused: countEnrolment("refused"),
  };
  return factors.events.onAny((name, event) => {
    latest = Math.max(latest, event.at);
    others.inc({ event: name });
    hear[name]?.(event);
    countCost(event);
  });
}
