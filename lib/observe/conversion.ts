/** Of the codes that were sent in the last hour, the share that was verified; per calling code. */
export interface Conversion {
  sent(callingCode: string, at: number): void;
  verified(callingCode: string, at: number): void;
  /** Calling codes with sends in the last hour. A code that is sent again counts again. */
  shares(now: number): Map<string, number>;
}

const SLICE_MS = 5 * 60_000;
const SLICES = 12;

interface Slice {
  index: number;
  sent: number;
  verified: number;
}

export function createConversion(): Conversion {
  const counted = new Map<string, Slice[]>();

  /** At most one slice for each five minutes of the hour. */
  function sliceOf(callingCode: string, at: number): Slice {
    const index = Math.floor(at / SLICE_MS);
    const slices = (counted.get(callingCode) ?? []).filter((each) => each.index > index - SLICES);
    let slice = slices.find((each) => each.index === index);
    if (slice === undefined) slices.push((slice = { index, sent: 0, verified: 0 }));
    counted.set(callingCode, slices);
    return slice;
  }

  return {
    sent: (callingCode, at) => void sliceOf(callingCode, at).sent++,
    verified: (callingCode, at) => void sliceOf(callingCode, at).verified++,
    shares(now) {
      const oldest = Math.floor(now / SLICE_MS) - SLICES;
      const shares = new Map<string, number>();
      for (const [callingCode, slices] of counted) {
        const recent = slices.filter(({ index }) => index > oldest);
        const sent = recent.reduce((sum, each) => sum + each.sent, 0);
        const verified = recent.reduce((sum, each) => sum + each.verified, 0);
        if (recent.length === 0) counted.delete(callingCode);
        // The code of a verification may have been sent before the hour began.
        if (sent > 0) shares.set(callingCode, Math.min(1, verified / sent));
      }
      return shares;
    },
  };
}
