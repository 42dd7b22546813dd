/** The corpus of packages with faults: every tag of `deb lint` that lintian has too is in one of them. */
import { execFileSync } from "node:child_process";
import { changelogText, compiled, type FaultyDeb, type FaultyFile, gzipped, noticeText } from "./faulty-debs.ts";

const script: FaultyFile = { content: "#!/bin/sh\nexit 0\n", mode: "0755" };
const data: FaultyFile = { content: "data\n" };
const long = "word ".repeat(20).trim();

function files(paths: string, file: FaultyFile = data): Record<string, FaultyFile> {
  return Object.fromEntries(paths.split(" ").map((path) => [path, path.endsWith("/") ? {} : file]));
}

function shell(lines: string): { readonly content: string; readonly mode: string } {
  return { content: `#!/bin/sh\nset -e\n${lines}\n`, mode: "0755" };
}

function page(text: string, level = 9): FaultyFile {
  return { content: gzipped(text, level) };
}

const manual = `.TH TOOL 1\n.SH NAME\ntool \\- does things\n.SH DESCRIPTION\n${"It does things. ".repeat(20)}\n`;

const described = (synopsis: string, ...lines: readonly string[]): FaultyDeb => ({
  fields: { Description: [synopsis, ...lines.map((line) => ` ${line}`)].join("\n") },
});

const fieldFaults: Readonly<Record<string, FaultyDeb>> = {
  "sample-fields": {
    fields: {
      Maintainer: "root <root@localhost>",
      Section: "nowhere",
      Priority: "extra",
      Homepage: "<mailto:x@y.z>",
      Essential: "no",
      "X-Own": "value",
      Suggests: "",
      Depends: "bash, sample-fields, libc6 (> 2.0)",
      Conflicts: "other (<< 2)",
      Provides: "virtual (>= 1)",
    },
  },
  "sample-maintainer": { fields: { Maintainer: "<jane@debian.org>", Section: "unknown", Essential: "yes" } },
  "sample-nobody": { fields: { Maintainer: "Jane Doe jane at debian", Homepage: "samples" }, compression: "" },
  "sample-missing": { version: "1.0-0", fields: { Maintainer: undefined, Priority: "unknown" } },
  "sample-documents-doc": {
    architecture: "amd64",
    fields: { Description: "transitional package\n It is one.\n .\n And it may go." },
  },
  [`sample-${"long".repeat(18)}`]: { architecture: "all" },
  "sample-machine": { architecture: "x86", files: files("usr/lib/sample-machine/x") },
  "sample-empty": described("  ", "It has a description.", "And no synopsis."),
  "sample-bzip2": { compression: ".bz2" },
  "sample-word": described("Word"),
  "sample-name": described("sample name", "One line."),
  "sample-first": described(
    "sample-first is a tool. It has",
    "SAMPLE first is a TOOL, it has.",
    ". x",
    "Homepage: https://samples.debian.net",
    ".",
    ".",
    "end",
  ),
  "sample-article": described(`the ${long}`, `  ${long}`, ".", "\ttab"),
  "sample-twice": described("portable processor of documents", "Portable processor of documents.", "More."),
  "sample-debmake": { fields: { Description: "missing " } },
  "sample-template": described(
    "<insert up to 60 chars description>",
    " <insert long description, indented with spaces>",
    "x",
  ),
};

