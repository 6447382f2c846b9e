import { deliveryError, type Transport } from "./transport.ts";

/** Delivery is switched off: whoever asks for a code is told `delivery_disabled`, and factors that need it are not offered. */
export function disabledTransport(): Transport {
  return {
    name: "disabled",
    off: true,
    send: () =>
      Promise.reject(
        deliveryError("permanent", "disabled: delivery is switched off", { refusal: "delivery_disabled" }),
      ),
  };
}
