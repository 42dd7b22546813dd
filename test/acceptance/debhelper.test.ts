/**
 * The maintainer scripts against those that the real debhelper writes for the same contents: line for line, but for
 * comments, which explain the same commands in other words.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { DebSection } from "../../src/steps/package/deb-section.ts";
import { packSample } from "../deb-package.ts";
import { describeWith } from "../requires.ts";

const work = mkdtempSync(join(tmpdir(), "ggen-release-debhelper-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));
let count = 0;

const scripts = ["preinst", "postinst", "prerm", "postrm", "config", "templates", "triggers"] as const;
type Found = Readonly<Record<string, readonly string[]>>;

const service = "[Unit]\nDescription=Sample\n[Service]\nExecStart=/usr/bin/tool\n";
const installed = `${service}[Install]\nWantedBy=multi-user.target\n`;

/** Lines that do something: without comments, spaces at a line's ends and empty lines, and without `\` at ends. */
function lines(folder: string): Found {
  const found = scripts.flatMap((name) => {
    try {
      return [[name, readFileSync(join(folder, name), "utf8")] as const];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(found.map(([name, text]) => [name, meaning(text)]));
}

function meaning(text: string): readonly string[] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replace(/[ \t]+/g, " ")
        .replace(/ ?; then$/, "; then"),
    )
    .filter((line) => line !== "" && (!line.startsWith("#") || line.startsWith("#!")));
}

/** What debhelper makes of `tree`; `systemd` are the options of dh_installsystemd. */
function theirs(tree: Readonly<Record<string, string>>, ...systemd: readonly string[]): Found {
  const folder = join(work, `debhelper-${count++}`);
  const files = {
    "debian/control":
      "Source: tool\nMaintainer: Jane Doe <jane@debian.org>\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: tool\nArchitecture: all\nDescription: x\n",
    "debian/changelog":
      "tool (1.2.3) unstable; urgency=low\n\n  * x\n\n -- J <j@debian.org>  Thu, 01 Jan 2026 00:00:00 +0000\n",
    "debian/tool/usr/bin/tool": "",
    ...tree,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const tools = ["debconf", "sysusers", "tmpfiles", "systemd", "alternatives", "deb"].map(
    (name) => `dh_install${name}`,
  );
  for (const tool of tools) {
    execFileSync(tool, tool === "dh_installsystemd" ? systemd : [], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
  }
  return lines(join(folder, "debian/tool/DEBIAN"));
}

async function ours(tree: Readonly<Record<string, string>>, section: DebSection = {}): Promise<Found> {
  const folder = join(work, `ours-${count++}`);
  mkdirSync(folder);
  const file = await packSample({ tree, section }, folder);
  execFileSync("dpkg-deb", ["--control", file, join(folder, "control")]);
  return lines(join(folder, "control"));
}

describeWith(["dh_installsystemd", "dpkg-deb"], "maintainer scripts against debhelper's", () => {
  const uses: readonly (readonly [NonNullable<DebSection["systemd"]>[number], readonly string[]])[] = [
    true,
    false,
  ].flatMap((enable) =>
    [true, false].flatMap((start) =>
      (["restart", "stop", "leave"] as const).map((upgrade) => {
        const restart = {
          restart: ["--restart-after-upgrade"],
          stop: ["--no-restart-after-upgrade"],
          leave: ["--no-stop-on-upgrade"],
        }[upgrade];
        return [
          { unit: "debian/tool.service", enable, start, upgrade },
          [...(enable ? [] : ["--no-enable"]), ...(start ? [] : ["--no-start"]), ...restart],
        ] as const;
      }),
    ),
  );

  it.each(uses)("of a service with %j", async (use, options) => {
    const tree = { "debian/tool.service": installed };
    expect(await ours(tree, { systemd: [use] })).toEqual(theirs(tree, ...options));
  });

  it("of a service that nothing can enable", async () => {
    const tree = { "debian/tool.service": service };
    expect(await ours(tree)).toEqual(theirs(tree));
  });

  it("of a service, its socket, a timer and a template", async () => {
    const tree = {
      "debian/tool.service": installed,
      "debian/tool.socket": installed,
      "debian/tool.timer": service,
      "debian/tool@.service": installed,
    };
    const made = await ours(tree);
    expect(made).toEqual(theirs(tree));
    expect(made["postinst"]?.join("\n")).toContain("'tool.service' 'tool.socket' 'tool.timer'");
    expect(made["postinst"]?.join("\n")).not.toContain("tool@");
  });

  it("of users, folders, questions, triggers, alternatives and a service at once, in the project's own script", async () => {
    const tree = {
      "debian/tool.service": installed,
      "debian/tool.sysusers": "u tool - -\n",
      "debian/tool.tmpfiles": "d /var/lib/tool 0755 tool tool -\n",
      "debian/tool.templates": "Template: tool/port\nType: string\nDescription: Port:\n",
      "debian/tool.config":
        "#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\ndb_input low tool/port || true\ndb_go\n",
      "debian/tool.triggers": "interest-noawait /usr/share/tool\n",
      "debian/tool.postinst":
        "#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\necho #PACKAGE#\n#DEBHELPER#\nexit 0\n",
    };
    const alternatives =
      "Name: editor\nLink: /usr/bin/editor\nAlternative: /usr/bin/tool\nPriority: 50\n" +
      "Dependents:\n /usr/share/man/man1/editor.1.gz editor.1.gz /usr/share/man/man1/tool.1.gz\n";
    const dependent = {
      link: "/usr/share/man/man1/editor.1.gz",
      name: "editor.1.gz",
      path: "/usr/share/man/man1/tool.1.gz",
    };
    const section: DebSection = {
      alternatives: [
        { link: "/usr/bin/editor", name: "editor", path: "/usr/bin/tool", priority: 50, dependents: [dependent] },
      ],
    };
    const made = await ours(tree, section);
    expect(Object.keys(made)).toEqual(["postinst", "prerm", "postrm", "config", "templates", "triggers"]);
    expect(made).toEqual(theirs({ ...tree, "debian/tool.alternatives": alternatives }));
  });

  it("of a package that needs nothing: none", async () => {
    expect(await ours({ "README.md": "" })).toEqual({});
  });
});
