// The tests need a real redis-server and a real Chromium. Where one is missing, apt-get installs it if it may.
import { spawnSync } from "node:child_process";

const WANTED = { "redis-server": "redis-server", chromium: "chromium" };

const found = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
const missing = Object.keys(WANTED).filter((command) => !found(command));

if (missing.length > 0) {
  const packages = missing.map((command) => WANTED[command]);
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const allowed = found("apt-get") && (sudo.length === 0 || spawnSync("sudo", ["-n", "true"]).status === 0);
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", ...args];
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  };
  if (allowed) {
    console.log(`installing ${packages.join(", ")} with apt-get`);
    apt("update");
    apt("install", "-y", "--no-install-recommends", ...packages);
  }
  const still = missing.filter((command) => !found(command));
  if (still.length > 0) {
    console.error(
      `The tests need ${still.join(" and ")}: install with "apt-get install ${still.map((each) => WANTED[each]).join(" ")}".`,
    );
    process.exit(1);
  }
}
