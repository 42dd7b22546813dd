/** Trees that the real reprepro, aptly, apt-ftparchive and dpkg-scanpackages made, taken over. */
import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it } from "vitest";
import { nodeDecompressor } from "../../src/adapters/decompressor.ts";
import { openSigner } from "../../src/adapters/open-signer.ts";
import { openPgpKeys } from "../../src/adapters/openpgp-keys.ts";
import { openStorage } from "../../src/adapters/storage/open.ts";
import { aptInit } from "../../src/operations/apt-init.ts";
import { aptImport, type AptImportResult } from "../../src/operations/apt-import.ts";
import { aptList, aptShow, type ListedPackage } from "../../src/operations/apt-packages.ts";
import type { AptWorld } from "../../src/operations/apt-repository.ts";
import { aptVerify } from "../../src/operations/apt-verify.ts";
import type { Ports } from "../../src/ports/index.ts";
import { readHead } from "../../src/engines/apt/suite.ts";
import { rawDeb } from "../deb-bytes.ts";
import { describeWith } from "../requires.ts";
import { realPorts, scratchFolder } from "../scratch.ts";

let folder = "";
beforeEach(async () => {
  folder = await scratchFolder("import");
});

function sample(name: string, version: string, architecture: string, more = ""): string {
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nMaintainer: Jane Doe <jane@example.org>\nSection: utils\nPriority: optional\n${more}Description: sample ${name}\n Long text of it.\n`;
  mkdirSync(join(folder, "debs"), { recursive: true });
  const path = join(folder, "debs", `${name}_${version}_${architecture}.deb`);
  writeFileSync(path, rawDeb({ control }));
  return path;
}

function samples(): readonly string[] {
  return [
    sample("tool", "1.0", "amd64"),
    sample("tool", "1.0", "arm64"),
    sample("tool-data", "1.0", "all", "Multi-Arch: foreign\n"),
    sample("libtool", "2-1", "amd64", "Source: tool (1.0)\n"),
  ];
}

function run(program: string, words: readonly string[], at = folder): string {
  return execFileSync(program, words, { cwd: at, encoding: "utf8", env: { ...process.env, HOME: folder } });
}

const repo = (): string => join(folder, "ours");

function importing(from: string, more: { only?: string; suite?: string } = {}): Promise<AptImportResult> {
  const ports = realPorts(folder);
  const world = {
    ports,
    openSigner: openSigner(ports),
    openStorage: (place: string) => openStorage(place, ports),
    decompressor: nodeDecompressor(ports.processes),
  };
  const options = { repo: repo(), from, suite: "stable", component: "main", link: false, unsigned: true, ...more };
  return aptImport(world, options);
}

function reading(ports: Ports): Pick<AptWorld, "openStorage" | "decompressor"> {
  return {
    openStorage: (place) => openStorage(place, ports),
    decompressor: nodeDecompressor(ports.processes),
  };
}

async function listed(): Promise<readonly string[]> {
  const ports = realPorts(folder);
  const { packages } = await aptList(reading(ports), { repo: repo() });
  const line = (one: ListedPackage): string =>
    [one.suite, one.component, one.name, one.version, one.architecture].join(" ");
  return packages.map(line).sort();
}

/** Everything but the signature, which these trials do without. */
async function faults(): Promise<readonly string[]> {
  const ports = realPorts(folder);
  const tree = {
    ports,
    openStorage: (place: string) => openStorage(place, ports),
    keys: openPgpKeys(ports),
    decompressor: nodeDecompressor(ports.processes),
  };
  // The key is not looked at: nothing is signed here.
  const { findings } = await aptVerify(tree, { repo: repo(), deep: true, key: fileURLToPath(import.meta.url) });
  expect(findings.length).toBeGreaterThan(5);
  return findings
    .filter(({ verdict, id }) => verdict !== "pass" && !id.startsWith("signature:"))
    .map(({ message }) => message);
}

describeWith(["reprepro", "xz"], "what reprepro made", () => {
  function reprepro(): string {
    const root = join(folder, "rp");
    mkdirSync(join(root, "conf"), { recursive: true });
    writeFileSync(
      join(root, "conf", "distributions"),
      "Origin: Olde\nLabel: Olde Label\nSuite: stable\nCodename: bookworm\nArchitectures: amd64 arm64\nComponents: main extra\nDescription: what it was\nDebOverride: over\n\nCodename: sid\nOrigin: Olde\nArchitectures: amd64\nComponents: main\n",
    );
    writeFileSync(join(root, "conf", "over"), "tool-data Priority extra\ntool-data Section games\n");
    const [amd64, arm64, data, library] = samples() as [string, string, string, string];
    for (const file of [amd64, arm64, data])
      run("reprepro", ["-b", root, "-C", "main", "includedeb", "bookworm", file]);
    run("reprepro", ["-b", root, "-C", "extra", "includedeb", "bookworm", library]);
    run("reprepro", ["-b", root, "-C", "main", "includedeb", "sid", amd64]);
    return root;
  }

  it("comes in with its suites, components and identity; overrides are told, and the control file stays", async () => {
    const { suites } = await importing(reprepro());
    expect(suites.map(({ suite, made, added, refused }) => [suite, made, added.length, refused])).toEqual([
      ["bookworm", true, 4, []],
      ["sid", true, 1, []],
    ]);
    expect(suites[0]?.overridden).toEqual([
      { package: { name: "tool-data", version: "1.0", architecture: "all" }, fields: ["Priority", "Section"] },
    ]);
    expect(await listed()).toEqual([
      "bookworm extra libtool 2-1 amd64",
      "bookworm main tool 1.0 amd64",
      "bookworm main tool 1.0 arm64",
      "bookworm main tool-data 1.0 all",
      "sid main tool 1.0 amd64",
    ]);
    const storage = await openStorage(repo(), realPorts(folder));
    expect((await readHead(storage, "bookworm"))?.suite.release).toMatchObject({
      origin: "Olde",
      label: "Olde Label",
      suite: "stable",
      codename: "bookworm",
      description: "what it was",
      architectures: ["amd64", "arm64"],
    });
    const open = { ...reading(realPorts(folder)), openStorage: async () => storage };
    const [stanza = ""] = await aptShow(open, { repo: repo(), suite: "bookworm", name: "tool-data" });
    expect(stanza).toContain("Section: utils");
    expect(stanza).toContain("Priority: optional");
    expect(await faults()).toEqual([]);
  });

  it("comes in one suite only where one is named, and a second time it is there already", async () => {
    const from = reprepro();
    const first = await importing(from, { only: "sid" });
    expect(first.suites.map(({ suite }) => suite)).toEqual(["sid"]);
    const again = await importing(from);
    expect(again.suites.map(({ suite, made, added, present }) => [suite, made, added.length, present.length])).toEqual([
      ["bookworm", true, 4, 0],
      ["sid", false, 0, 1],
    ]);
    await expect(importing(from, { only: "trixie" })).rejects.toThrow("APT_SUITE_MISSING");
  });

  it("is taken as far as it is right: changed, absent and strange files are named, the rest is in", async () => {
    const root = reprepro();
    appendFileSync(join(root, "pool/main/t/tool/tool_1.0_amd64.deb"), "x");
    rmSync(join(root, "pool/main/t/tool/tool_1.0_arm64.deb"));
    writeFileSync(join(root, "pool/extra/t/tool/libtool_2-1_amd64.deb"), "no package");
    const { suites } = await importing(root, { only: "bookworm" });
    expect(suites[0]?.added.map(({ name }) => name)).toEqual(["tool-data"]);
    const why = Object.fromEntries(suites[0]?.refused.map((each) => [basename(each.path), each.why]) ?? []);
    expect(Object.keys(why).sort()).toEqual(["libtool_2-1_amd64.deb", "tool_1.0_amd64.deb", "tool_1.0_arm64.deb"]);
    expect(why["tool_1.0_arm64.deb"]).toContain("is not there");
    expect(await listed()).toEqual(["bookworm main tool-data 1.0 all"]);
    expect(readdirSync(join(repo(), "pool/main/t"))).toEqual(["tool-data"]);
  });

  it("gives nothing out of an index that its Release does not name so, and of a file out of the tree", async () => {
    const root = reprepro();
    const index = join(root, "dists/bookworm/main/binary-amd64/Packages");
    const forged = readFileSync(index, "utf8").replace(
      "Filename: pool/main/t/tool/tool_1.0_amd64.deb",
      "Filename: ../debs/tool_1.0_amd64.deb",
    );
    writeFileSync(index, forged);
    rmSync(`${index}.gz`);
    const { suites } = await importing(root, { only: "bookworm" });
    expect(suites[0]?.refused).toEqual([
      { path: "dists/bookworm/main/binary-amd64/Packages", why: "is not what its Release names" },
    ]);
    rmSync(join(root, "dists/bookworm/Release"));
    await expect(importing(root, { only: "bookworm" })).resolves.toMatchObject({
      suites: [{ refused: [{ path: "../debs/tool_1.0_amd64.deb" }] }],
    });
  });
});

describeWith(["aptly", "xz"], "what aptly made", () => {
  it("comes in, with its default names", async () => {
    samples();
    const config = join(folder, "aptly.conf");
    writeFileSync(
      config,
      JSON.stringify({ rootDir: join(folder, "aptly"), gpgDisableSign: true, gpgDisableVerify: true }),
    );
    const aptly = (...words: readonly string[]): string => run("aptly", ["-config", config, ...words]);
    aptly("repo", "create", "-distribution=bookworm", "-component=main", "r");
    aptly("repo", "add", "r", join(folder, "debs"));
    aptly("publish", "repo", "-architectures=amd64,arm64", "r");
    const { suites } = await importing(join(folder, "aptly", "public"));
    expect(
      suites.map(({ suite, made, added, refused, overridden }) => [suite, made, added.length, refused, overridden]),
    ).toEqual([["bookworm", true, 4, [], []]]);
    const storage = await openStorage(repo(), realPorts(folder));
    expect((await readHead(storage, "bookworm"))?.suite.release).toMatchObject({
      origin: ". bookworm",
      codename: "bookworm",
    });
    expect((await listed()).length).toBe(4);
    expect(await faults()).toEqual([]);
  });
});

describeWith(
  ["apt-ftparchive", "dpkg-scanpackages", "xz", "zstd", "bzip2"],
  "what apt-ftparchive and dpkg-scanpackages made",
  () => {
    const forms = {
      "": [],
      ".gz": ["gzip"],
      ".xz": ["xz"],
      ".zst": ["zstd", "--rm", "-q"],
      ".bz2": ["bzip2"],
    } as const;

    it.each(Object.entries(forms))("is read from dists/ with Packages%s alone", async (_, packer) => {
      samples();
      const root = join(folder, "fp");
      mkdirSync(join(root, "pool"), { recursive: true });
      mkdirSync(join(root, "dists/stable/main/binary-amd64"), { recursive: true });
      for (const name of readdirSync(join(folder, "debs")))
        copyFileSync(join(folder, "debs", name), join(root, "pool", name));
      const index = join(root, "dists/stable/main/binary-amd64/Packages");
      const phased = run("apt-ftparchive", ["packages", "pool"], root).replaceAll(
        /^Package: tool$/gm,
        "Package: tool\nPhased-Update-Percentage: 20",
      );
      writeFileSync(index, phased);
      const [program, ...words] = packer;
      if (program !== undefined) run(program, [...words, index]);
      writeFileSync(
        join(root, "dists/stable/Release"),
        run(
          "apt-ftparchive",
          [
            "-o",
            "APT::FTPArchive::Release::Origin=Fp",
            "-o",
            "APT::FTPArchive::Release::Suite=stable",
            "release",
            "dists/stable",
          ],
          root,
        ),
      );
      const { suites } = await importing(root);
      expect(suites).toMatchObject([{ suite: "stable", made: true, refused: [], overridden: [] }]);
      expect((await listed()).length).toBe(4);
      const ports = realPorts(folder);
      const { packages } = await aptList(reading(ports), { repo: repo(), name: "tool" });
      expect(packages.map((one) => one.phased)).toEqual([20, 20]);
    });

    it("is read flat, into the suite that it is called by its Release or by the user", async () => {
      samples();
      const root = join(folder, "debs");
      writeFileSync(join(root, "Packages"), run("sh", ["-c", "dpkg-scanpackages -m . 2>/dev/null"], root));
      await expect(importing(root)).rejects.toThrow("APT_SUITE_MISSING");
      const flat = await aptList(reading(realPorts(folder)), { repo: root });
      expect(flat.packages.map(({ name, file }) => `${name} ${file}`)).toContain("tool-data ./tool-data_1.0_all.deb");
      const shown = { repo: root, suite: "stable", name: "libtool" };
      expect(await aptShow(reading(realPorts(folder)), shown)).toEqual([expect.stringContaining("Version: 2-1")]);
      writeFileSync(
        join(root, "Release"),
        run(
          "apt-ftparchive",
          [
            "-o",
            "APT::FTPArchive::Release::Origin=Flat",
            "-o",
            "APT::FTPArchive::Release::Suite=nightly",
            "-o",
            "APT::FTPArchive::Release::Architectures=amd64 arm64",
            "release",
            ".",
          ],
          root,
        ),
      );
      const { suites } = await importing(root);
      expect(suites).toMatchObject([{ suite: "nightly", made: true, refused: [] }]);
      expect(await listed()).toContain("nightly main tool-data 1.0 all");
      await importing(root, { only: "stable" });
      expect((await listed()).filter((line) => line.startsWith("stable ")).length).toBe(4);
    });

    it("is a plain folder where no index is there", async () => {
      samples();
      mkdirSync(join(folder, "debs", "below"));
      writeFileSync(join(folder, "debs", "below", "bad.deb"), "no package");
      await expect(importing(join(folder, "debs"))).rejects.toThrow("APT_SUITE_MISSING");
      const ports = realPorts(folder);
      const world = {
        ports,
        openSigner: openSigner(ports),
        openStorage: (place: string) => openStorage(place, ports),
        decompressor: nodeDecompressor(ports.processes),
      };
      const suite = {
        suite: "stable",
        origin: "Own",
        label: "Own",
        codename: "stable",
        validDays: null,
        unsigned: true,
      };
      await aptInit(world, { ...suite, repo: repo(), components: ["main"], architectures: ["amd64"] });
      const { suites } = await importing(join(folder, "debs"));
      expect(suites).toMatchObject([{ suite: "stable", made: false, refused: [{ path: "below/bad.deb" }] }]);
      expect((await listed()).length).toBe(4);
    });

    it("cannot be imported into itself", async () => {
      samples();
      mkdirSync(repo(), { recursive: true });
      await expect(importing(repo())).rejects.toThrow("USAGE");
      await expect(importing(join(folder, "none"))).rejects.toThrow("FILE_MISSING");
    });
  },
);