const controlFaults: Readonly<Record<string, FaultyDeb>> = {
  "sample-settings": {
    files: {
      ...files(
        "etc/forgotten etc/both etc/here usr/share/sample-settings/setting usr/share/doc/sample-settings/override.lintian",
      ),
      "etc/linked": { link: "here" },
      "usr/share/lintian/overrides/sample-settings/x": data,
    },
    control: {
      conffiles: {
        content:
          "/etc/both\n/etc/both\n/etc/gone\n/etc/linked\n/usr/share/sample-settings/setting\n/etc/rc2.d/x\nremove-on-upgrade /etc/here\n",
      },
      triggers: { content: "interest something\ninterest-noawait something\n" },
      postinst: { content: "#!/bin/sh\nset -e\ncp a b\n", mode: "0644" },
      shlibs: { content: "" },
      unheard: { content: "x" },
    },
    sums: {
      "usr/share/gone": "0".repeat(32),
      "usr/share/sample-settings/setting": "1".repeat(32),
      "usr/share/doc/sample-settings/copyright": undefined,
    },
  },
  "sample-sums": { sums: false },
  "sample-scripts": {
    control: {
      preinst: { content: "exit 0\n", mode: "0755" },
      postinst: {
        content:
          "#!/usr/bin/sh\nsystemctl start x\nservice x start\nstart-stop-daemon --start\nldconfig\nkillall x\nmknod /dev/x c 1 1\nread answer\nchown -R x /var/x\n",
        mode: "0755",
      },
      prerm: { content: "#!/bin/sh -e\ncp a b\n", mode: "0755" },
      postrm: shell("update-alternatives --remove editor /usr/bin/x"),
    },
  },
  "sample-interpreters": {
    control: {
      preinst: { content: "#!/usr/local/bin/tool\nx\n", mode: "0755" },
      postinst: { content: "#!/usr/bin/strange\nx\n", mode: "0755" },
      prerm: shell("exit 0"),
      postrm: { content: "#!/usr/bin/python3\nx\n", mode: "0755" },
      config: { content: "#!/usr/bin/ruby\nx\n", mode: "0755" },
      templates: { content: "Template: sample-interpreters/x\nType: note\nDescription: x\n" },
    },
  },
  "sample-encoding": {
    control: { postinst: { content: Buffer.from("#!/bin/sh\nset -e\necho caf\xe9\n", "latin1"), mode: "0755" } },
  },
};

const unit = (text: string): FaultyFile => ({ content: text });

const serviceFaults: Readonly<Record<string, FaultyDeb>> = {
  "sample-units": {
    files: {
      "usr/lib/systemd/system/a.service": unit(
        "[Unit]\nAfter=syslog.target\nBindTo=x.service\n[Service]\nExecStart=/etc/init.d/x start\nUser=nobody\nGroup=nogroup\nPIDFile=/var/run/x.pid\nStandardOutput=syslog\n[Install]\nWantedBy=rescue.target\nAlias=other\n",
      ),
      "usr/lib/systemd/system/b.service": unit(
        "[Unit]\nDocumentation=man:b(8)\n[Service]\nExecStart=/usr/bin/b\nPrivateTmp=yes\n",
      ),
      "usr/lib/systemd/system/c.socket": unit("[Socket]\nListenStream=/var/run/c\n"),
      "etc/systemd/system/d.service": unit(
        "[Unit]\nDocumentation=man:b(8)\n[Service]\nExecStart=/usr/bin/b\nPrivateTmp=yes\n",
      ),
    },
    control: { conffiles: { content: "/etc/systemd/system/d.service\n" } },
  },
};

