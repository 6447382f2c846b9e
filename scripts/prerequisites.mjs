// The tests need a real redis-server, a real Chromium and a real PostgreSQL. Where one is missing, apt-get installs it if it may.
import { spawnSync } from "node:child_process";
import { postgresBin } from "./postgres-bin.mjs";

/** @type {{ package: string, there: () => boolean }[]} */
const WANTED = [
  { package: "redis-server", there: () => found("redis-server") },
  { package: "chromium", there: () => found("chromium") || found("chromium-browser") },
  { package: "postgresql", there: () => postgresBin() !== undefined },
];
/** Read by Debian's installer of PostgreSQL, which otherwise makes and starts a server of its own. */
const CLUSTERS = "/etc/postgresql-common/createcluster.conf";

const found = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
const missing = () => WANTED.filter(({ there }) => !there()).map((each) => each.package);
const listed = (names) => names.join(", ").replace(/, ([^,]+)$/, " and $1");

const wanted = missing();
if (wanted.length > 0) {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (found("apt-get") && (asRoot.length === 0 || spawnSync("sudo", ["-n", "true"]).status === 0)) {
    console.log(`installing ${listed(wanted)} with apt-get`);
    aptGet(asRoot, "update");
    if (wanted.includes("postgresql")) {
      aptGet(asRoot, "install", "-y", "--no-install-recommends", "postgresql-common");
      run(asRoot, "sed", "-i", "s/^#*create_main_cluster.*/create_main_cluster = false/", CLUSTERS);
    }
    aptGet(asRoot, "install", "-y", "--no-install-recommends", ...wanted);
  }
  const still = missing();
  if (still.length > 0) {
    console.error(`The tests need ${listed(still)}; install with: sudo apt-get install ${still.join(" ")}`);
    process.exit(1);
  }
}

function aptGet(asRoot, ...args) {
  run(asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", ...args);
}

/** Its errors are shown, and whether it worked is seen from what is there afterwards. */
function run(asRoot, ...line) {
  const [command, ...rest] = [...asRoot, ...line];
  spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"] });
}
