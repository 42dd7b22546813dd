/** `npm test`: installs Debian's packages where it may, then runs every suite. */
import { spawnSync } from "node:child_process";

const packages = spawnSync("sh", ["scripts/debian-packages.sh"], { stdio: ["ignore", 2, 2] });
if (packages.status !== 0 && process.env["CI"] === "true") process.exit(7);
const tests = spawnSync("vitest", ["run", ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = tests.status ?? 70;