const treeFaults: Readonly<Record<string, FaultyDeb>> = {
  "sample-modes": {
    files: {
      "usr/share/sample-modes/owned": { ...data, uid: 1234 },
      "usr/lib/sample-modes/elevated": { ...script, mode: "4755" },
      "usr/lib/sample-modes/odd-elevated": { ...script, mode: "4711" },
      "usr/lib/sample-modes/writable": { ...script, mode: "0775" },
      "usr/lib/sample-modes/hidden": { ...script, mode: "0711" },
      "usr/share/sample-modes/private": { ...data, mode: "0600" },
      "usr/share/sample-modes/neither": { ...data, mode: "0755" },
      "usr/share/sample-modes/open/": { mode: "0777" },
      "usr/share/sample-modes/pipe": { fifo: true },
      "usr/share/sample-modes/old": { ...data, time: 1000 },
      "etc/sudoers.d/tool": data,
      "etc/init.d/tool": { ...script, mode: "0644" },
      "etc/rc2.d/S01tool": { link: "../init.d/tool" },
    },
    control: { conffiles: { content: "/etc/sudoers.d/tool\n/etc/init.d/tool\n" } },
  },
  "sample-places": {
    files: {
      ...files(
        "opt/x etc/opt/x usr/local/bin/x usr/local/empty/ home/x root/x tmp/x var/tmp/x mnt/x srv/x run/x var/run/x var/lock/x var/www/x " +
          "usr/share/direct new/x usr/new/x usr/man/x var/new/x var/nis/x usr/lib64/x lib64/y usr/spool/x tmp/buildd/x " +
          "usr/share/sample-places/empty/ usr/share/usr/share/x games-data/x lib/same usr/lib/same lib/libsame.so usr/lib/libsame.so " +
          "etc/skel/x etc/apt/sources.list.d/x.list etc/apt/trusted.gpg.d/x.gpg etc/apt/preferences.d/x var/lib/games/x",
      ),
      "usr/bin/below/x": script,
      "bin/below/x": script,
    },
    control: {
      conffiles: {
        content:
          "/etc/opt/x\n/etc/skel/x\n/etc/apt/sources.list.d/x.list\n/etc/apt/trusted.gpg.d/x.gpg\n/etc/apt/preferences.d/x\n",
      },
    },
  },
  "sample-folders": { files: files("usr/share/sample-folders/a/b"), without: ["usr/share/sample-folders/a/"] },
  "sample-nothing": { files: files("usr/share/doc/sample-nothing/README") },
  "sample-names": {
    files: {
      ...files(
        "usr/share/sample-names/* usr/share/sample-names/- usr/share/sample-names/x~ usr/share/sample-names/.nfs00 usr/share/sample-names/.gitignore " +
          "usr/share/sample-names/.git/x usr/share/sample-names/.DS_Store usr/share/sample-names/._x usr/share/sample-names/Thumbs.db usr/share/sample-names/caf\xe9",
      ),
      "usr/share/sample-names/trailing ": data,
      "usr/bin/caf\xc3\xa9": script,
      "usr/bin/hollow": { content: "", mode: "0755" },
      "usr/bin/tool.sh": script,
    },
  },
  "sample-links": {
    files: {
      ...files("usr/share/sample-links/file etc/real"),
      "usr/share/sample-links/double": { link: "a//b" },
      "usr/share/sample-links/slash": { link: "a/" },
      "usr/share/sample-links/absolute": { link: "/usr/share/sample-links/file" },
      "usr/share/sample-links/relative": { link: "../../../var/lib/x" },
      "usr/share/sample-links/lengthy": { link: "../sample-links/file" },
      "usr/share/sample-links/spurious": { link: "a/../file" },
      "usr/share/sample-links/dotted": { link: "./file" },
      "usr/share/sample-links/outside": { link: "../../../../etc/passwd" },
      "usr/share/sample-links/self": { link: ".." },
      "usr/share/sample-links/root": { link: "/" },
      "usr/share/sample-links/temporary": { link: "/tmp/x" },
      "usr/share/sample-links/built": { link: "/build/x" },
      "usr/share/sample-links/packed": { link: "file.gz" },
      "usr/share/sample-hard": { hardlink: "usr/share/sample-links/file" },
      "usr/share/sample-links/near": { hardlink: "usr/share/sample-links/file" },
    },
    control: { conffiles: { content: "/etc/real\n" } },
  },
};

