// The tests need a real redis-server and a real Chromium. Where one is missing, apt-get installs it if it may.
import { spawnSync } from "node:child_process";

/** @type {{ package: string, commands: string[] }[]} */
const WANTED = [
  { package: "redis-server", commands: ["redis-server"] },
  { package: "chromium", commands: ["chromium", "chromium-browser"] },
];

const found = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
const missing = () => WANTED.filter(({ commands }) => !commands.some(found)).map((each) => each.package);

const wanted = missing();
if (wanted.length > 0) {
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (found("apt-get") && (asRoot.length === 0 || spawnSync("sudo", ["-n", "true"]).status === 0)) {
    console.log(`installing ${wanted.join(" and ")} with apt-get`);
    aptGet(asRoot, "update");
    aptGet(asRoot, "install", "-y", "--no-install-recommends", ...wanted);
  }
  const still = missing();
  if (still.length > 0) {
    const names = still.join(" ");
    console.error(`The tests need ${still.join(" and ")}; install with: sudo apt-get install ${names}`);
    process.exit(1);
  }
}

/** Its errors are shown, and whether it worked is seen from what is there afterwards. */
function aptGet(asRoot, ...args) {
  const [command, ...rest] = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", ...args];
  spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"] });
}
