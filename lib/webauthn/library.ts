type Library = typeof import("@simplewebauthn/server");

/** The library that judges ceremonies, an optional peer: loaded when the first is begun. Throws a TypeError that says what to install where it is missing. */
export async function loadLibrary(): Promise<Library> {
  try {
    return await import("@simplewebauthn/server");
  } catch (cause) {
    throw new TypeError(
      "passkeys and security keys need @simplewebauthn/server 14, which could not be loaded: npm install @simplewebauthn/server@14",
      { cause },
    );
  }
}
