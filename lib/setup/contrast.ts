/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

export const WHITE: Colour = [255, 255, 255];

/** Of `#rgb` or `#rrggbb`; undefined for anything else. */
export function colourOf(hex: string): Colour | undefined {
  const long = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.test(hex) ? hex.replace(/[0-9a-f]/gi, "$&$&") : hex;
  const [, red, green, blue] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}

export const hexOf = (colour: Colour): string =>
  `#${colour.map((each) => Math.round(each).toString(16).padStart(2, "0")).join("")}`;

/** From 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrastOf(one: Colour, other: Colour): number {
  const [light, dark] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The colour itself where it is read well enough on the ground, else the nearest shade of it towards `end` that is. */
export function readable(colour: Colour, ground: Colour, end: Colour, ratio: number): Colour {
  for (let step = 0; step <= 100; step++) {
    const mixed = mix(colour, end, step / 100);
    if (contrastOf(mixed, ground) >= ratio) return mixed;
  }
  return end;
}

// Rounded as it is written, so that what is measured is what is shown.
const mix = (one: Colour, other: Colour, share: number): Colour =>
  [0, 1, 2].map((i) =>
    Math.round((one[i] as number) * (1 - share) + (other[i] as number) * share),
  ) as unknown as Colour;

function luminanceOf(colour: Colour): number {
  const [red, green, blue] = colour.map((each) => {
    const share = each / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