const documentFaults: Readonly<Record<string, FaultyDeb>> = {
  "sample-undocumented": { undocumented: true, files: files("usr/bin/bare", script) },
  "sample-native": {
    version: "1.0",
    undocumented: true,
    files: { ...files("usr/share/doc/sample-native/changelog.Debian.gz", page(changelogText("sample-native", "1.0"))) },
  },
  "sample-native-bare": {
    version: "1.0",
    undocumented: true,
    files: files("usr/share/doc/sample-native-bare/copyright.gz", page(noticeText)),
  },
  "sample-upstream": {
    undocumented: true,
    files: {
      "usr/share/doc/sample-upstream/copyright": { link: "other" },
      "usr/share/doc/sample-upstream/other": { content: noticeText },
      "usr/share/doc/sample-upstream/changelog": { content: "changes\n" },
      "usr/share/doc/sample-upstream/changelog.html.gz": page("<p>changes</p>"),
    },
  },
  "sample-html": {
    files: {
      "usr/share/doc/sample-html/changelog.html.gz": page("<p>changes</p>", 1),
      "usr/share/doc/sample-html/changelog.Debian.gz": { link: "changelog.html.gz" },
    },
  },
  "sample-case": {
    undocumented: true,
    files: {
      "usr/share/doc/sample-case/copyright": { content: "No notice.\r\n" },
      "usr/share/doc/sample-case/changelog.debian.gz": page(changelogText("sample-case", "1.0-1")),
    },
  },
  "sample-notice": {
    files: {
      "usr/share/doc/sample-notice/copyright": {
        content: `${noticeText}<years> Free Software Foundation, 02139\n see usr/share/common-licences and /usr/share/common-licenses/GPL version 2\n`,
      },
      "usr/share/doc/sample-notice/run": { content: "binary", mode: "0755" },
      "usr/share/doc/sample-notice/run.sh": script,
      "usr/share/doc/sample-notice/hollow": { content: "" },
      "usr/share/doc/sample-notice/hollow.gz": page(""),
      "usr/share/doc/sample-notice/INSTALL": data,
      "usr/share/doc/sample-notice/README.macos": { content: "text of macOS\n" },
      "usr/share/doc/sample-notice/examples/examples/x": { content: "example\n" },
      "usr/share/doc/sample-notice/same": { content: "same\n" },
      "usr/share/doc/sample-notice/again": { content: "same\n" },
      "usr/share/doc/sample-notice/changelog.old": { content: "old\n" },
      "usr/share/doc/sample-notice/changelog.older": { content: "old\n" },
      "usr/share/doc/file": { content: "text\n" },
      "usr/share/info/dir.gz": page("text"),
    },
  },
  "sample-gpl": {
    files: {
      "usr/share/doc/sample-gpl/copyright": {
        content: `${noticeText}see /usr/share/common-licenses/GPL, version 2 or any later version\n${"x\n".repeat(8000)}GNU GENERAL PUBLIC LICENSE\nVersion 3\nTERMS AND CONDITIONS \n`,
      },
    },
  },
  "sample-apache": {
    files: {
      "usr/share/doc/sample-apache/copyright": {
        content: `${noticeText}${"x\n".repeat(8000)}Apache License\nVersion 2.0, January\nTERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION\n`,
      },
    },
  },
  "sample-latin": {
    files: { "usr/share/doc/sample-latin/copyright": { content: Buffer.from("Copyright 2026 Ren\xe9\n", "latin1") } },
  },
  "sample-owner": { files: { "usr/share/doc/sample-owner/README": { ...data, uid: 33, user: "www-data" } } },
  "sample-manual": {
    files: {
      ...files("usr/bin/tool usr/bin/silent usr/bin/foreign usr/bin/poor usr/bin/hollow usr/bin/plain", script),
      "usr/share/man/man1/tool.1.gz": { ...page(manual), mode: "0755" },
      "usr/share/man/man1/plain.1": { content: manual },
      "usr/share/man/man1/poor.1.gz": page(manual, 1),
      "usr/share/man/man1/fake.1.gz": { content: manual },
      "usr/share/man/man1/hollow.1.gz": page(""),
      "usr/share/man/man1/other.8.gz": page(manual.replace("TOOL 1", "OTHER 8")),
      "usr/share/man/man1/README.1.gz": page(manual),
      "usr/share/man/man1/nameless.gz": page(manual),
      "usr/share/man/direct.1.gz": page(manual),
      "usr/share/man/stray/sub/x.1.gz": page(manual),
      "usr/share/man/de_DE/man1/foreign.1.gz": page(manual),
      "usr/share/man/de/man1/tool.1.gz": { content: gzipped(Buffer.from(`${manual}caf\xe9\n`, "latin1")) },
    },
  },
  "sample-run": {
    files: {
      "usr/share/sample-run/loose": { ...script, mode: "0644" },
      "usr/share/sample-run/relative": { content: "#!tool\n", mode: "0755" },
      "usr/share/sample-run/local": { content: "#!/usr/local/bin/tool\n", mode: "0755" },
      "usr/share/sample-run/elsewhere": { content: "#!/usr/local/bin/bash\n", mode: "0755" },
      "usr/share/sample-run/python": { content: "#!/usr/bin/python3\n", mode: "0755" },
      "usr/share/sample-run/python-env": { content: "#!/usr/bin/env python3\n", mode: "0755" },
      "usr/share/sample-run/ruby": { content: "#!/usr/bin/ruby\n", mode: "0755" },
      "usr/share/sample-run/php": { content: "#!/usr/bin/php\n", mode: "0755" },
      "usr/share/sample-run/gawk": { content: "#!/usr/bin/gawk -f\n", mode: "0755" },
      "usr/share/sample-run/node": { content: "#!/usr/bin/env node\n", mode: "0755" },
    },
  },
  "sample-silenced": {
    files: {
      "usr/bin/one": script,
      "usr/bin/two": script,
      "opt/sample/a": data,
      "opt/sample/b": data,
      "opt/other": data,
      "usr/share/lintian/overrides/sample-silenced": {
        content:
          "# why\nsample-silenced: no-manual-page [usr/bin/one]\nsample-silenced binary: dir-or-file-in-opt [opt/*/?]\nsample-silenced [arm64]: no-manual-page [usr/bin/two]\n",
      },
    },
  },
};

