import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { safeParse } from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packSample, type Sample, sampleAbout, sampleInputs, sampleProject } from "../../../test/deb-package.ts";
import type { About, Project } from "../../domain/project.ts";
import { parseTarget } from "../../domain/target.ts";
import { deb } from "./deb.ts";
import { debSection, type DebSection } from "./deb-section.ts";

const files = (sample: Sample): readonly string[] =>
  deb.plan(sampleProject(sample), sample.section ?? {}).map(({ file }) => file);

describe("the plan", () => {
  it("has one package per architecture that Debian knows", () => {
    const targets = ["x86_64-linux-gnu", "aarch64-linux-gnu", "armv7-linux-gnu", "aarch64-darwin", "x86_64-windows"];
    expect(deb.plan(sampleProject({ targets }), {})).toEqual(
      [
        ["x86_64", "amd64"],
        ["aarch64", "arm64"],
        ["armv7", "armhf"],
      ].map(([architecture, debian]) => ({
        id: `deb:${architecture}-linux-gnu`,
        kind: "deb",
        format: "deb",
        file: `tool_1.2.3_${debian}.deb`,
        compression: "xz",
        target: `${architecture}-linux-gnu`,
        from: [`prebuilt:${architecture}-linux-gnu`],
      })),
    );
  });

  it("prefers Debian's C library, then a static program, then musl", () => {
    const from = (...targets: readonly string[]): unknown => deb.plan(sampleProject({ targets }), {})[0]?.from;
    expect(from("x86_64-linux-musl", "x86_64-linux", "x86_64-linux-gnu")).toEqual(["prebuilt:x86_64-linux-gnu"]);
    expect(from("x86_64-linux-musl", "x86_64-linux")).toEqual(["prebuilt:x86_64-linux"]);
    expect(from("x86_64-linux-musl")).toEqual(["prebuilt:x86_64-linux-musl"]);
  });

  it("joins what several builds make for one architecture", () => {
    const one = sampleProject();
    const [build] = one.builds;
    const other = { ...build, id: "static", binaries: ["helper", "tool"], targets: [parseTarget("x86_64-linux")] };
    const project = { ...one, builds: [other, build] } as Project;
    expect(deb.plan(project, {})).toMatchObject([
      { id: "deb:x86_64-linux-gnu", from: ["prebuilt:x86_64-linux-gnu", "static:x86_64-linux"] },
    ]);
  });

  it("has a package of debug symbols beside each where asked for", () => {
    const targets = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
    expect(files({ targets, section: { dbgsym: true } })).toEqual([
      "tool_1.2.3_amd64.deb",
      "tool-dbgsym_1.2.3_amd64.deb",
      "tool_1.2.3_arm64.deb",
      "tool-dbgsym_1.2.3_arm64.deb",
    ]);
  });

  it("has packages for all architectures beside those of several", () => {
    const further = [{ name: "tool-data" }, { name: "tool-doc", summary: "documentation of tool" }];
    const section: DebSection = { revision: 2, further };
    const planned = deb.plan(sampleProject({ targets: ["x86_64-linux-gnu", "aarch64-linux-gnu"] }), section);
    expect(planned.map(({ file }) => file)).toEqual([
      "tool_1.2.3-2_amd64.deb",
      "tool_1.2.3-2_arm64.deb",
      "tool-data_1.2.3-2_all.deb",
      "tool-doc_1.2.3-2_all.deb",
    ]);
    expect(planned[2]).toEqual({
      id: "deb:all:tool-data",
      kind: "deb",
      format: "deb",
      file: "tool-data_1.2.3-2_all.deb",
      compression: "xz",
      from: [],
    });
  });

  it("may be one package for all architectures, without any program", () => {
    const section: DebSection = { architecture: "all" };
    expect(files({ targets: ["x86_64-windows"], section })).toEqual(["tool_1.2.3_all.deb"]);
  });

  it("says how packages are compressed: xz, for Node programs gzip, else as asked", () => {
    const project = sampleProject();
    const node = { ...project, builds: project.builds.map((build) => ({ ...build, builder: "node" })) };
    const compression = (of: Project, section: DebSection): unknown => deb.plan(of, section)[0]?.compression;
    expect(compression(project, {})).toBe("xz");
    expect(compression(node, {})).toBe("gzip");
    expect(compression(node, { compression: "xz" })).toBe("xz");
    expect(compression(project, { compression: "zstd", suites: ["bookworm", "jammy"] })).toBe("zstd");
    expect(compression(project, { suites: ["bullseye", "trixie"] })).toBe("xz");
    const both = deb.plan(project, { compression: "zstd", dbgsym: true });
    expect(both.map((planned) => planned.compression)).toEqual(["zstd", "gzip"]);
  });

  it("names files without the epoch, and a pre-release by a tilde", () => {
    expect(files({ version: "1.2.3-rc.1", section: { epoch: 2, revision: 1, name: "tool-cli" } })).toEqual([
      "tool-cli_1.2.3~rc.1-1_amd64.deb",
    ]);
  });

  it.each<[Sample, RegExp]>([
    [{ about: without("maintainer") }, /PROJECT_FIELD_MISSING.*maintainer/],
    [{ about: without("summary") }, /PROJECT_FIELD_MISSING.*summary/],
    [{ about: { ...sampleAbout, summary: "a\nDepends: evil" } }, /DEB_FIELD_INVALID/],
    [{ about: { ...sampleAbout, homepage: "https://a.org\nDepends: evil" } }, /DEB_FIELD_INVALID/],
    [{ about: { ...sampleAbout, maintainer: "Jane\nEssential: yes <a@b.org>" } }, /DEB_FIELD_INVALID/],
    [{ version: "1.2.3-rc-1" }, /DEB_VERSION_INVALID/],
    [{ section: { compression: "zstd", suites: ["trixie", "bullseye"] } }, /DEB_COMPRESSION_UNREADABLE.*"bullseye"/],
    [{ section: { further: [{ name: "tool-a" }, { name: "tool-a" }] } }, /FILE_NAME_COLLISION.*tool-a_1\.2\.3_all/],
    [{ section: { further: [{ name: "tool-a", "multi-arch": "same" }] } }, /DEB_FIELD_INVALID.*multi-arch/],
    [{ section: { further: [{ name: "tool-a", summary: "a\nDepends: evil" }] } }, /DEB_FIELD_INVALID/],
    [{ version: `1.2.3-${"a".repeat(250)}` }, /DEB_VERSION_INVALID.*file name would have/],
    [{ section: { revision: "a-b" } }, /DEB_VERSION_INVALID/],
    [{ targets: ["x86_64-darwin"] }, /CONFIG_INVALID.*no build is for a Linux system/],
  ])("refuses %j", (sample, message) => expect(() => files(sample)).toThrow(message));

  it("refuses to strip a Node program of the program in it", () => {
    const project = sampleProject();
    const node = { ...project, builds: project.builds.map((build) => ({ ...build, builder: "node" })) };
    expect(() => deb.plan(node, { dbgsym: true })).toThrow(/CONFIG_INVALID.*build prebuilt.*destroy/);
  });

  it("is made without being asked for where maintainer, summary and a Linux target are known", () => {
    expect(deb.defaults(sampleProject())).toEqual({});
    expect(deb.defaults(sampleProject({ about: without("maintainer") }))).toBeNull();
    expect(deb.defaults(sampleProject({ about: without("summary") }))).toBeNull();
    expect(deb.defaults(sampleProject({ targets: ["x86_64-windows"] }))).toBeNull();
  });
});

