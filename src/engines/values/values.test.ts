import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ReleaseError, type ErrorCode } from "../../domain/errors/index.ts";
import { matchGlob } from "./glob.ts";
import { licenseFrom, parseLicense } from "./license.ts";
import {
  parseLine,
  parseMaintainer,
  parseParagraphs,
  parseProgramName,
  parseProjectName,
  parseTagPrefix,
  projectNameFrom,
} from "./names.ts";
import { parsed, readRefusal } from "./parsed.ts";
import { parseDuration, parseSize } from "./quantity.ts";
import { redacted } from "./redacted.ts";
import { parseFingerprint, parseKeyLocation } from "./signing.ts";
import { parseTreeGlob, parseTreePath } from "./tree-path.ts";
import { hasCredentials, parseWebAddress } from "./web-address.ts";

function refusal(act: () => unknown): ReleaseError {
  try {
    act();
  } catch (error) {
    if (error instanceof ReleaseError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("sizes", () => {
  it.each([
    ["0", 0],
    ["500", 500],
    ["10MB", 10_000_000],
    ["10 MB", 10_000_000],
    ["10mb", 10_000_000],
    ["1kB", 1000],
    ["1.5GiB", 1_610_612_736],
    ["0.001kB", 1],
  ])("reads %s as %d bytes", (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(["", "MB", "10 apples", "-1", "1e3", "10MB ", "1,5MB", "1.MB", "999999999999999GB", "１０MB"])(
    "refuses %j with the forms that are known",
    (text) => {
      const error = refusal(() => parseSize(text));
      expect(error.code).toBe("CONFIG_INVALID");
      expect(error.next).toContain("10MiB");
    },
  );
});

describe("durations", () => {
  it.each([
    ["10", 10],
    ["90s", 90],
    ["10m", 600],
    ["1h30m", 5400],
    ["7d", 604_800],
  ])("reads %s as %d seconds", (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(["", "0", "0s", "10x", "m", "1.5h", "8d", "-1s", "10 m", "999999999d"])("refuses %j", (text) =>
    expect(refusal(() => parseDuration(text)).code).toBe("CONFIG_INVALID"),
  );
});

describe("web addresses", () => {
  it.each([
    ["https://github.com/sharkdp/fd", "https://github.com/sharkdp/fd"],
    ["https://ggen.dev/", "https://ggen.dev"],
    ["http://xn--bcher-kva.ch/a?b=c#d", "http://xn--bcher-kva.ch/a?b=c#d"],
    ["https://todoist.com/your-life", "https://todoist.com/your-life"],
  ])("takes %s", (text, address) => expect(parseWebAddress(text)).toBe(address));

  it.each([
    "https://artifacts.example.com/x",
    "https://EXAMPLE.org.",
    "https://project.invalid",
    "http://localhost:8080/x",
    "http://127.0.0.1/",
    "http://[::1]/",
    "https://github.com/YOUR_ORG/tool",
    "https://github.com/PLACEHOLDER/tool",
    "https://a.test",
  ])("refuses the placeholder %s", (text) =>
    expect(refusal(() => parseWebAddress(text)).code).toBe("CONFIG_URL_RESERVED"),
  );

  it.each(["https://user:hunter2@github.com/x", "https://hunter2@github.com/x", "https://a:hunter2@b@github.com"])(
    "refuses credentials and does not repeat them: %s",
    (text) => {
      const error = refusal(() => parseWebAddress(text));
      expect(error.code).toBe("CONFIG_URL_CREDENTIALS");
      expect(`${error.message}${error.next}`).not.toContain("hunter2");
    },
  );

  it.each([
    "",
    "github.com/x",
    "git@github.com:a/b.git",
    "javascript:alert(1)",
    "https://",
    "https://a b",
    'https://a/"b',
  ])("refuses %j, which is none", (text) => expect(refusal(() => parseWebAddress(text)).code).toBe("CONFIG_INVALID"));

  it("redacts every address in a line", () => {
    expect(redacted("a https://u:p@h/ b ssh://x:y@z c https://h/@scope")).toBe(
      "a https://***@h/ b ssh://***@z c https://h/@scope",
    );
  });
});

describe("paths in the tree", () => {
  it.each([
    ["doc/x.1", "doc/x.1"],
    ["./doc/", "doc"],
    ["a b/ü.md", "a b/ü.md"],
    ["..x/y..", "..x/y.."],
  ])("takes %s", (text, path) => expect(parseTreePath(text)).toBe(path));

  it.each(["../../etc/passwd", "/etc/passwd", "a/../../b", "..", "~/x", "C:/x", "C:\\x", "a\\..\\b"])(
    "refuses %s, which leads out",
    (text) => expect(refusal(() => parseTreePath(text)).code).toBe("CONFIG_PATH_ESCAPES"),
  );

  it.each(["", ".", "a//b", "a\\b", "a\nb", "a\u0000b", "a/./b", "x".repeat(1001)])(
    "refuses %j, which is no path",
    (text) => expect(refusal(() => parseTreePath(text)).code).toBe("CONFIG_INVALID"),
  );

  it("refuses brackets in a glob rather than taking them literally", () => {
    expect(refusal(() => parseTreeGlob("[A-Z]*.md")).code).toBe("CONFIG_INVALID");
    expect(parseTreeGlob("docs/**/*.md")).toBe("docs/**/*.md");
  });
});

describe("globs", () => {
  const paths = ["LICENSE-MIT", "README.md", "doc/a/x.1", "doc/x.1", "lib/README.md"];
  it.each([
    ["README*", ["README.md"]],
    ["doc/*.1", ["doc/x.1"]],
    ["doc/**/*.1", ["doc/a/x.1", "doc/x.1"]],
    ["**/README.md", ["README.md", "lib/README.md"]],
    ["doc/**", ["doc/a/x.1", "doc/x.1"]],
    ["READM?.md", ["README.md"]],
    ["doc", []],
    ["LICENSE-MIT", ["LICENSE-MIT"]],
  ])("%s", (glob, expected) => expect(matchGlob(glob, paths)).toEqual(expected));

  it("matches a path with itself and with stars in place of any characters", () => {
    const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/[/*?]/.test(text));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.nat(), (parts, seed) => {
        const path = parts.join("/");
        const starred = parts.map((part, index) =>
          index === seed % parts.length ? `${part.slice(0, seed % 3)}*` : part,
        );
        expect(matchGlob(path, [path])).toEqual([path]);
        expect(matchGlob(starred.join("/"), [path])).toEqual([path]);
        expect(matchGlob("**", [path])).toEqual([path]);
      }),
    );
  });

  it("answers a hostile glob at once", () => {
    const glob = `${"*a".repeat(200)}b`;
    expect(matchGlob(glob, ["a".repeat(5000)])).toEqual([]);
  });
});

describe("names", () => {
  it.each(["yq", "7zip", "g++", "my-tool.2"])("takes %s for a project", (name) =>
    expect(parseProjectName(name)).toBe(name),
  );
  it.each(["", "-x", "Tool", "my_tool", "a b", "$(id)", "tööl", "a/b", "a\nb", ".x", "x".repeat(64)])(
    "refuses %j for a project",
    (name) => expect(refusal(() => parseProjectName(name)).code).toBe("CONFIG_INVALID"),
  );
  it("proposes the nearest name", () => {
    expect(refusal(() => parseProjectName("My_Tool")).what).toContain('"my-tool" would be one');
    expect(projectNameFrom("--")).toBeUndefined();
  });
  it.each(["rg", "Xorg", "cargo_x", "c++filt"])("takes %s for a program", (name) =>
    expect(parseProgramName(name)).toBe(name),
  );
  it.each(["", "a b", "a/b", "-rf", "x.exe", "x.sha256", "a;b", "..", "ｒｇ"])("refuses %j for a program", (name) =>
    expect(refusal(() => parseProgramName(name)).code).toBe("CONFIG_INVALID"),
  );
  it.each(["", "v", "app/v", "release-"])("takes %j before a version", (prefix) =>
    expect(parseTagPrefix(prefix)).toBe(prefix),
  );
  it.each(["v1", "v.", "-v", "a b", "a//b", "$(id)", "a..b", "/v"])("refuses %j before a version", (prefix) =>
    expect(refusal(() => parseTagPrefix(prefix)).code).toBe("CONFIG_INVALID"),
  );
  it("takes a maintainer, with any host but not without one", () => {
    expect(parseMaintainer("Jürgen Doe <j@x.invalid>")).toBe("Jürgen Doe <j@x.invalid>");
    for (const text of ["Jane", "jane@x.org", "<jane@x.org>", "Jane <>", "Jane <a@b> x", "J\nDepends: evil <a@b>"])
      expect(refusal(() => parseMaintainer(text)).code).toBe("CONFIG_INVALID");
  });
  it("refuses a summary of several lines and empty prose", () => {
    expect(parseLine("  x y ")).toBe("x y");
    expect(refusal(() => parseLine("a\nDepends: evil")).next).toContain("description");
    expect(refusal(() => parseLine(" ")).what).toBe("The text is empty.");
    expect(parseParagraphs("a  \n\n b\t\n")).toBe("a\n\n b");
    expect(refusal(() => parseParagraphs("x".repeat(20_001))).what).toContain("20001");
  });
});

describe("licences", () => {
  it.each([
    "MIT",
    "MIT OR Apache-2.0",
    "GPL-2.0-only WITH Classpath-exception-2.0",
    "(MIT OR X11) AND GPL-3.0+",
    "LicenseRef-x",
  ])("takes %s", (text) => expect(parseLicense(text)).toBe(text));
  it.each(["", "MIT OR", "OR MIT", "(MIT", "MIT Apache-2.0", "MIT; rm", "WITH", `${"(".repeat(300)}MIT`])(
    "refuses %j",
    (text) => expect(refusal(() => parseLicense(text)).code).toBe("CONFIG_INVALID"),
  );
  it("reads the old form of Cargo manifests", () => {
    expect(licenseFrom("MIT/Apache-2.0")).toBe("MIT OR Apache-2.0");
    expect(licenseFrom("see LICENSE")).toBeUndefined();
  });
});

describe("keys", () => {
  it("takes a variable or a file, and shows nothing of what it refuses", () => {
    expect(parseKeyLocation("env:RELEASE_KEY")).toEqual({ from: "environment", name: "RELEASE_KEY" });
    expect(parseKeyLocation("file:/run/key.asc")).toEqual({ from: "file", path: "/run/key.asc" });
    for (const text of ["-----BEGIN PGP PRIVATE KEY BLOCK-----", "env:a b", "key.asc", "file: x", "env:sécret"]) {
      const error = refusal(() => parseKeyLocation(text));
      expect(`${error.message}${error.next}`).not.toContain(text);
    }
  });
  it("takes whole fingerprints only", () => {
    expect(parseFingerprint("0123 4567 89ab cdef 0123 4567 89AB CDEF 0123 4567")).toBe(
      "0123456789ABCDEF0123456789ABCDEF01234567",
    );
    expect(refusal(() => parseFingerprint("0x89ABCDEF01234567")).what).toContain("can be forged");
    expect(refusal(() => parseFingerprint("hello")).code).toBe("CONFIG_INVALID");
  });
});

describe("refusals", () => {
  it("pass through valibot with code, text and next step", () => {
    const schema = v.pipe(v.string(), parsed(parseTreePath));
    const [issue] = v.safeParse(schema, "../x").issues ?? [];
    const expected: ErrorCode = "CONFIG_PATH_ESCAPES";
    expect(readRefusal(issue?.message ?? "", "")).toEqual({
      code: expected,
      what: '"../x" leads out of the tree.',
      next: "Write a path inside the repository, relative to its top folder, without ../ in it.",
    });
    expect(readRefusal("NOT_A_CODE: x", "do z")).toEqual({
      code: "CONFIG_INVALID",
      what: "NOT_A_CODE: x.",
      next: "do z",
    });
  });
  it("lets a fault of ours through", () => {
    const schema = v.pipe(
      v.string(),
      parsed(() => {
        throw new TypeError("ours");
      }),
    );
    expect(() => v.safeParse(schema, "x")).toThrow(TypeError);
  });
});

it("looks for credentials in a text of a megabyte within a moment", () => {
  const before = performance.now();
  expect(hasCredentials("x".repeat(1_000_000))).toBe(false);
  expect(hasCredentials(`${"x".repeat(100_000)} git+ssh://user:word@host`)).toBe(true);
  expect(performance.now() - before).toBeLessThan(2000);
});
