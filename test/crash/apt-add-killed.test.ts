/**
 * `apt add` as users start it, killed for good (SIGKILL) at moments spread over its whole run: after each the tree is what
 * its InRelease says, and the next run completes. CRASH=whole: a thousand times.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingNow, publisher, type Publisher } from "../apt/publisher.ts";
import { describeWith } from "../requires.ts";
import { s3Programs, startS3, type S3Server } from "../s3-server.ts";
import { scratchFolder } from "../scratch.ts";
import { sshIfPossible } from "../ssh-server.ts";

const whole = process.env["CRASH"] === "whole";

/** Files by name stand already as the next InRelease will say; who reads by digest, as every apt does, does not see them. */
const onTheWay = [
  /^Release of stable is another than InRelease$/,
  /^dists\/stable\/(?!.*by-hash)[^ ]+ is not what the Release names$/,
];

/** Answers how many runs were killed before they had ended. */
async function killAgainAndAgain(our: Publisher, kills: number): Promise<number> {
  const packages = (round: number): readonly string[] =>
    ["alpha", "beta", "gamma", "delta"].map((name) => our.package(name, `1.${round}`));
  const begun = performance.now();
  expect((await our.run(...packages(0))).exit).toBe(0);
  const duration = performance.now() - begun;
  let killed = 0;
  for (let round = 1; round <= kills; round++) {
    const before = await our.offered();
    const child = our.start(...packages(round));
    const end = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
    // By the golden ratio, over the time that a run takes after its start.
    await new Promise((wake) => setTimeout(wake, duration * (0.3 + 0.65 * ((round * 0.618_034) % 1))));
    child.kill("SIGKILL");
    if ((await end) === "SIGKILL") killed++;
    expect(await missingNow(our.storage), `round ${round}`).toEqual([]);
    const faults = (await our.faults()).filter((fault) => !onTheWay.some((known) => known.test(fault)));
    expect(faults, `round ${round}`).toEqual([]);
    await our.add(...packages(round));
    expect(await our.faults(), `round ${round}`).toEqual([]);
    const wanted = [...before, ...["alpha", "beta", "gamma", "delta"].map((name) => `${name} 1.${round}`)];
    expect((await our.offered()).toSorted(), `round ${round}`).toEqual([...new Set(wanted)].toSorted());
  }
  return killed;
}

describe("apt add that is killed in a folder", () => {
  it(
    "leaves a tree that is whole, and the next run completes",
    async () => {
      const folder = await scratchFolder("killed");
      const kills = whole ? 1000 : 30;
      const our = await publisher(folder, join(folder, "tree"));
      expect(await killAgainAndAgain(our, kills)).toBeGreaterThan(kills / 4);
    },
    whole ? 7_200_000 : 240_000,
  );
});

describeWith([...s3Programs, "xz"], "apt add that is killed in a bucket", () => {
  let server: S3Server;
  beforeAll(async () => (server = await startS3()));
  afterAll(() => server.close());

  it(
    "leaves a tree that is whole, and the next run completes",
    async () => {
      server.bucket("killed");
      const kills = whole ? 100 : 5;
      const our = await publisher(await scratchFolder("killed"), "s3://killed/apt", server.variables);
      expect(await killAgainAndAgain(our, kills)).toBeGreaterThan(0);
    },
    whole ? 3_600_000 : 120_000,
  );
});

// Every command there costs a connection's turn, and one package takes some twenty: only in the campaign.
if (whole) {
  const ssh = await sshIfPossible();
  afterAll(() => ssh.server?.close());

  describeWith([...ssh.missing, "xz"], "apt add that is killed behind ssh", () => {
    it("leaves a tree that is whole, and the next run completes", { timeout: 3_600_000 }, async () => {
      const { base = "", variables = {} } = ssh.server ?? {};
      const folder = await scratchFolder("killed");
      const our = await publisher(folder, `${base}${folder}/tree`, variables);
      expect(await killAgainAndAgain(our, 30)).toBeGreaterThan(5);
    });
  });
}
