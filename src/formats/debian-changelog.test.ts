import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { formatChangelog, newestEntry } from "./debian-changelog.ts";

const entry = {
  package: "yq",
  version: "1:4.2.0~rc.1-1",
  distribution: "unstable",
  changes: ["Release 4.2.0."],
  maintainer: "Jané Doe <jane@project.org>",
  date: 1_767_225_600,
};

it("writes heading, changes and trailer", () => {
  expect(formatChangelog(entry)).toBe(`yq (1:4.2.0~rc.1-1) unstable; urgency=medium

  * Release 4.2.0.

 -- Jané Doe <jane@project.org>  Thu, 01 Jan 2026 00:00:00 +0000
`);
});

it("wraps changes at 80 columns", () => {
  const lines = formatChangelog({ ...entry, changes: ["word ".repeat(40)] })
    .split("\n")
    .slice(2, -3);
  expect(lines.map((line) => line.length <= 80 && /^ {2}(\* | {2})word/.test(line))).toEqual([true, true, true]);
});

it("keeps one entry whatever the changes hold", () => {
  const hostile = fc.string({ unit: fc.constantFrom("\n", " ", "-- ", "x", "yq (9) unstable; urgency=low", "\u0085") });
  fc.assert(
    fc.property(fc.array(hostile), (changes) => {
      const text = formatChangelog({ ...entry, changes });
      expect(text.match(/^\S.*$/gm)).toHaveLength(1);
      expect(text.match(/^ -- /gm)).toHaveLength(1);
    }),
  );
});

it("names package and version of the newest entry", () => {
  const older = formatChangelog({ ...entry, version: "1.0" });
  expect(newestEntry(`\n${formatChangelog(entry)}\n${older}`)).toEqual({ package: "yq", version: "1:4.2.0~rc.1-1" });
});

it.each(["", "# Changelog", "yq 1.0", "yq (1 0) unstable; urgency=low", "yq (1.0)", "Yq (1.0) unstable; urgency=low"])(
  "refuses the heading %j",
  (text) => expect(() => newestEntry(text)).toThrow(/DEB_MALFORMED.*not the heading/),
);

describeWith(["dpkg-parsechangelog"], "dpkg-parsechangelog", () => {
  it("reads the entry without complaint", () => {
    const changes = ["First.", `Second, ${"very ".repeat(30)}long.`];
    const answer = execFileSync("dpkg-parsechangelog", ["-l", "-"], {
      input: formatChangelog({ ...entry, changes }),
      stdio: ["pipe", "pipe", "inherit"],
    }).toString();
    expect(answer).toContain("Version: 1:4.2.0~rc.1-1\n");
    expect(answer).toContain("Maintainer: Jané Doe <jane@project.org>\n");
    expect(answer).toContain("Date: Thu, 01 Jan 2026 00:00:00 +0000\n");
  });
});