function without(field: keyof About): About {
  return Object.fromEntries(Object.entries(sampleAbout).filter(([key]) => key !== field));
}

describe("the section", () => {
  it("may be empty, and may hold everything", () => {
    const full: DebSection = {
      name: "tool-cli",
      maintainer: "Jane Doe <jane@debian.org>",
      section: "devel",
      priority: "optional",
      epoch: 1,
      revision: 2,
      depends: ["git | mercurial (>= 5)"],
      recommends: ["less"],
      suggests: ["jq"],
      conflicts: ["tool-ng"],
      replaces: ["tool-old (<< 1)"],
      provides: ["tool-api (= 1)"],
      enhances: ["git"],
      "pre-depends": ["dpkg (>= 1.20)"],
      breaks: ["tool-plugin (<< 2)"],
      "built-using": ["gcc-12 (= 12.2.0-14)"],
      "static-built-using": ["rust-serde (= 1.0-1)"],
      "multi-arch": "foreign",
      libraries: { "libfoo.so.1": "libfoo1 (>= 1.2)" },
      files: { "etc/tool.conf": "/etc/tool/tool.conf" },
      scripts: { postinst: "debian/postinst" },
      copyright: "debian/copyright",
      changelog: "debian/changelog",
      "lintian-overrides": "debian/overrides",
    };
    expect(safeParse(debSection, {}).output).toEqual({});
    expect(safeParse(debSection, full).output).toEqual(full);
  });

  it.each([
    { name: "Tool" },
    { epoch: 2 ** 31 },
    { epoch: -1 },
    { revision: 1.5 },
    { section: "utils\nDepends: evil" },
    { priority: "extra" },
    { depends: "git" },
    { depends: ["git, hg"] },
    { provides: ["a1 | b1"] },
    { "multi-arch": "no" },
    { essential: true },
    { "built-using": ["gcc-12"] },
    { files: { "../secret": "/etc/a" } },
    { files: { a: "etc/a" } },
    { files: { a: "/etc/../a" } },
    { files: { "a[1]*": "/etc/a" } },
    { files: { a: "/lib/udev/rules.d/a.rules" } },
    { scripts: { config: "debian/config" } },
    { conffiles: ["etc/tool.conf"] },
    { compression: "bzip2" },
    { suites: ["woody"] },
    { architecture: "amd64" },
    { further: [{ files: {} }] },
    { further: [{ name: "tool-data", dbgsym: true }] },
    { systemd: [{ unit: "a.service", enable: "yes" }] },
    { alternatives: [{ link: "/usr/bin/editor", name: "editor; id", path: "/usr/bin/tool", priority: 1 }] },
    { alternatives: [{ link: "/usr/bin/$(id)", name: "editor", path: "/usr/bin/tool", priority: 1 }] },
    { unknown: 1 },
  ])("refuses %j", (section) => expect(safeParse(debSection, section).success).toBe(false));
});