/** Packages of programs for this machine, made by gcc. */
export function programFaults(folder: string): Readonly<Record<string, FaultyDeb>> {
  const architecture = execFileSync("dpkg", ["--print-architecture"]).toString().trim();
  const make = (name: string, options: readonly string[], strip = true): Uint8Array =>
    compiled(folder, name, options, strip);
  const good = ["-fPIE", "-pie", "-Wl,-z,relro,-z,now"];
  const program = (content: Uint8Array): FaultyFile => ({ content, mode: "0755" });
  const library = ["-shared", "-fPIC", "-Wl,-soname,libsample.so.1"];
  const cpp = make("needs", [...good, "-Wl,--no-as-needed", "-l:libstdc++.so.6"]);
  return {
    "sample-independent": { files: { "usr/lib/sample-independent/x": program(make("plain", good)) } },
    "sample-foreign": {
      architecture: architecture === "arm64" ? "amd64" : "arm64",
      fields: { Depends: "libc6 (>= 2.2)" },
      files: { "usr/lib/sample-foreign/x": program(make("native", good)) },
    },
    "sample-programs": {
      architecture,
      fields: { Depends: "tool" },
      files: {
        "usr/lib/sample-programs/unstripped": program(make("unstripped", good, false)),
        "usr/lib/sample-programs/static": program(make("still", ["-static"])),
        "usr/lib/sample-programs/fixed": program(make("fixed", ["-no-pie", "-Wl,-z,relro"])),
        "usr/lib/sample-programs/writable": program(make("writable", ["-pie", "-Wl,-z,norelro"])),
        "usr/lib/sample-programs/custom": program(make("custom", [...good, "-Wl,-rpath,/opt/lib"])),
        "usr/lib/sample-programs/relative": program(make("relative", [...good, "-Wl,-rpath,lib"])),
        "usr/lib/sample-programs/origin": program(make("origin", [...good, "-Wl,-rpath,$ORIGIN/lib"])),
        "usr/lib/sample-programs/cpp": program(cpp),
        "usr/lib/sample-programs/libsample.so.1": program(make("lib-run", library)),
        "usr/lib/sample-programs/libstack.so.1": { content: make("lib-stack", [...library, "-Wl,-z,execstack"]) },
        "usr/lib/sample-programs/libnostack.so.1": { content: withoutStack(make("lib-nostack", library)) },
        "usr/share/sample-programs/shared": program(make("shared", good)),
        "etc/program": program(make("setting", good)),
      },
      control: { conffiles: { content: "/etc/program\n" } },
    },
    "sample-undeclared": { architecture, files: { "usr/lib/sample-undeclared/x": program(make("undeclared", good)) } },
  };
}

/** Turns the segment that tells of the stack into none. */
function withoutStack(elf: Uint8Array): Uint8Array {
  const bytes = Buffer.from(elf);
  const [at, size, count] = [Number(bytes.readBigUInt64LE(32)), bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(at + index * size) === 0x6474e551) bytes.writeUInt32LE(0, at + index * size);
  }
  return bytes;
}

export const faultyPackages: Readonly<Record<string, FaultyDeb>> = {
  ...fieldFaults,
  ...controlFaults,
  ...serviceFaults,
  ...treeFaults,
  ...documentFaults,
};
