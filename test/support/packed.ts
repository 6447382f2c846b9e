import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** The package as npm would publish it, unpacked; build first. */
export interface Packed {
  /** Every file in the tarball, as a path from the package's root. */
  files: string[];
  /** Bytes of the tarball, and of what is in it. */
  size: { tarball: number; unpacked: number };
  /** A folder of a user's app in which the package is installed beside these of our dependencies. */
  consumer(express: "express" | "express4", without?: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function packed(): Promise<Packed> {
  const directory = await mkdtemp(join(tmpdir(), "factors-packed-"));
  await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", directory], { cwd: root });
  const [tarball] = await readdir(directory);
  await run("tar", ["-xzf", tarball as string], { cwd: directory });
  const unpacked = join(directory, "package");
  const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const bytes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return {
    files: paths.map((path) => path.slice(unpacked.length + 1)),
    size: {
      tarball: (await stat(join(directory, tarball as string))).size,
      unpacked: bytes.reduce((sum, each) => sum + each, 0),
    },
    async consumer(express, without = []) {
      const app = await mkdtemp(join(directory, "consumer-"));
      const modules = join(app, "node_modules");
      await mkdir(modules);
      // A copy, not a link: Node and tsc follow links, and would find the repository's own Express above the real place.
      await cp(unpacked, join(modules, "passport-factors"), { recursive: true });
      const left = new Set(["express", "express4", ...without]);
      for (const name of await readdir(join(root, "node_modules"))) {
        if (name.startsWith(".") || left.has(name)) continue;
        await symlink(join(root, "node_modules", name), join(modules, name));
      }
      await symlink(join(root, "node_modules", express), join(modules, "express"));
      return app;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
