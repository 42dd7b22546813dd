import { describe, expect, it } from "vitest";
import { packageStanza, withPhase } from "./package-stanza.ts";

const control = `X-Lower-first: kept
Package: tool
description: first line${"  "}
 more${" "}
VERSION: 1.0
Architecture: amd64
Filename: /etc/passwd
SHA256: 0000
Phased-Update-Percentage: 0
Description-md5: 0123
Provides:
X-Empty:  
Status: install ok installed
Maintainer: Jane Doe <jane@debian.org>
Homepage: https://samples.debian.net
`;
const file = { path: "pool/main/t/tool/tool_1.0_amd64.deb", size: 7, sha256: "ab".repeat(32) };

describe("the stanza of a package", () => {
  it("has apt-ftparchive's order and names, the file's own data, and nothing that the package says of its file", () => {
    expect(packageStanza(control, file, { phased: 10 })).toBe(`Package: tool
Architecture: amd64
Version: 1.0
Phased-Update-Percentage: 10
Maintainer: Jane Doe <jane@debian.org>
Filename: pool/main/t/tool/tool_1.0_amd64.deb
Size: 7
SHA256: ${"ab".repeat(32)}
Homepage: https://samples.debian.net
Description: first line${"  "}
 more
X-Lower-first: kept`);
  });

  it("is at another percentage the same but for that field, and at 100 has none", () => {
    const stanza = packageStanza(control, file);
    const half = withPhase(stanza, 50);
    expect(half).toContain("\nPhased-Update-Percentage: 50\n");
    expect(withPhase(half, 100)).toBe(stanza);
    expect(withPhase(withPhase(half, 10), 50)).toBe(half);
  });

  const relation = (value: string): string =>
    packageStanza(`Package: tool\nVersion: 1.0\nArchitecture: all\nDepends: ${value}\n`, file);

  it.each(["a (>1)", "a(=1)", "b, a (1)", "a (=)", "a (\n =1)  "])(
    "is refused where apt would give up the index: %j",
    (value) => {
      expect(() => relation(value)).toThrow(/APT_PACKAGE_UNREADABLE.*Depends of tool 1\.0 ends in/);
    },
  );

  it.each(["a (> 1)", "a (=1), b", "a (=1) | b", "a (=10)", "a", "a:any"])(
    "takes a relation that apt reads: %j",
    (value) => {
      expect(relation(value)).toContain(`Depends: ${value}\n`);
    },
  );
});
