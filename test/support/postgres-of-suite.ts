import pg from "pg";
import { startPostgres, type PostgresServer } from "./postgres-server.ts";

/** A PostgreSQL for the tests of this file or `describe`, and connections to it; both are there once the tests run. */
export interface SuitePostgres {
  server: PostgresServer;
  pool: pg.Pool;
}

export function postgresOfSuite(): SuitePostgres {
  const suite = {} as SuitePostgres;
  before(async function () {
    this.timeout(60_000);
    suite.server = await startPostgres();
    suite.pool = new pg.Pool({ ...suite.server.address, max: 50 });
  });
  after(async () => {
    await suite.pool?.end();
    await suite.server?.stop();
  });
  return suite;
}
