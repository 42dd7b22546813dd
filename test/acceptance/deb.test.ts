/**
 * The .deb on the real dpkg and lintian. dpkg-deb alone would not do: it unpacks through GNU tar and takes archives that
 * dpkg refuses (long names in pax headers, folders that are no members).
 */
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseStanzas } from "../../src/formats/debian-control.ts";
import { epoch, packSample, type Sample, sampleAbout } from "../deb-package.ts";
import { describeWith } from "../requires.ts";

const target = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
const work = mkdtempSync(join(tmpdir(), "ggen-release-deb-acceptance-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let count = 0;

/** dpkg looks for ldconfig and others, which are not on an ordinary user's path. */
const environment = { ...process.env, LC_ALL: "C.UTF-8", PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

function run(program: string, args: readonly string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync(program, args, { stdio: ["ignore", "pipe", "pipe"], env: environment, ...options }).toString();
}

function pack(sample: Sample, prepare?: (source: string) => void): Promise<string> {
  const folder = join(work, `package-${count++}`);
  mkdirSync(folder);
  return packSample({ targets: [target], ...sample }, folder, prepare);
}

function whereIs(program: string): string {
  return run("sh", ["-c", `command -v ${program}`]).trim();
}

/** A system in which libc6 is installed as it is on this machine, and /bin/sh is a program that needs no library. */
function emptySystem(): string {
  const root = join(work, `root-${count++}`);
  for (const folder of ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers", "bin", "tmp"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, "var/lib/dpkg/available"), "");
  writeFileSync(join(root, "var/lib/dpkg/status"), `${run("dpkg-query", ["--status", "libc6"])}\n`);
  writeFileSync(join(root, "var/lib/dpkg/info/libc6.list"), "");
  copyFileSync(whereIs("busybox"), join(root, "bin/sh"));
  return root;
}

/** Without being root, dpkg runs in a namespace of its own in which the user is root. */
const isRoot = process.getuid?.() === 0;
function dpkg(root: string, ...args: readonly string[]): string {
  const command = ["dpkg", "--root", root, ...args];
  return isRoot ? run("dpkg", command.slice(1)) : run("unshare", ["--map-root-user", ...command]);
}

const manualPage = `.TH TOOL 1
.SH NAME
tool \\- process samples
.SH DESCRIPTION
Processes samples of every kind.
`;
const license = `MIT License

Copyright (c) 2020 Jane Doe

Permission is hereby granted, free of charge, to any person obtaining a copy.
`;

/** What a common program ships, and no more. */
const plain: Sample = {
  tree: { "README.md": "# tool\n", LICENSE: license, "tool.1": manualPage },
  documents: [
    { path: "README.md", role: "document" },
    { path: "LICENSE", role: "license" },
    { path: "tool.1", role: "man" },
  ],
};

const longPath = `${"a-folder-with-a-rather-long-name/".repeat(9)}rules-of-the-tool.json`;
const oddNames = ["naïve-語-🦊.txt", "-rf", "a b", `quote's "double" $(id)`, "back\\slash", "e\u0301", "\u00e9"];

/** Everything that the section can hold. */
const full: Sample = {
  programs: { tool: "/bin/true", "tool-helper": "/bin/false" },
  about: {
    ...sampleAbout,
    repository: "https://samples.debian.net/tool.git",
    description: "First paragraph.\nDepends: evil\n\n.leading full stop\n.\n- a list\n\n  code\n\nPackage: other\n",
  },
  tree: {
    ...plain.tree,
    "completions/tool": "complete tool\n",
    "completions/_tool": "#compdef tool\n",
    "completions/tool.fish": "complete -c tool\n",
    "share/empty": "",
    "share/rules.json": "{}\n",
    "share/run": "#!/bin/sh\n",
    [`share/${longPath}`]: "long\n",
    "etc/tool.conf": "colour = blue\n",
    ...Object.fromEntries(oddNames.map((name) => [`share/${name}`, name])),
    "debian/postinst": '#!/bin/sh\nset -e\necho "postinst $1 $2" >> /scripts.log\n',
    "debian/prerm": '#!/bin/sh\nset -e\necho "prerm $1 $2" >> /scripts.log\n',
  },
  documents: [
    ...(plain.documents ?? []),
    { path: "completions/tool", role: "completion", shell: "bash" },
    { path: "completions/_tool", role: "completion", shell: "zsh" },
    { path: "completions/tool.fish", role: "completion", shell: "fish" },
  ],
  section: {
    files: { share: "/usr/share/tool", "etc/tool.conf": "/etc/tool/tool.conf" },
    recommends: ["less | most"],
    enhances: ["less"],
    breaks: ["tool-plugin (<< 2)"],
    "pre-depends": ["libc6"],
    "built-using": ["gcc-12 (= 12.2.0-14)"],
    "static-built-using": ["rust-serde (= 1.0-1)"],
    "multi-arch": "foreign",
    provides: ["tool-api (= 1)"],
    scripts: { postinst: "debian/postinst", prerm: "debian/prerm" },
  },
};

/** A service with everything that one can have. */
const withService: Sample = {
  ...plain,
  tree: {
    ...plain.tree,
    "debian/tool.service":
      "[Unit]\nDescription=Sample\nDocumentation=man:tool(1)\n[Service]\nExecStart=/usr/bin/tool\n[Install]\nWantedBy=multi-user.target\n",
    "debian/tool.sysusers": "u tool - -\n",
    "debian/tool.tmpfiles": "d /var/lib/tool 0755 tool tool -\n",
    "debian/templates":
      "Template: tool/port\nType: string\nDefault: 80\nDescription: Port to listen on:\n Any free one will do.\n",
    "debian/config": "#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\ndb_input low tool/port || true\ndb_go\n",
    "debian/triggers": "interest-noawait /usr/share/tool/plugins\n",
    "tool.conf": "colour = blue\n",
  },
  section: {
    files: { "tool.conf": "/etc/tool/tool.conf" },
    conffiles: ["remove-on-upgrade /etc/tool/old.conf"],
    alternatives: [{ link: "/usr/bin/processor", name: "processor", path: "/usr/bin/tool", priority: 50 }],
  },
};

function prepareFull(source: string): void {
  chmodSync(join(source, "share/run"), 0o755);
  symlinkSync("rules.json", join(source, "share/default.json"));
  mkdirSync(join(source, "share/empty-folder"));
}

describeWith(["dpkg", "dpkg-deb", "dpkg-query", "dpkg-gencontrol", "busybox"], "the .deb on dpkg", () => {
  let file = "";
  beforeAll(async () => {
    file = await pack(full, prepareFull);
  });

  it("shows its control data, and no field that the description tried to add", () => {
    const [stanza = []] = parseStanzas(run("dpkg-deb", ["--field", file]));
    expect(Object.fromEntries(stanza.map(([name, lines]) => [name, lines.join("\n")]))).toEqual({
      Package: "tool",
      Version: "1.2.3",
      Architecture: process.arch === "arm64" ? "arm64" : "amd64",
      Maintainer: "Jane Doe <jane@debian.org>",
      "Installed-Size": expect.stringMatching(/^[0-9]+$/) as string,
      Depends: expect.stringMatching(/^libc6 \(>= 2\.[0-9]+\)$/) as string,
      Recommends: "less | most",
      Provides: "tool-api (= 1)",
      Section: "utils",
      Priority: "optional",
      Homepage: "https://samples.debian.net/tool",
      "Vcs-Browser": "https://samples.debian.net/tool.git",
      "Vcs-Git": "https://samples.debian.net/tool.git",
      "Multi-Arch": "foreign",
      "Pre-Depends": "libc6",
      Enhances: "less",
      Breaks: "tool-plugin (<< 2)",
      "Built-Using": "gcc-12 (= 12.2.0-14)",
      "Static-Built-Using": "rust-serde (= 1.0-1)",
      Description: [
        "portable processor of sample documents",
        "First paragraph.",
        "Depends: evil",
        "",
        " .leading full stop",
        "",
        " - a list",
        "",
        "  code",
        "",
        "Package: other",
      ].join("\n"),
    });
    expect(run("dpkg-deb", ["--info", file])).toContain("new Debian package, version 2.0.");
    expect(run("dpkg", ["--info", file])).toContain("postinst");
  });

  it("lists every member as root's, dated by the commit, in order", () => {
    const lines = run("dpkg-deb", ["--contents", file], { env: { ...environment, TZ: "UTC" } })
      .trimEnd()
      .split("\n");
    expect(lines.every((line) => /^[dl-][rwx-]{9} root\/root +[0-9]+ 2026-01-01 00:00 \.\//.test(line))).toBe(true);
    const modes = new Set(lines.map((line) => line.slice(0, 10)));
    expect(modes).toEqual(new Set(["drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx"]));
  });

  it("estimates its installed size as dpkg-gencontrol does", () => {
    const folder = join(work, "gencontrol");
    mkdirSync(join(folder, "debian"), { recursive: true });
    run("dpkg-deb", ["--extract", file, join(folder, "tree")]);
    writeFileSync(join(folder, "debian/control"), "Source: tool\n\nPackage: tool\nArchitecture: any\nDescription: x\n");
    writeFileSync(
      join(folder, "debian/changelog"),
      "tool (1.2.3) unstable; urgency=low\n\n  * x\n\n -- J <j@debian.org>  Thu, 01 Jan 2026 00:00:00 +0000\n",
    );
    const theirs = run("dpkg-gencontrol", ["-Ptree", "-O"], { cwd: folder });
    const size = (text: string): string | undefined => /^Installed-Size: (.*)$/m.exec(text)?.[1];
    expect(size(run("dpkg-deb", ["--field", file]).replace(/^/, "\n"))).toBe(size(theirs));
  });

  describe("installed", () => {
    let root = "";
    beforeAll(() => {
      root = emptySystem();
      dpkg(root, "--unpack", file);
      dpkg(root, "--configure", "tool");
    });
    const at = (path: string): string => join(root, path);

    it("is configured, its scripts run", () => {
      expect(run("dpkg-query", ["--admindir", at("var/lib/dpkg"), "-Wf", "${db:Status-Status}", "tool"])).toBe(
        "installed",
      );
      expect(readFileSync(at("scripts.log"), "utf8")).toBe("postinst configure \n");
    });

    it("has programs that run, and every file at its place with its mode", () => {
      expect(() => run(at("usr/bin/tool"), [])).not.toThrow();
      expect(() => run(at("usr/bin/tool-helper"), [])).toThrow("Command failed");
      const modes: Readonly<Record<string, number>> = {
        "usr/bin": 0o755,
        "usr/bin/tool": 0o755,
        "usr/share/tool/run": 0o755,
        "usr/share/tool/rules.json": 0o644,
        "usr/share/tool/empty-folder": 0o755,
        "usr/share/man/man1/tool.1.gz": 0o644,
        "usr/share/doc/tool/copyright": 0o644,
        "usr/share/doc/tool/README.md": 0o644,
        "usr/share/bash-completion/completions/tool": 0o644,
        "usr/share/zsh/vendor-completions/_tool": 0o644,
        "usr/share/fish/vendor_completions.d/tool.fish": 0o644,
        "etc/tool/tool.conf": 0o644,
      };
      const found = Object.keys(modes).map((path) => [path, statSync(at(path)).mode & 0o7777]);
      expect(Object.fromEntries(found)).toEqual(modes);
      const { uid, gid } = statSync(at("usr/bin/tool"));
      expect([uid, gid]).toEqual([isRoot ? 0 : process.getuid?.(), isRoot ? 0 : process.getgid?.()]);
    });

    it("has names over 100 and 255 bytes, names outside ASCII, links and empty files", () => {
      expect(Buffer.byteLength(longPath)).toBeGreaterThan(255);
      expect(readFileSync(at(`usr/share/tool/${longPath}`), "utf8")).toBe("long\n");
      for (const name of oddNames) expect(readFileSync(at(`usr/share/tool/${name}`), "utf8")).toBe(name);
      expect(readlinkSync(at("usr/share/tool/default.json"))).toBe("rules.json");
      expect(statSync(at("usr/share/tool/empty")).size).toBe(0);
    });

    it("has documents that read well", () => {
      expect(gunzipSync(readFileSync(at("usr/share/man/man1/tool.1.gz"))).toString()).toBe(manualPage);
      expect(gunzipSync(readFileSync(at("usr/share/doc/tool/changelog.gz"))).toString()).toMatch(
        /^tool \(1\.2\.3\) unstable;/,
      );
      expect(readFileSync(at("usr/share/doc/tool/copyright"), "utf8")).toContain("License: Expat\n");
      expect(existsSync(at("usr/share/doc/tool/LICENSE"))).toBe(false);
    });

    it("passes dpkg's own check of every file, which notices a change", () => {
      expect(dpkg(root, "--verify", "tool")).toBe("");
      writeFileSync(at("usr/share/tool/rules.json"), "changed\n");
      expect(dpkg(root, "--verify", "tool")).toContain("/usr/share/tool/rules.json");
    });

    it("keeps what the administrator changed under /etc, and gives way to the next version", async () => {
      writeFileSync(at("etc/tool/tool.conf"), "colour = red\n");
      const tree = { ...full.tree, "etc/tool.conf": "colour = green\n" };
      const next = await pack({ ...full, version: "1.2.4", tree }, prepareFull);
      dpkg(root, "--force-confold", "--install", next);
      expect(readFileSync(at("etc/tool/tool.conf"), "utf8")).toBe("colour = red\n");
      expect(readFileSync(at("scripts.log"), "utf8")).toBe(
        "postinst configure \nprerm upgrade 1.2.4\npostinst configure 1.2.3\n",
      );
    });

    it("goes without a trace", () => {
      dpkg(root, "--purge", "tool");
      expect(["usr", "etc"].filter((folder) => existsSync(at(folder)))).toEqual([]);
    });
  });

  it("takes what globs match below the folder that they begin with", async () => {
    const sample: Sample = {
      tree: {
        "data/a.json": "{}",
        "data/deep/b.json": "{}",
        "data/deep/c.txt": "c",
        "data/run.sh": "#!/bin/sh\n",
        "all/x": "x",
      },
      section: {
        files: { "data/**/*.json": "/usr/share/tool", "data/*.sh": "/usr/libexec/tool", "all/**": "/opt/tool" },
      },
    };
    const packed = await pack(sample, (source) => {
      chmodSync(join(source, "data/run.sh"), 0o700);
      // One leads to what is shipped, one to what is not: the second becomes the file itself.
      symlinkSync("a.json", join(source, "data/latest.json"));
      symlinkSync("deep/c.txt", join(source, "data/other.json"));
    });
    const listed = run("dpkg-deb", ["--contents", packed])
      .split("\n")
      .filter((line) => /\.\/(?:opt|usr\/(?:share\/tool|libexec))/.test(line))
      .map((line) => `${line.slice(0, 10)} ${line.replace(/^.*? \.\//, "")}`);
    expect(listed).toEqual([
      "drwxr-xr-x opt/",
      "drwxr-xr-x opt/tool/",
      "-rw-r--r-- opt/tool/x",
      "drwxr-xr-x usr/libexec/",
      "drwxr-xr-x usr/libexec/tool/",
      "-rwxr-xr-x usr/libexec/tool/run.sh",
      "drwxr-xr-x usr/share/tool/",
      "-rw-r--r-- usr/share/tool/a.json",
      "drwxr-xr-x usr/share/tool/deep/",
      "-rw-r--r-- usr/share/tool/deep/b.json",
      "lrwxrwxrwx usr/share/tool/latest.json -> a.json",
      "-rw-r--r-- usr/share/tool/other.json",
    ]);
  });

  describe("with a service, its user, its folders and its questions", () => {
    let root = "";
    const at = (path: string): string => join(root, path);
    const calls = (): readonly string[] => readFileSync(at("calls"), "utf8").trimEnd().split("\n");
    beforeAll(async () => {
      const packed = await pack(withService);
      root = emptySystem();
      // As on a system on which systemd runs; the programs only say how they were called.
      mkdirSync(at("run/systemd/system"), { recursive: true });
      mkdirSync(at("usr/bin"), { recursive: true });
      mkdirSync(at("dev"));
      writeFileSync(at("dev/null"), "");
      const programs =
        "deb-systemd-helper deb-systemd-invoke systemctl systemd-sysusers systemd-tmpfiles update-alternatives";
      for (const name of programs.split(" ")) {
        writeFileSync(at(`usr/bin/${name}`), `#!/bin/sh\necho "${name} $*" >> /calls\n`, { mode: 0o755 });
      }
      mkdirSync(at("usr/share/debconf"), { recursive: true });
      writeFileSync(
        at("usr/share/debconf/confmodule"),
        "echo debconf >> /calls\ndb_purge() { echo db_purge >> /calls; }\n",
      );
      const more = ["systemd", "debconf"].map(
        (name) =>
          `Package: ${name}\nStatus: install ok installed\nVersion: 252\nArchitecture: all\nMaintainer: a <a@b.org>\nDescription: x\n`,
      );
      writeFileSync(at("var/lib/dpkg/status"), [readFileSync(at("var/lib/dpkg/status"), "utf8"), ...more].join("\n"));
      dpkg(root, "--unpack", packed);
      dpkg(root, "--configure", "tool");
    });

    it("has each where systemd looks for it", () => {
      expect(readFileSync(at("usr/lib/systemd/system/tool.service"), "utf8")).toContain("ExecStart=/usr/bin/tool");
      expect(readFileSync(at("usr/lib/sysusers.d/tool.conf"), "utf8")).toBe("u tool - -\n");
      expect(readFileSync(at("usr/lib/tmpfiles.d/tool.conf"), "utf8")).toContain("/var/lib/tool");
      expect(existsSync(at("var/lib/dpkg/info/tool.templates"))).toBe(true);
      expect(readFileSync(at("var/lib/dpkg/info/tool.conffiles"), "utf8")).toBe(
        "remove-on-upgrade /etc/tool/old.conf\n/etc/tool/tool.conf\n",
      );
    });

    it("makes users before folders and starts the service last", () => {
      const made = calls();
      expect(made[0]).toBe("debconf");
      expect(made[1]).toBe("systemd-sysusers tool.conf");
      expect(made[2]).toBe("systemd-tmpfiles --create tool.conf");
      expect(made[3]).toBe("update-alternatives --install /usr/bin/processor processor /usr/bin/tool 50");
      expect(made).toContain("deb-systemd-helper enable tool.service");
      expect(made.at(-1)).toBe("deb-systemd-invoke start tool.service");
    });

    it("stops the service before it is removed, and forgets it when it is purged", () => {
      rmSync(at("calls"));
      dpkg(root, "--purge", "tool");
      expect(calls()[0]).toBe("deb-systemd-invoke stop tool.service");
      expect(calls()).toContain("update-alternatives --remove processor /usr/bin/tool");
      expect(calls()).toContain("deb-systemd-helper purge tool.service");
      expect(calls().at(-1)).toBe("db_purge");
      expect(existsSync(at("usr/lib/systemd/system/tool.service"))).toBe(false);
    });
  });

  it("lets a release follow its pre-release as an upgrade", async () => {
    const root = emptySystem();
    const candidate = await pack({ ...plain, version: "2.0.0-rc.1" });
    expect(candidate).toMatch(/tool_2\.0\.0~rc\.1_/);
    dpkg(root, "--install", candidate);
    dpkg(root, "--refuse-downgrade", "--install", await pack({ ...plain, version: "2.0.0" }));
    expect(run("dpkg-query", ["--admindir", join(root, "var/lib/dpkg"), "-Wf", "${Version}", "tool"])).toBe("2.0.0");
    dpkg(root, "--refuse-downgrade", "--install", candidate);
    expect(run("dpkg-query", ["--admindir", join(root, "var/lib/dpkg"), "-Wf", "${Version}", "tool"])).toBe("2.0.0");
  });

  it("is refused where its library is missing, rather than installed broken", async () => {
    const root = emptySystem();
    writeFileSync(join(root, "var/lib/dpkg/status"), "");
    expect(() => dpkg(root, "--install", file)).toThrow(/depends on libc6/);
  });

  it("is bit for bit the same from another folder, umask, time zone, locale and with other times and modes", async () => {
    const before = { umask: process.umask(0o077), zone: process.env["TZ"], locale: process.env["LANG"] };
    try {
      process.env["TZ"] = "Asia/Kathmandu";
      process.env["LANG"] = "tr_TR.UTF-8";
      const again = await pack(full, (source) => {
        prepareFull(source);
        chmodSync(join(source, "share/rules.json"), 0o666);
        chmodSync(join(source, "share/run"), 0o777);
        utimesSync(join(source, "README.md"), epoch - 5000, epoch - 5000);
      });
      expect(lstatSync(dirname(again)).mode & 0o777).toBe(0o700);
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    } finally {
      process.umask(before.umask);
      for (const [name, value] of [["TZ", before.zone] as const, ["LANG", before.locale] as const]) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});

/** What stands for this program, each with its reason in docs/decisions; more than these a package of ours may not have. */
const standing: readonly string[] = [
  "statically-linked-binary",
  "unknown-field Vcs-Browser",
  "unknown-field Vcs-Git",
  "unknown-field Static-Built-Using",
];

describeWith(["lintian", "busybox", "gcc"], "the .deb on lintian", () => {
  /** Errors and warnings: `E: tag`. lintian will not run as root without a word, which goes to stderr. */
  function findings(...paths: readonly string[]): readonly string[] {
    const output = run("lintian", ["--fail-on", "none", "--tag-display-limit", "0", ...paths]);
    return output
      .split("\n")
      .flatMap((line) => /^([EW]): [^:]+: ([a-zA-Z0-9_-]+)/.exec(line)?.slice(1, 3).join(": ") ?? []);
  }

  it("has neither error nor warning for a plain program", async () => {
    expect(findings(await pack(plain))).toEqual([]);
  });

  it("has none for a project that says no more of itself than a summary", async () => {
    const { description: _, ...about } = sampleAbout;
    expect(findings(await pack({ ...plain, about }))).toEqual([]);
  });

  it("has none of a summary and a description, however a project words them", async () => {
    const long = `Finder of files, which are many${" and many".repeat(9)}`;
    const texts: readonly (readonly [string, string?])[] = [
      ["tool is a portable processor."],
      ["Tool: The processor of documents", "tool: the processor of documents\n\nAnd more of it.\nIn two lines."],
      ["TOOL - processes\tdocuments", "\tIndented.\n   .\n.\n\n.hidden\n  ."],
      ["the tool processes documents. Quickly.", "- one\n- two\n- three\n* four"],
      ["Processor", "Processor."],
      ["an etc. of samples etc.", " \n.\n"],
      [long, long],
      ["\u30c4\u30fc\u30eb \u3067\u3059", "\u30c4\u30fc\u30eb\u3067\u3059\u3002"],
    ];
    const { description: _, ...about } = sampleAbout;
    const packages: string[] = [];
    for (const [index, [summary, description]] of texts.entries()) {
      const more = description === undefined ? {} : { description };
      packages.push(await pack({ ...plain, version: `1.2.${index}`, about: { ...about, ...more, summary } }));
    }
    expect(findings(...packages)).toEqual([]);
  });

  it("has none with a revision, a changelog of upstream and completions either", async () => {
    const sample: Sample = {
      ...plain,
      version: "1.2.3-rc.1",
      tree: { ...plain.tree, "CHANGELOG.md": "# Changelog\n", tool: "complete tool\n", "etc/tool.conf": "a = 1\n" },
      documents: [
        ...(plain.documents ?? []),
        { path: "CHANGELOG.md", role: "document" },
        { path: "tool", role: "completion", shell: "bash" },
      ],
      section: { revision: 1, files: { "etc/tool.conf": "/etc/tool/tool.conf" } },
    };
    // This one is about Debian's own archive, whose packages begin with a request for them.
    const elsewhere = "W: initial-upload-closes-no-bugs";
    expect(findings(await pack(sample)).filter((line) => line !== elsewhere)).toEqual([]);
  });

  it("has none with a service, its user, its questions and everything else that a package can have", async () => {
    expect(findings(await pack(withService))).toEqual([]);
  });

  it("has none for a static program of a project with a repository: the package says why these stand", async () => {
    const about = { ...sampleAbout, repository: "https://samples.debian.net/tool.git" };
    const section = { "static-built-using": ["rust-serde (= 1.0-1)"] };
    writeFileSync(join(work, "static.c"), '#include <stdio.h>\nint main(void) { puts("tool"); return 0; }\n');
    run("gcc", ["-static", "-s", "-o", join(work, "static"), join(work, "static.c")]);
    const packed = await pack({ ...plain, about, section, programs: { tool: join(work, "static") } });
    expect(findings(packed)).toEqual([]);
    const said = run("dpkg-deb", ["--fsys-tarfile", packed], { maxBuffer: 64 * 1024 * 1024 });
    for (const tag of standing) expect(said, tag).toContain(`\ntool: ${tag}\n`);
    const shown = run("lintian", ["--fail-on", "none", "--show-overrides", packed]);
    expect(shown.match(/^O: /gm)).toHaveLength(standing.length);
  });

  it("has no error where the project's overrides give the reason", async () => {
    const overrides = "# It needs no library on purpose.\ntool: statically-linked-binary\n";
    const sample: Sample = {
      ...plain,
      programs: { tool: whereIs("busybox") },
      tree: { ...plain.tree, overrides },
      section: { "lintian-overrides": "overrides" },
    };
    expect(findings(await pack(sample)).filter((line) => line.startsWith("E: "))).toEqual([]);
  });

  it("sees a package whose description holds control fields as one with a description", async () => {
    const description = "One.\nDepends: evil\n\nEssential: yes\nTwo lines make it long enough.";
    const found = findings(await pack({ ...plain, about: { ...sampleAbout, description } }));
    expect(found.filter((line) => line.startsWith("E: "))).toEqual([]);
  });
});

it("needs no more memory for 300 MB than for 20", () => {
  // A small young generation, so that what is measured is what is held, not what waits to be collected.
  const peak = (megabytes: number): number =>
    Number(run(process.execPath, ["test/bench/memory-work.ts", "deb", String(megabytes * 1_000_000)]));
  expect(peak(300)).toBeLessThan(1.2 * peak(20));
});
