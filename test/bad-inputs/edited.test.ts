/** A release that was whole, and one file of it edited by hand: whoever follows the advice must end with a whole release. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expectRefusal, failureIn, toolScene } from "./scene.ts";

const deb = "tool_1.2.3_amd64.deb";
const channel = "sign: none\nchannels: [{ channel: folder, path: public }]\n";

it.each([
  { root: "releases", config: "", remove: "" },
  { root: "releases", config: channel, remove: `/${deb}` },
  { root: "public", config: channel, remove: `/${deb}` },
])("the advice about a file of $root/ that was edited ends in a whole release ($remove)", async (given) => {
  const scene = await toolScene({ config: given.config });
  expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
  const folder = join(scene.repository.folder, given.root, "v1.2.3");
  const whole = readFileSync(join(folder, deb));
  writeFileSync(join(folder, deb), "edited\n");
  const refused = await scene.run(["cut", "v1.2.3", "--json"]);
  const { next = "", details = [] } = failureIn(refused) ?? {};
  expect([refused.exit, next]).toEqual([4, expect.stringContaining(`${folder}${given.remove} away`)]);
  expect(details.join("\n")).toContain("seen public by this run: nothing (what an earlier run made public still is)");
  rmSync(`${folder}${given.remove}`, { recursive: true });
  expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
  expect(readFileSync(join(folder, deb))).toEqual(whole);
  expect(existsSync(join(folder, "manifest.json"))).toBe(true);
});

it("says of a file that the only copy lost which folder to move away, and that then works", async () => {
  const scene = await toolScene();
  expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
  const folder = join(scene.repository.folder, "releases/v1.2.3");
  rmSync(join(folder, deb));
  const refused = await scene.run(["cut", "v1.2.3"]);
  expectRefusal(refused, { exit: 3, code: "STORE_DAMAGED", what: "no copy of the release has it", next: folder });
  rmSync(folder, { recursive: true });
  expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
  expect(existsSync(join(folder, deb))).toBe(true);
});
