import { packed } from "../test/support/packed.ts";

const kB = (bytes: number) => `${Math.round(bytes / 1000)} kB`;

/** What npm would upload, and what it unpacks to. */
export async function weight(): Promise<string> {
  const { size, files, remove } = await packed();
  await remove();
  return `package: ${kB(size.tarball)} as a tarball, ${kB(size.unpacked)} unpacked, ${files.length} files`;
}
