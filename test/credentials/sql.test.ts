import { rejects, throws } from "node:assert/strict";
import { createClient, type Client } from "@libsql/client";
import { expect } from "chai";
import pg from "pg";
import {
  credentialsMigration,
  sqlCredentials,
  type SqlAnswer,
  type SqlDialect,
  type SqlQuery,
} from "../../lib/index.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { libsqlQuery, pgQuery } from "../support/sql-queries.ts";

const DIALECTS: readonly SqlDialect[] = ["postgres", "mysql", "sqlite"];

describe("credentials in a table of the app's own", () => {
  let client: Client;
  let query: SqlQuery;
  beforeEach(async () => {
    client = createClient({ url: ":memory:" });
    await client.execute(credentialsMigration("sqlite"));
    query = libsqlQuery(client);
  });
  afterEach(() => client.close());
  const acme = (own: SqlQuery = query, dialect: SqlDialect = "sqlite") =>
    sqlCredentials({ query: own, dialect }).inTenant("acme");

  it("have one row each, with the sealed value and how often it was replaced", async () => {
    await acme().add("ann", "totp", "1", "before", 2);
    await acme().add("ann", "totp", "2", "other", 2);
    await acme().replace("ann", "totp", "1", "before", "after");
    const { rows } = await client.execute(
      "SELECT tenant, account, kind, id, value, version, slot FROM factor_credentials ORDER BY id",
    );
    expect(rows.map((row) => Object.values(row))).to.deep.equal([
      ["acme", "ann", "totp", "1", "after", 2, 1],
      ["acme", "ann", "totp", "2", "other", 1, 2],
    ]);
  });

  it("have a migration that may run again", async () => {
    await acme().add("ann", "totp", "1", "x", 1);
    await client.execute(credentialsMigration("sqlite"));
    expect(await acme().find("totp", "1")).to.deep.equal({ account: "ann", value: "x" });
  });

  it("need a query and a known dialect, by name", () => {
    throws(
      () => sqlCredentials({ query: undefined as never, dialect: "sqlite" }),
      /^TypeError: sqlCredentials: query /,
    );
    for (const odd of ["mssql", "", undefined, "constructor", "__proto__"]) {
      const dialect = odd as SqlDialect;
      throws(
        () => sqlCredentials({ query, dialect }),
        /^TypeError: sqlCredentials: dialect must be postgres, /,
      );
      throws(
        () => credentialsMigration(dialect),
        /^TypeError: credentialsMigration: dialect must be postgres, /,
      );
    }
  });

  it("[T51] take nothing for a yes that the adapter answers oddly", async () => {
    await acme().add("ann", "totp", "1", "x", 1);
    const odd = [
      undefined,
      null,
      {},
      [],
      "ok",
      { rows: [] },
      { changes: 1 },
      { rows: [], changes: "1" },
      { rows: {}, changes: 1 },
    ];
    for (const answer of odd) {
      const credentials = acme(async () => answer as SqlAnswer);
      for (const asked of [
        () => credentials.add("ann", "totp", "2", "x", 5),
        () => credentials.replace("ann", "totp", "1", "x", "y"),
        () => credentials.remove("ann", "totp", "1"),
        () => credentials.find("totp", "1"),
        () => credentials.list("ann", "totp"),
      ])
        await rejects(asked, /^TypeError: sqlCredentials: query must answer \{ rows, changes \}/);
    }
    const arrays = acme(() => ({ rows: [["ann", "x"]], changes: 0 }));
    await rejects(arrays.find("totp", "1"), /query must answer rows by column, with account as a text/);
    const bytes = acme(() => ({ rows: [{ account: "ann", value: Buffer.from("x") }], changes: 0 }));
    await rejects(bytes.find("totp", "1"), /with value as a text/);
    for (const changes of [0, 2, -1, Number.NaN, 0n]) {
      const credentials = acme(() => ({ rows: [], changes }));
      expect(await credentials.replace("ann", "totp", "1", "x", "y")).to.equal(false);
      expect(await credentials.remove("ann", "totp", "1")).to.equal(false);
    }
    expect(await acme(() => ({ rows: [], changes: 1n })).remove("ann", "totp", "1")).to.equal(true);
  });

  it("throw `store_unavailable` where the database does not answer, whatever it throws", async () => {
    for (const thrown of [new Error("no such table"), undefined, null, "down", 1]) {
      const credentials = acme(() => Promise.reject(thrown as Error));
      for (const asked of [
        () => credentials.list("ann", "totp"),
        () => credentials.add("ann", "totp", "1", "x", 1),
      ])
        await rejects(asked, { code: "store_unavailable" });
    }
  });

  it("ask again where the database has undone the statement because of others, and not for ever", async () => {
    for (const code of ["40001", "40P01", "ER_LOCK_DEADLOCK"]) {
      let undone = 19;
      const credentials = acme(async (sql, params) => {
        if (undone-- > 0) throw Object.assign(new Error("deadlock"), { code });
        undone = 19;
        return query(sql, params);
      });
      expect(await credentials.add("ann", "totp", code, "x", 5)).to.equal(true);
      const never = acme(() => Promise.reject(Object.assign(new Error("deadlock"), { code })));
      await rejects(never.remove("ann", "totp", code), { code: "store_unavailable" });
    }
  });

  it("give up, and add nothing, where every slot is taken away by others for ever", async () => {
    const credentials = acme(async (sql, params) =>
      sql.startsWith("INSERT") ? { rows: [], changes: 0 } : query(sql, params),
    );
    await rejects(credentials.add("ann", "totp", "1", "x", 1), { code: "store_unavailable" });
  });

  it("refuse a cursor that is none", async () => {
    for (const cursor of ["x", "{}", "[]", '["totp"]', "[1,2]", "null"])
      await rejects(acme().scan(cursor), /^TypeError: credentials: cursor must be one that scan answered/);
  });
});

