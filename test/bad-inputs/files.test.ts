/** Files that a package cannot or must not hold, and odd ones that it must hold whole. */
import { execFileSync } from "node:child_process";
import { chmod, readFile, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { elfImage } from "../elf-image.ts";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";
import { expectRefusal, toolScene, type Refusal, type Scene, type ToolOptions } from "./scene.ts";

/** A build that makes its file by this command. */
function madeBy(command: string, more = ""): string {
  return `builds:\n  - { builder: command, run: ${JSON.stringify(command)}, output: tool, targets: [x86_64-linux]${more} }\n`;
}

/** Refused before a byte of the release is written; neither a temporary file nor a lock stays. */
async function expectNoRelease(
  options: ToolOptions,
  refusal: Refusal,
  prepare?: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await toolScene(options);
  if (prepare !== undefined) {
    await prepare(scene);
    scene.repository.commit("prepare");
  }
  expectRefusal(await scene.run(["cut", "v1.2.3"]), refusal);
  const left = await scene.left();
  expect(left.filter((path) => /^\$TMPDIR|^~|\.part$|\.lock/.test(path))).toEqual([]);
  expect(left.filter((path) => /^releases\/.*\/(?!PIPELINE\.log$)/.test(path))).toEqual([]);
}

describe("a path in the configuration that leads out of the tree (bad input 31)", () => {
  for (const path of ["../../etc/passwd", "/etc/passwd", String.raw`..\..\passwd`]) {
    it(`is refused: ${path}`, async () => {
      const config = `documents: { files: [${JSON.stringify(path)}] }\n`;
      await expectNoRelease({ config }, { exit: 2, code: "CONFIG_PATH_ESCAPES", what: "documents.files[0]" });
    });
  }

  it("is refused as a place to install at, too", async () => {
    for (const at of ["../x", "relative", "/usr/share/../../etc/x"]) {
      const config = `packages: { deb: { files: { README.md: "${at}" } } }\n`;
      await expectNoRelease({ config }, { exit: 2, code: "PACKAGE_PATH_INVALID", what: JSON.stringify(at) });
    }
  });
});

describe("a link of the tree (bad input 32)", () => {
  it("that leads out is refused where it is packaged", async () => {
    await expectNoRelease(
      { config: "documents: { files: [NOTICE] }\n" },
      { exit: 2, code: "GIT_SYMLINK_ESCAPES", what: "leads out of the tag's tree", next: "Commit the file itself" },
      ({ repository }) => symlink("/etc/passwd", join(repository.folder, "NOTICE")),
    );
  });

  it("that a build makes of its output is refused", async () => {
    const refusal = { exit: 2, code: "CONFIG_PATH_ESCAPES", what: "through a link", next: "cp -L" } as const;
    await expectNoRelease({ builds: madeBy("ln -s /bin/true tool") }, refusal);
  });
});

describe("two files of one name (bad input 33)", () => {
  it("are refused in a package", async () => {
    for (const files of ["{ README.md: /usr/bin/tool }", "{ README.md: /opt/x, LICENSE: /opt/x }"]) {
      const config = `packages: { deb: { files: ${files} } }\n`;
      await expectNoRelease({ config }, { exit: 2, code: "PACKAGE_PATH_DUPLICATE", what: "installed at" });
    }
  });
});

describeWith(["tar", "dpkg-deb"], "names of files", () => {
  it("with a line break are refused (bad input 34)", async () => {
    const files = { "docs/a\nb.md": "x" };
    await expectNoRelease({ files }, { exit: 2, code: "SOURCE_FILE_NAME", what: String.raw`a\nb`, next: "Rename" });
  });

  it("with a tab, a dash, quotes or letters of any script are kept (bad input 34)", async () => {
    const names = ["-dash", `quo"te`, "quo'te", "sp ace", "🦊", "nfc-\u00e9", "nfd-e\u0301", "tab\there"];
    const config = "packages: { deb: { files: { data: /usr/share/tool } } }\n";
    const plain = names.filter((name) => !name.includes("\t"));
    const scene = await toolScene({
      config,
      files: {
        ...Object.fromEntries(plain.map((name) => [`data/${name}`, name])),
        ...Object.fromEntries(names.map((name) => [`other/${name}`, name])),
      },
    });
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const { deb, source } = await packagesOf(scene);
    const unpacked = await scratchFolder("unpacked");
    execFileSync("dpkg-deb", ["--extract", deb, unpacked]);
    execFileSync("tar", ["-xzf", source, "-C", unpacked]);
    expect((await readdir(join(unpacked, "usr/share/tool"))).sort()).toEqual(plain.sort());
    expect((await readdir(join(unpacked, "tool-1.2.3/other"))).sort()).toEqual(names.sort());
    execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], {
      cwd: join(scene.repository.folder, "releases/v1.2.3"),
    });
  });

  it("of 255 bytes in a path of far more than 256 are kept (bad input 35), with files that are empty (bad input 37)", async () => {
    const deep = ["d".repeat(90), "e".repeat(90), "f".repeat(90), "g".repeat(255)].join("/");
    const config = "packages: { deb: { files: { data: /usr/share/tool } } }\n";
    const scene = await toolScene({ config, files: { [`data/${deep}`]: "deep", "data/empty": "" } });
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const { deb, source } = await packagesOf(scene);
    const unpacked = await scratchFolder("unpacked");
    execFileSync("dpkg-deb", ["--extract", deb, unpacked]);
    execFileSync("tar", ["-xzf", source, "-C", unpacked]);
    for (const root of ["usr/share/tool", "tool-1.2.3/data"]) {
      expect(await readFile(join(unpacked, root, deep), "utf8")).toBe("deep");
      expect(await readFile(join(unpacked, root, "empty"), "utf8")).toBe("");
    }
  });
});

