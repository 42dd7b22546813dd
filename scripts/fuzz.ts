/** `npm run fuzz [ROUNDS]`: every property test again and again, each round with a seed of its own, named when one fails. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";

const rounds = Number(process.argv[2] ?? "20");
const suites = globSync(["src/**/*.test.ts", "test/**/*.test.ts"]).filter((file) =>
  /fc\.property|FUZZ_SEED/.test(readFileSync(file, "utf8")),
);

for (let round = 1; round <= rounds; round++) {
  const seed = String(Math.floor(Math.random() * 2 ** 31));
  console.log(`round ${round} of ${rounds}, FUZZ_SEED=${seed}`);
  const done = spawnSync("vitest", ["run", "--silent", ...suites], {
    stdio: "inherit",
    env: { ...process.env, FUZZ_SEED: seed },
  });
  if (done.status !== 0) {
    console.error(`again with: FUZZ_SEED=${seed} npm test`);
    process.exit(1);
  }
}
