/**
 * `npm run demo`, as its readers run it: this program's own release, cut by itself, verified by plain tools. Then its
 * .deb on lintian and unpacked by dpkg, and its formula read by Ruby.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describeWith } from "../requires.ts";

const root = join(import.meta.dirname, "..", "..");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

describeWith(
  ["git", "npm", "gpg", "sha256sum", "dpkg", "dpkg-deb", "lintian", "ruby"],
  "this program's own release",
  () => {
    let folder = "";
    let output = "";
    let release = "";
    const deb = (): string => join(release, `ggen-release_${version}_amd64.deb`);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "ggen-release-demo-"));
      const done = spawnSync(process.execPath, ["scripts/demo.ts", folder], { cwd: root, encoding: "utf8" });
      output = `${done.stdout}${done.stderr}`;
      if (done.status !== 0) throw new Error(output);
      release = join(folder, "releases", `v${version}`);
      return () => rm(folder, { recursive: true, force: true });
    }, 600_000);

    it("is whole: binary, archive, .deb, formula, source, each with its sum, the sums signed", () => {
      const files = readdirSync(release);
      const names = ["-x86_64-linux", "-x86_64-linux-gnu.tar.gz", "-source.tar.gz"].map(
        (end) => `ggen-release-${version}${end}`,
      );
      for (const file of [...names, `ggen-release_${version}_amd64.deb`, "ggen-release.rb"]) {
        expect(files).toContain(file);
        expect(files).toContain(`${file}.sha256`);
        expect(files).toContain(`${file}.asc`);
      }
      for (const file of [
        "SHA256SUMS",
        "SHA256SUMS.asc",
        "manifest.json",
        "manifest.json.asc",
        "plan.json",
        "ledger.jsonl",
        "PIPELINE.log",
        "REPORT.md",
      ]) {
        expect(files).toContain(file);
      }
    });

    it("was verified by the demo with the commands that it prints", () => {
      expect(output).toContain("$ sha256sum -c *.sha256");
      expect(output).toContain("Good signature from");
      expect(output).toContain(`Package: ggen-release`);
      expect(output).toContain("All of it verified");
    });

    it("was built by the demo itself, from a cache of its own, and nothing that it started goes on", () => {
      expect(existsSync(join(folder, "cache", "ggen-release"))).toBe(true);
      expect(readFileSync(join(release, "PIPELINE.log"), "utf8")).toMatch(
        / node:x86_64-linux-gnu: done(?!, there already)/,
      );
      const asked = spawnSync("gpg-connect-agent", ["--no-autostart", "/bye"], {
        env: { ...process.env, GNUPGHOME: join(folder, "gnupg") },
        encoding: "utf8",
      });
      expect(asked.stderr).toContain("no gpg-agent running");
    });

    it("runs without Node on its PATH", () => {
      const said = execFileSync(join(release, `ggen-release-${version}-x86_64-linux`), ["--help"], {
        env: {},
        encoding: "utf8",
      });
      expect(said).toContain("Usage: ggen-release COMMAND");
    });

    it("gives a .deb that dpkg unpacks and configures, with man page and completions", () => {
      const target = join(folder, "target");
      mkdirSync(join(target, "var/lib/dpkg/info"), { recursive: true });
      mkdirSync(join(target, "var/lib/dpkg/updates"), { recursive: true });
      for (const file of ["status", "available"]) writeFileSync(join(target, "var/lib/dpkg", file), "");
      // Its dependencies are not in this empty root; that they are the right ones is what the Depends tests hold.
      const dpkg = ["--force-not-root", "--force-depends", "--log=/dev/null", `--root=${target}`];
      execFileSync("dpkg", [...dpkg, "--unpack", deb()], { stdio: "pipe" });
      execFileSync("dpkg", [...dpkg, "--configure", "ggen-release"], { stdio: "pipe" });
      expect(execFileSync(join(target, "usr/bin/ggen-release"), ["--version"], { env: {}, encoding: "utf8" })).toBe(
        `${version}\n`,
      );
      for (const file of [
        "usr/share/man/man1/ggen-release.1.gz",
        "usr/share/bash-completion/completions/ggen-release",
        "usr/share/doc/ggen-release/copyright",
      ]) {
        expect(statSync(join(target, file)).size).toBeGreaterThan(100);
      }
    });

    it("gives a .deb in which lintian finds no error, and which says what stands and why", () => {
      const said = spawnSync("lintian", ["--allow-root", "--no-tag-display-limit", "--show-overrides", deb()], {
        encoding: "utf8",
      });
      expect(said.stdout.split("\n").filter((line) => line.startsWith("E: "))).toEqual([]);
      expect(said.stdout).toMatch(/^O: ggen-release: unstripped-binary-or-object/m);
      expect(said.stdout).toMatch(/^O: ggen-release: embedded-library/m);
    }, 300_000);

    it("gives a formula that Ruby reads, with the archive's sum", () => {
      const formula = join(release, "ggen-release.rb");
      execFileSync("ruby", ["-c", formula], { stdio: "pipe" });
      const [sum = ""] = readFileSync(
        join(release, `ggen-release-${version}-x86_64-linux-gnu.tar.gz.sha256`),
        "utf8",
      ).split(" ");
      expect(readFileSync(formula, "utf8")).toContain(sum);
    });
  },
);
