import { EventEmitter } from "node:events";

/** What every event tells: no code, and of the phone number only its fingerprint. */
export interface FactorEvent {
  /** Milliseconds since the epoch. */
  at: number;
  tenant: string;
  account: string;
  factor: string;
  purpose: string;
  /** Keyed, irreversible fingerprint of the phone number, where one is involved. */
  phone?: string;
  /** Why, where something was refused or failed: one of the error codes or a transport's name for it. */
  reason?: string;
}

/** The names follow the structured log of the phone module that this package grew from. */
export interface FactorEventMap {
  phone_otp_send_start: FactorEvent;
  phone_otp_send_suppressed: FactorEvent;
  phone_otp_send_delivery_completed: FactorEvent;
  phone_otp_send_delivery_failed: FactorEvent;
  phone_otp_verify_start: FactorEvent;
  phone_otp_verify_invalid_or_expired: FactorEvent;
  phone_otp_verify_code_mismatch: FactorEvent;
  phone_otp_verify_completed: FactorEvent;
  phone_registered: FactorEvent;
  factor_disabled: FactorEvent;
}

export type FactorEventName = keyof FactorEventMap;

/** The listening side of the package's events. */
export interface FactorEvents {
  on<Name extends FactorEventName>(name: Name, listener: (event: FactorEventMap[Name]) => void): void;
  off<Name extends FactorEventName>(name: Name, listener: (event: FactorEventMap[Name]) => void): void;
}

export interface FactorEmitter extends FactorEvents {
  /** Whether anybody listens: what nobody hears need not be made. */
  wanted(name: FactorEventName): boolean;
  emit(name: FactorEventName, event: FactorEvent): void;
}

/** Events that cannot hurt the flow that emits them: what a listener throws goes to `onError`. */
export function createEvents(onError: (error: unknown) => void): FactorEmitter {
  const emitter = new EventEmitter();
  return {
    on: (name, listener) => void emitter.on(name, listener),
    off: (name, listener) => void emitter.off(name, listener),
    wanted: (name) => emitter.listenerCount(name) > 0,
    emit(name, event) {
      for (const listener of emitter.listeners(name)) {
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