describe("the statements of each dialect", () => {
  async function statements(dialect: SqlDialect): Promise<{ sql: string; params: unknown[] }[]> {
    const seen: { sql: string; params: unknown[] }[] = [];
    const credentials = sqlCredentials({
      dialect,
      query: async (sql, params) => {
        seen.push({ sql, params });
        return { rows: [], changes: 1 };
      },
    }).inTenant("acme");
    await credentials.list("ann", "totp");
    await credentials.find("totp", "1");
    await credentials.add("ann", "totp", "1", "x", 1);
    await credentials.replace("ann", "totp", "1", "x", "y");
    await credentials.remove("ann", "totp", "1");
    await credentials.removeAll("ann");
    await credentials.removeAll("ann", ["totp", "passkey"]);
    await credentials.scan('["totp","1"]');
    return seen;
  }

  for (const dialect of DIALECTS)
    it(`hold no value, one placeholder for each, and the tenant: ${dialect}`, async () => {
      const all = await statements(dialect);
      expect(all).to.have.length(9);
      for (const { sql, params } of all) {
        const holders = sql.match(dialect === "postgres" ? /\$\d+/g : /\?/g) ?? [];
        expect(holders, sql).to.have.length(params.length);
        if (dialect === "postgres") expect(holders).to.deep.equal(params.map((_, n) => `$${n + 1}`));
        expect(sql)
          .to.match(/\btenant\b/)
          .and.not.match(/acme|ann|'/);
        expect(params).to.include("acme");
      }
    });

  it("are MySQL's own where it differs: bytes compared as bytes, a taken slot ignored, no rows compared", async () => {
    const sqls = (await statements("mysql")).map(({ sql }) => sql);
    expect(sqls[0]).to.match(
      /^SELECT CONVERT\(id USING utf8mb4\) AS id, CONVERT\(value USING utf8mb4\) AS value FROM/,
    );
    expect(sqls.find((sql) => sql.startsWith("INSERT"))).to.match(
      /^INSERT IGNORE INTO factor_credentials \(/,
    );
    expect(sqls.at(-1))
      .to.include("(kind > ? OR (kind = ? AND id > ?))")
      .and.include("ORDER BY factor_credentials.kind");
    expect(sqls.join()).not.to.match(/ON CONFLICT|\$1/);
    const migration = credentialsMigration("mysql");
    expect(migration)
      .to.match(/id VARBINARY\(1400\) NOT NULL/)
      .and.match(/value BLOB NOT NULL/)
      .and.not.match(/TEXT/);
  });

  for (const dialect of DIALECTS)
    it(`have a table in which an id is there once, and a slot: ${dialect}`, () => {
      const migration = credentialsMigration(dialect);
      expect(migration.match(/;/g)).to.have.length(1);
      expect(migration)
        .to.match(/^CREATE TABLE IF NOT EXISTS factor_credentials \(/)
        .and.include("PRIMARY KEY (tenant, kind, id)")
        .and.include("UNIQUE (tenant, account, kind, slot)");
    });
});

describe("credentials on a PostgreSQL that goes away", function () {
  this.timeout(60_000);

  it("throw `store_unavailable`", async () => {
    const server = await startPostgres();
    const pool = new pg.Pool({ ...server.address, max: 2 });
    pool.on("error", () => {});
    try {
      await pool.query(credentialsMigration("postgres"));
      const credentials = sqlCredentials({ query: pgQuery(pool), dialect: "postgres" }).inTenant("acme");
      expect(await credentials.add("ann", "totp", "1", "x", 1)).to.equal(true);
      await server.crash();
      await rejects(credentials.find("totp", "1"), { code: "store_unavailable" });
      await rejects(credentials.replace("ann", "totp", "1", "x", "y"), { code: "store_unavailable" });
    } finally {
      await pool.end();
      await server.stop();
    }
  });
});
