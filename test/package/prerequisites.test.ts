import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";

const script = join(import.meta.dirname, "../../scripts/prerequisites.mjs");

/** On a machine that has only these commands. */
describe("what npm test needs", () => {
  let bin: string;
  beforeEach(async () => {
    bin = await mkdtemp(join(tmpdir(), "factors-bin-"));
    for (const file of ["/bin/sh", "/bin/cp", "/bin/true", "/usr/bin/env"])
      await symlink(file, join(bin, basename(file)));
  });
  afterEach(() => rm(bin, { recursive: true, force: true }));

  async function has(name: string, lines: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${lines}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const run = () =>
    spawnSync(process.execPath, [script], {
      env: { PATH: bin, POSTGRES_BIN: bin },
      encoding: "utf8",
      timeout: 10_000,
    });
  const hasPostgres = () => Promise.all(["initdb", "postgres"].map((name) => has(name, "true")));
  const sudo = () => has("sudo", 'shift; exec "$@"');
  const calls = () => readFile(join(bin, "calls"), "utf8");

  it("is there: nothing is said and nothing installed", async () => {
    await has("redis-server", "true");
    await has("chromium-browser", "true");
    await hasPostgres();
    await has("apt-get", "exit 1");
    const { status, stdout, stderr } = run();
    expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: "", stderr: "" });
  });

  it("is installed where it is missing, and nothing else", async () => {
    await sudo();
    await has("chromium", "true");
    await hasPostgres();
    await has(
      "apt-get",
      `echo "$DEBIAN_FRONTEND $*" >> ${bin}/calls; cp ${bin}/chromium ${bin}/redis-server`,
    );
    expect(run().status).to.equal(0);
    expect(await calls()).to.equal(
      "noninteractive -qq update\nnoninteractive -qq install -y --no-install-recommends redis-server\n",
    );
  });

  it("is installed without a PostgreSQL that runs: the tests start their own", async () => {
    await sudo();
    await has("chromium", "true");
    await has("redis-server", "true");
    await has("sed", `echo "sed $*" >> ${bin}/calls`);
    const install = `cp ${bin}/chromium ${bin}/initdb; cp ${bin}/chromium ${bin}/postgres`;
    await has("apt-get", `echo "$*" >> ${bin}/calls; case "$*" in *" postgresql") ${install};; esac`);
    expect(run().status).to.equal(0);
    expect(await calls()).to.equal(
      "-qq update\n" +
        "-qq install -y --no-install-recommends postgresql-common\n" +
        "sed -i s/^#*create_main_cluster.*/create_main_cluster = false/ /etc/postgresql-common/createcluster.conf\n" +
        "-qq install -y --no-install-recommends postgresql\n",
    );
  });

  it("is not there where only one of PostgreSQL's commands is", async () => {
    await has("redis-server", "true");
    await has("chromium", "true");
    await has("postgres", "true");
    expect(run().stderr).to.match(/^The tests need postgresql; /);
  });

  it("fails with one line that says what to install, where nothing can install it", async () => {
    const { status, stderr } = run();
    expect(status).to.equal(1);
    expect(stderr).to.equal(
      "The tests need redis-server, chromium and postgresql; install with: sudo apt-get install redis-server chromium postgresql\n",
    );
  });

  it("fails with that line where apt-get did not get it", async () => {
    await sudo();
    await has("chromium", "true");
    await hasPostgres();
    await has("apt-get", "exit 100");
    const { status, stderr } = run();
    expect(status).to.equal(1);
    expect(stderr).to.equal("The tests need redis-server; install with: sudo apt-get install redis-server\n");
  });
});
