// Where `initdb` and `postgres` are: Debian keeps them beside its own commands, one folder for each version.
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The folder; undefined where there is none. `POSTGRES_BIN` names another one.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined}
 */
export function postgresBin(env = process.env) {
  const named = env["POSTGRES_BIN"];
  const folders = named === undefined ? [...versions(), ...(env["PATH"] ?? "").split(delimiter)] : [named];
  return folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));
}

/** The newest first. */
function versions() {
  const debian = "/usr/lib/postgresql";
  const names = existsSync(debian) ? readdirSync(debian) : [];
  return names.sort((a, b) => Number(b) - Number(a)).map((name) => join(debian, name, "bin"));
}
