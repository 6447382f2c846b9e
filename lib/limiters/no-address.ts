/**
 * Tells `onError` once that a request came without an address, which no limit per address can hold: a proxy in front of the app writes something else,
 * or the app listens on a socket file and trusts no proxy.
 */
export function noAddressReporter(onError: (error: unknown) => void): () => void {
  let told = false;
  return () => {
    if (told) return;
    told = true;
    const error = new Error(
      "req.ip is no IP address: no limit per address holds; set `trust proxy` to what stands in front of the app",
    );
    onError(Object.assign(error, { name: "NoAddressError", code: "PASSPORT_FACTORS_NO_ADDRESS" }));
  };
}