describe("what is refused while writing", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-deb-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refused = (sample: Sample, message: RegExp | string, prepare?: (source: string) => void): Promise<void> =>
    expect(packSample(sample, folder, prepare)).rejects.toThrow(message);
  const mapping = (path: string, at = "/usr/share/tool"): Sample => ({
    tree: { "README.md": "# tool\n" },
    section: { files: { [path]: at } },
  });

  it("a glob that matches nothing", () =>
    refused(mapping("share/*.json"), /PACKAGE_FILE_MISSING.*nothing in the tag's tree matches "share\/\*\.json"/));

  it("a service's script without a place for the service's commands", () =>
    refused(
      {
        tree: { "debian/service": "[Service]\nExecStart=/usr/bin/tool\n", "debian/postinst": "#!/bin/sh\nset -e\n" },
      },
      /PACKAGE_SCRIPT_INVALID: debian\/postinst has no line #DEBHELPER#/,
    ));

  it("a unit that is none", () =>
    refused({ tree: { "debian/tool.service": "echo\n" } }, /DEB_UNIT_INVALID.*"tool\.service" has no section/));

  it("a configured file of the debian folder that is not there", () =>
    refused({ section: { triggers: "debian/triggers" } }, "PACKAGE_FILE_MISSING"));

  it("questions whose translations would be lost", () =>
    refused(
      { tree: { "debian/templates": "Template: tool/a\nType: note\nDescription: a\n", "debian/po/de.po": "" } },
      /DEB_CONTROL_FILE_INVALID.*po2debconf/,
    ));

  it("a script that does not load the answers to the package's questions", () =>
    refused(
      {
        tree: {
          "debian/templates": "Template: tool/a\nType: note\nDescription: a\n",
          "debian/postinst": "#!/bin/sh\nset -e\n#DEBHELPER#\n",
        },
      },
      /PACKAGE_SCRIPT_INVALID: debian\/postinst does not load debconf/,
    ));

  it("a script that asks without questions", () =>
    refused({ tree: { "debian/config": "#!/bin/sh\nset -e\n" } }, /PACKAGE_FILE_MISSING.*debconf templates/));

  it("a conffile that the package has not", () =>
    refused({ section: { conffiles: ["/var/lib/tool/state"] } }, /PACKAGE_FILE_MISSING.*\/var\/lib\/tool\/state/));

  it("a file that is not there", () => refused(mapping("absent"), "PACKAGE_FILE_MISSING"));

  it("a link that leads out of the tree", () =>
    refused(mapping("secret"), "PACKAGE_PATH_INVALID", (source) => symlinkSync("/etc/passwd", join(source, "secret"))));

  it("a document that is a link out of the tree", () =>
    refused({ documents: [{ path: "notes", role: "document" }], tree: { a: "" } }, "PACKAGE_PATH_INVALID", (source) =>
      symlinkSync("/etc/passwd", join(source, "notes")),
    ));

  it("a licence that is a link out of the tree", () =>
    refused({ documents: [{ path: "LICENSE", role: "license" }], tree: { a: "" } }, "PACKAGE_PATH_INVALID", (source) =>
      symlinkSync("/etc/passwd", join(source, "LICENSE")),
    ));

  it("a link in a folder that leads out of the tree", () =>
    refused(mapping("data"), "PACKAGE_PATH_INVALID", (source) => {
      mkdirSync(join(source, "data"));
      symlinkSync("../../../etc/passwd", join(source, "data/secret"));
    }));

  it("a link to something that is not there", () =>
    refused(mapping("data"), /PACKAGE_FILE_MISSING.*link to "absent"/, (source) => {
      mkdirSync(join(source, "data"));
      symlinkSync("absent", join(source, "data/link"));
    }));

  it("a newline in a name", () =>
    refused(mapping("data"), /PACKAGE_PATH_INVALID.*control character/, (source) => {
      mkdirSync(join(source, "data"));
      writeFileSync(join(source, "data/a\nb"), "");
    }));

  it("a name that is not UTF-8", () =>
    refused(mapping("data"), /PACKAGE_(PATH_INVALID|FILE_MISSING)/, (source) => {
      mkdirSync(join(source, "data"));
      writeFileSync(Buffer.concat([Buffer.from(join(source, "data/")), Buffer.of(0xff)]), "");
    }));

  it("a pipe", () =>
    refused(mapping("data"), "PACKAGE_SPECIAL_FILE", (source) => {
      mkdirSync(join(source, "data"));
      execFileSync("mkfifo", [join(source, "data/pipe")]);
    }));

  it("a setuid file", () =>
    refused(mapping("README.md"), /PACKAGE_MODE_UNSAFE.*4755/, (source) =>
      chmodSync(join(source, "README.md"), 0o4755),
    ));

  it("two files at one path", () => refused(mapping("README.md", "/usr/bin/tool"), "PACKAGE_PATH_DUPLICATE"));

  it("a program that nobody may execute", async () => {
    const inputs = sampleInputs({}, folder);
    const [planned] = deb.plan(inputs.project, {});
    const [program] = inputs.binaries("prebuilt:x86_64-linux-gnu");
    const binaries = () => [{ ...program, mode: 0o644 }] as never;
    await expect(deb.write(planned as never, {}, { ...inputs, binaries })).rejects.toThrow("BINARY_NOT_EXECUTABLE");
  });

  it("a maintainer script with CR LF, and one without an interpreter", async () => {
    const section = { scripts: { postinst: "postinst" } };
    await refused({ tree: { postinst: "#!/bin/sh\r\n" }, section }, "PACKAGE_SCRIPT_CRLF: postinst");
    await refused({ tree: { postinst: "echo\n" }, section }, "PACKAGE_SCRIPT_INVALID: postinst");
  });

  it("a program that is a script with CR LF", async () => {
    writeFileSync(join(folder, "script"), "#!/bin/sh\r\necho\r\n");
    await refused({ programs: { tool: join(folder, "script") } }, "PACKAGE_SCRIPT_CRLF: /usr/bin/tool");
  });

  it("a changelog whose newest entry is another version", () =>
    refused(
      { tree: { changelog: "tool (1.2.2) unstable; urgency=low\n" }, section: { changelog: "changelog" } },
      /VERSION_DISAGREES: changelog has 1\.2\.2 .* 1\.2\.3/,
    ));

  it("machine code in a package for all architectures", () =>
    refused(
      { section: { architecture: "all", files: { data: "/usr/lib/tool" } }, tree: { "data/a": "" } },
      /DEB_FIELD_INVALID.*"\/usr\/lib\/tool\/program" is machine code/,
      (source) => copyFileSync("/bin/true", join(source, "data/program")),
    ));

  it("debug symbols of a program that has none", () =>
    refused({ section: { dbgsym: true } }, /DEB_SYMBOLS_MISSING.*\/usr\/bin\/tool, which holds no debug information/));

  it("a manual page without a section", () =>
    refused(
      { tree: { "tool.md": "x" }, documents: [{ path: "tool.md", role: "man" }] },
      /PACKAGE_PATH_INVALID.*tool\.md.* not the name of a manual page/,
    ));

  it("a time that no archive holds", async () => {
    const inputs = { ...sampleInputs({}, folder), epoch: -1 };
    const [planned] = deb.plan(inputs.project, {});
    const bytes = await deb.write(planned as never, {}, inputs);
    await expect(inputs.files.write(join(folder, "x.deb"), bytes)).rejects.toThrow("PACKAGE_EPOCH_INVALID");
  });

  it("and leaves nothing behind: no package, no temporary file", async () => {
    const inputs = sampleInputs({}, folder);
    const [planned] = deb.plan(inputs.project, {});
    const [program] = inputs.binaries("prebuilt:x86_64-linux-gnu");
    // A program that is longer than it was when it was measured.
    const binaries = () => [{ ...program, size: 100 }] as never;
    const bytes = await deb.write(planned as never, {}, { ...inputs, binaries });
    await expect(inputs.files.write(join(folder, "out", "x.deb"), bytes)).rejects.toThrow("ARTIFACT_CHANGED");
    expect(readdirSync(join(folder, "out"))).toEqual([]);
    expect(readdirSync(inputs.scratch)).toEqual([]);
  });
});
