import { createClient } from "@libsql/client";
import {
  credentialsMigration,
  memoryStore,
  redisStore,
  sqlCredentials,
  storeCredentials,
} from "../../lib/index.ts";
import { credentialsContract } from "../../lib/testing/credentials-contract.ts";
import { postgresOfSuite } from "../support/postgres-of-suite.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { libsqlQuery, pgQuery } from "../support/sql-queries.ts";

describe("credentials in memory", () => {
  for (const { name, run } of credentialsContract(async () => ({ store: storeCredentials(memoryStore()) })))
    it(name, run);
});

for (const enableAutoPipelining of [false, true])
  describe(`credentials on Redis, ${enableAutoPipelining ? "pipelined" : "one command at a time"}`, () => {
    const suite = redisOfSuite({ enableAutoPipelining });
    const fresh = async () => {
      await suite.client.flushall();
      return { store: storeCredentials(redisStore(suite.client)) };
    };
    for (const { name, run } of credentialsContract(fresh)) it(name, run);
  });

describe("credentials on SQLite", () => {
  const fresh = async () => {
    const client = createClient({ url: ":memory:" });
    await client.execute(credentialsMigration("sqlite"));
    return {
      store: sqlCredentials({ query: libsqlQuery(client), dialect: "sqlite" }),
      close: async () => client.close(),
    };
  };
  for (const { name, run } of credentialsContract(fresh)) it(name, run);
});

describe("credentials on PostgreSQL, over 50 connections", () => {
  const suite = postgresOfSuite();
  before(() => suite.pool.query(credentialsMigration("postgres")));
  const fresh = async () => {
    await suite.pool.query("TRUNCATE factor_credentials");
    return { store: sqlCredentials({ query: pgQuery(suite.pool), dialect: "postgres" }) };
  };
  for (const { name, run } of credentialsContract(fresh)) it(name, run);
});
