import { expect, describe, it } from "vitest";
import { formatConffile, parseConffile } from "./control-files.ts";
import { completeEntries, type DataEntry, installedSize, conffilesOf } from "./data-entries.ts";

async function* nothing(): AsyncIterable<Uint8Array> {
  yield* [];
}

function file(path: string, size = 1): DataEntry {
  return { kind: "file", path, executable: false, size, content: nothing() };
}

const paths = (given: readonly DataEntry[]): readonly string[] => completeEntries(given).map(({ path }) => path);

describe("the entries of data.tar", () => {
  it("have every folder before its content, sorted by bytes", () => {
    expect(paths([file("/usr/lib-x/a"), file("/usr/lib/é"), file("/usr/lib/z"), file("/etc/tool.conf")])).toEqual([
      "/",
      "/etc",
      "/etc/tool.conf",
      "/usr",
      "/usr/lib",
      "/usr/lib-x",
      "/usr/lib-x/a",
      "/usr/lib/z",
      "/usr/lib/é",
    ]);
  });

  it("sort by bytes where UTF-16 would sort otherwise", () => {
    expect(paths([file("/🦊"), file("/\uffee")])).toEqual(["/", "/\uffee", "/🦊"]);
  });

  it("hold an empty folder, and a folder that is named twice, once", () => {
    const folder: DataEntry = { kind: "folder", path: "/var/lib/tool" };
    expect(paths([folder, folder])).toEqual(["/", "/var", "/var/lib", "/var/lib/tool"]);
  });

  it.each([
    [[file("/usr/bin/a"), file("/usr/bin/a")]],
    [[file("/usr/bin"), file("/usr/bin/a")]],
    [[file("/usr/bin/a"), file("/usr/bin")]],
    [[file("/usr/bin/a"), { kind: "folder", path: "/usr/bin/a" } as const]],
    [[{ kind: "symlink", path: "/usr/lib", target: "lib64" } as const, file("/usr/lib/a")]],
  ])("refuse two things at one path", (entries) => {
    expect(() => completeEntries(entries)).toThrow("PACKAGE_PATH_DUPLICATE");
  });

  it.each([
    ["etc/passwd", "does not begin with a slash"],
    ["../../etc/passwd", "does not begin with a slash"],
    ["/usr/../../etc/passwd", "holds . or .."],
    ["/usr/./bin", "holds . or .."],
    ["/usr//bin", "a name in it is empty"],
    ["/usr/bin/", "a name in it is empty"],
    ["/", "a name in it is empty"],
    ["/usr/a\nb", "control character"],
    ["/usr/a\0b", "control character"],
    ["/etc/a ", "ends in white space"],
    ["/usr/\ud83e", "not Unicode"],
    [`/usr/${"x".repeat(256)}`, "over 255 bytes"],
    [`/usr/${"é".repeat(128)}`, "over 255 bytes"],
    [`/${"x/".repeat(2000)}x`, "over 4000 bytes"],
  ])("refuse the path %j", (path, fault) => {
    expect(() => completeEntries([file(path)])).toThrow(/PACKAGE_PATH_INVALID/);
    expect(() => completeEntries([file(path)])).toThrow(fault);
  });

  it.each([
    "/usr/-rf",
    "/usr/a b",
    "/usr/\u0065\u0301",
    "/usr/'\"$(id)",
    "/usr/語/🦊",
    "/usr/lib/systemd/system/a\\x2db.mount",
  ])("accept the path %j", (path) => expect(paths([file(path)])).toContain(path));
});

it("counts KiB as dpkg-gencontrol does: content rounded up, every folder and the root as 1", () => {
  const entries = completeEntries([
    file("/usr/empty", 0),
    file("/usr/one", 1),
    file("/usr/kib", 1024),
    file("/usr/more", 1025),
    { kind: "symlink", path: "/usr/link", target: "one" },
  ]);
  expect(installedSize(entries)).toBe(2 + 0 + 1 + 1 + 2 + 1);
});

describe("conffiles", () => {
  const entries = completeEntries([
    file("/etc/tool/a.conf"),
    file("/usr/etc/b"),
    file("/etcetera"),
    { kind: "symlink", path: "/etc/link", target: "tool/a.conf" },
  ]);

  it("are the files under /etc, and nothing else", () => {
    expect(conffilesOf(entries, [])).toEqual([{ path: "/etc/tool/a.conf", removed: false }]);
  });

  it("are also what is named, and what is to be taken away", () => {
    const named = ["/usr/etc/b", "remove-on-upgrade /etc/tool/old.conf", "/etc/tool/a.conf"].map(parseConffile);
    expect(conffilesOf(entries, named).map(formatConffile).join("")).toBe(
      "/etc/tool/a.conf\nremove-on-upgrade /etc/tool/old.conf\n/usr/etc/b\n",
    );
  });

  it("are refused where the package has no such file, or has one that it takes away", () => {
    expect(() => conffilesOf(entries, [parseConffile("/etc/absent")])).toThrow(/PACKAGE_FILE_MISSING.*"\/etc\/absent"/);
    expect(() => conffilesOf(entries, [parseConffile("/etc/link")])).toThrow("PACKAGE_FILE_MISSING");
    expect(() => conffilesOf(entries, [parseConffile("remove-on-upgrade /etc/tool/a.conf")])).toThrow(
      "PACKAGE_PATH_DUPLICATE",
    );
  });
});
