/** The folder in which `initdb` and `postgres` are; undefined where there is none. `POSTGRES_BIN` names another one. */
export function postgresBin(env?: Readonly<Record<string, string | undefined>>): string | undefined;
