/**
 * What Depends promise, on real systems: a package is installed and its program runs on the oldest release that its
 * Depends admit, and apt refuses it, and changes nothing, on the one before.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { debianMachine, type DebianMachine, type DebianRelease, machinePrograms } from "../apt/debian-machine.ts";
import { packSample } from "../deb-package.ts";
import { describeWith } from "../requires.ts";

const work = mkdtempSync(join(tmpdir(), "ggen-release-deb-suites-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const target = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

/** A C program that says its name. */
function compiled(name: string, ...options: readonly string[]): string {
  const path = join(work, name);
  writeFileSync(`${path}.c`, `#include <stdio.h>\nint main(void) { puts("${name}"); return 0; }\n`);
  execFileSync("gcc", ["-O2", "-o", path, `${path}.c`, ...options]);
  return path;
}

describeWith([...machinePrograms, "gcc", "xz"], "Depends on real systems", () => {
  let machines: Readonly<Record<"bullseye" | "bookworm", DebianMachine>>;
  let needs: string;
  beforeAll(async () => {
    machines = { bullseye: await debianMachine("bullseye", work), bookworm: await debianMachine("bookworm", work) };
    const folder = join(work, "packed");
    mkdirSync(folder);
    const program = compiled("newer");
    needs = await packSample({ targets: [target], programs: { newer: program } }, folder);
  }, 600_000);
  afterAll(() => Object.values(machines ?? {}).forEach((machine) => machine.remove()));

  const install = (release: "bullseye" | "bookworm", file: string) => {
    machines[release].write("/tmp.deb", readFileSync(file));
    return machines[release].run("apt-get", "install", "-y", "--no-install-recommends", "/tmp.deb");
  };

  /** Programs that this machine's gcc links start by a symbol of glibc 2.34. */
  it("of a program that needs glibc 2.34 admit bookworm, where it runs", async () => {
    expect(execFileSync("dpkg-deb", ["--field", needs, "Depends"], { encoding: "utf8" })).toBe("libc6 (>= 2.34)\n");
    expect(await install("bookworm", needs)).toMatchObject({ exit: 0 });
    expect(await machines.bookworm.run("newer")).toEqual({ exit: 0, output: "newer\n" });
  });

  it("refuse bullseye, where it would not start, and apt changes nothing", async () => {
    const refused = await install("bullseye", needs);
    expect(refused.exit).not.toBe(0);
    expect(refused.output).toMatch(/tool : Depends: libc6 \(>= 2\.34\)/);
    expect((await machines.bullseye.run("dpkg-query", "--status", "tool")).exit).not.toBe(0);
    expect((await machines.bullseye.run("dpkg", "--audit")).output).toBe("");
    machines.bullseye.write("/newer", readFileSync(join(work, "newer")));
    await machines.bullseye.run("chmod", "+x", "/newer");
    expect((await machines.bullseye.run("/newer")).output).toContain("GLIBC_2.34' not found");
  });

  it("are refused while the package is made, where the project promises bullseye or less than is needed", async () => {
    const folder = join(work, "promised");
    mkdirSync(folder);
    const programs = { newer: join(work, "newer") };
    const sample = { targets: [target], programs };
    await expect(packSample({ ...sample, section: { suites: ["bookworm", "bullseye"] } }, folder)).rejects.toThrow(
      /BINARY_LIBC_TOO_NEW: \/usr\/bin\/newer needs GLIBC_2\.34, and bullseye has glibc 2\.31/,
    );
    const libraries = { "libc.so.6": "libc6 (>= 2.31)" };
    await expect(packSample({ ...sample, section: { libraries } }, folder)).rejects.toThrow(
      /DEB_DEPENDS_TOO_LOW.*newer needs GLIBC_2\.34/,
    );
  });

  describe("of programs that need less than this machine has", () => {
    it("admit bullseye, in each compression that it reads", async () => {
      const release: DebianRelease = "bullseye";
      writeFileSync(
        join(work, "older.c"),
        '#include <stdio.h>\n#include <stdlib.h>\nvoid _start(void) { puts("older"); exit(0); }\n',
      );
      execFileSync("gcc", ["-O2", "-nostartfiles", "-mstackrealign", "-o", join(work, "older"), join(work, "older.c")]);
      for (const compression of ["xz", "gzip", "none"] as const) {
        const folder = join(work, `older-${compression}`);
        mkdirSync(folder);
        const section = { compression, suites: [release] };
        const file = await packSample({ targets: [target], programs: { older: join(work, "older") }, section }, folder);
        expect(await install(release, file), compression).toMatchObject({ exit: 0 });
        expect(await machines[release].run("older")).toEqual({ exit: 0, output: "older\n" });
        expect(await machines[release].run("apt-get", "purge", "-y", "tool")).toMatchObject({ exit: 0 });
      }
    });

    it("are no help where the compression is not read: zstd is refused by bullseye's dpkg, and by us for it", async () => {
      const folder = join(work, "older-zstd");
      mkdirSync(folder);
      const sample = { targets: [target], programs: { older: join(work, "older") } };
      const file = await packSample({ ...sample, section: { compression: "zstd" } }, folder);
      expect((await install("bullseye", file)).exit).not.toBe(0);
      expect(await install("bookworm", file)).toMatchObject({ exit: 0 });
      await expect(
        packSample({ ...sample, section: { compression: "zstd", suites: ["bullseye"] } }, folder),
      ).rejects.toThrow("DEB_COMPRESSION_UNREADABLE");
    });
  });
});