describe("what a build leaves", () => {
  it("is refused when it is a pipe, a folder or nothing (bad input 37)", async () => {
    for (const command of ["mkfifo tool", "mkdir tool", "true"])
      await expectNoRelease(
        { builds: madeBy(command) },
        { exit: 3, code: "BUILD_OUTPUT_MISSING", next: "Mend output" },
      );
    const empty = { exit: 3, code: "BINARY_SIZE", what: "tool is empty" } as const;
    await expectNoRelease({ builds: madeBy(": > tool") }, empty);
  });

  it("is refused when it would run as its owner (bad input 38)", async () => {
    const builds = madeBy("cp bin/tool tool && chmod 4755 tool");
    await expectNoRelease({ builds }, { exit: 8, code: "PACKAGE_MODE_UNSAFE", what: "mode 4755", next: "chmod ug-s" });
  });

  it("never gets a right for everybody to write into a package (bad input 38)", async () => {
    const scene = await toolScene({ builds: madeBy("cp bin/tool tool && chmod 0777 tool") });
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const { deb, binaries } = await packagesOf(scene);
    const listed = [
      execFileSync("dpkg-deb", ["--contents", deb], { encoding: "utf8" }),
      execFileSync("tar", ["-tvzf", binaries], { encoding: "utf8" }),
    ].join("");
    expect(listed.match(/^-\S+(?= (?!.*\/overrides\/).*\/tool$)/gm)).toEqual(["-rwxr-xr-x", "-rwxr-xr-x"]);
  });

  it("is refused when nobody may execute it, and is not mended in silence (bad input 39)", async () => {
    const builds = madeBy("cp bin/tool tool && chmod 644 tool");
    await expectNoRelease({ builds }, { exit: 3, code: "BINARY_NOT_EXECUTABLE", what: "mode 0644", next: "chmod 755" });
  });

  it("is refused when it is for another machine, is no program, or is cut off (bad input 41)", async () => {
    const wrong = { exit: 3, code: "BINARY_FORMAT_WRONG" } as const;
    const aarch64 = madeBy("cp bin/tool tool").replace("x86_64", "aarch64");
    await expectNoRelease({ builds: aarch64 }, { ...wrong, what: "Wanted: a static ELF program for aarch64 Linux" });
    await expectNoRelease(
      { builds: madeBy("truncate -s 5000 tool; chmod 755 tool") },
      { ...wrong, what: "unknown format" },
    );
    const cut = { exit: 3, code: "BINARY_DAMAGED", what: "the file ends at 60" } as const;
    await expectNoRelease({ builds: madeBy("head -c 60 bin/tool > tool; chmod 755 tool") }, cut);
  });

  it("is refused when it needs a newer C library than is promised (bad input 41), or an unknown one (bad input 42)", async () => {
    const builds = madeBy("cp needs tool && chmod 755 tool", ', smoke: false, glibc: "2.31"').replace(
      "-linux]",
      "-linux-gnu]",
    );
    const image = { interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"], pie: true } as const;
    const versions = [{ library: "libc.so.6", versions: [{ name: "GLIBC_2.38", symbols: ["strlcpy"] }] }];
    await expectNoRelease(
      { builds, files: { needs: elfImage({ ...image, versions }) } },
      {
        exit: 3,
        code: "BINARY_LIBC_TOO_NEW",
        what: "needs glibc 2.38; the build promises 2.31",
        next: "Build on a system",
      },
    );
    const unknown = elfImage({ ...image, needed: ["libc.so.6", "libnobody.so.7"] });
    await expectNoRelease(
      { builds, files: { needs: unknown } },
      { exit: 3, code: "DEB_DEPENDS_UNKNOWN", what: "libnobody.so.7", next: "libraries" },
    );
  });
});

describe("a script with Windows' line ends (bad input 40)", () => {
  it("is refused as a maintainer's script", async () => {
    const config = "packages: { deb: { scripts: { postinst: postinst } } }\n";
    const files = { postinst: "#!/bin/sh\r\nexit 0\r\n" };
    await expectNoRelease(
      { config, files },
      { exit: 3, code: "PACKAGE_SCRIPT_CRLF", what: "postinst", next: "sed -i" },
    );
  });

  it("is refused as a program in a package", async () => {
    const config = "packages: { deb: { files: { run.sh: /usr/bin/run } } }\n";
    const files = { "run.sh": "#!/bin/sh\r\nexit 0\r\n" };
    const refusal = { exit: 3, code: "PACKAGE_SCRIPT_CRLF", what: "/usr/bin/run" } as const;
    await expectNoRelease({ config, files }, refusal, ({ repository }) =>
      chmod(join(repository.folder, "run.sh"), 0o755),
    );
  });
});

describe("times that formats cannot hold (bad input 43)", () => {
  it("before 1980 are kept where they can be, and raised where not", async () => {
    const scene = await toolScene({ config: "packages: { zip: true, binary: true }\n" });
    commitAt(scene, "1975-01-01T00:00:00Z");
    expect((await scene.run(["cut", "v1.2.3"])).exit).toBe(0);
    const { binaries } = await packagesOf(scene);
    expect(
      execFileSync("tar", ["-tvzf", binaries], { encoding: "utf8", env: { ...process.env, TZ: "UTC" } }),
    ).toContain("1975-01-01");
    const zip = await readFile(join(scene.repository.folder, "releases/v1.2.3/tool-1.2.3-x86_64-linux.zip"));
    // Date of the first local header (APPNOTE 4.4.6): 1980-01-01.
    expect(zip.readUInt16LE(12)).toBe(0x21);
  });

  it("after 2106 are refused, with what to do", async () => {
    const scene = await toolScene();
    commitAt(scene, "@5000000000 +0000");
    expectRefusal(await scene.run(["cut", "v1.2.3"]), {
      exit: 2,
      code: "PACKAGE_EPOCH_INVALID",
      what: "5000000000",
      next: "correct clock",
    });
  });

  it("in the caller's SOURCE_DATE_EPOCH change nothing, whatever stands there", async () => {
    const scene = await toolScene();
    const sums: string[] = [];
    for (const epoch of [undefined, "garbage", "-1"]) {
      expect(
        (await scene.run(["cut", "v1.2.3", "--releases", `out-${sums.length}`], { SOURCE_DATE_EPOCH: epoch })).exit,
      ).toBe(0);
      sums.push(await readFile(join(scene.repository.folder, `out-${sums.length}/v1.2.3/SHA256SUMS`), "utf8"));
    }
    expect(new Set(sums).size).toBe(1);
  });
});

function commitAt(scene: Scene, date: string): void {
  const { folder } = scene.repository;
  execFileSync(
    "git",
    ["-c", "user.name=J", "-c", "user.email=j@tool.dev", "commit", "--quiet", "--allow-empty", "--message", "dated"],
    {
      cwd: folder,
      env: { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date },
    },
  );
}

async function packagesOf(scene: Scene): Promise<{ deb: string; source: string; binaries: string }> {
  const folder = join(scene.repository.folder, "releases/v1.2.3");
  const names = await readdir(folder);
  const named = (pattern: RegExp): string => join(folder, names.find((name) => pattern.test(name)) ?? "nothing");
  return { deb: named(/\.deb$/), source: named(/-source\.tar\.gz$/), binaries: named(/linux\.tar\.gz$/) };
}
