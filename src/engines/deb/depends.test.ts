import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { elfImage, type ElfImage } from "../../../test/elf-image.ts";
import { nodeFiles } from "../../adapters/node-files.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { deriveDepends } from "./depends.ts";

const folder = mkdtempSync(join(tmpdir(), "depends-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

function program(image: ElfImage): { name: string; path: string } {
  const path = join(folder, `program-${count++}`);
  writeFileSync(path, elfImage(image));
  return { name: "ggen", path };
}

const loader = "/lib64/ld-linux-x86-64.so.2";

/** A program that needs one library in these versions. */
function needing(library: string, ...names: string[]): { name: string; path: string } {
  return program({ needed: [library], versions: [{ library, versions: names.map((name) => ({ name })) }] });
}

async function refusal(made: Promise<unknown>): Promise<ReleaseError> {
  const thrown: unknown = await made.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ReleaseError);
  return thrown as ReleaseError;
}

describe("the Depends of a package", () => {
  it("asks for the highest version of each library, over all programs", async () => {
    const one = program({
      interpreter: loader,
      needed: ["libc.so.6", "libm.so.6", "libgcc_s.so.1"],
      versions: [
        { library: "libc.so.6", versions: [{ name: "GLIBC_2.2.5" }, { name: "GLIBC_2.17" }, { name: "GLIBC_2.4" }] },
        { library: "libm.so.6", versions: [{ name: "GLIBC_2.29" }] },
        { library: "libgcc_s.so.1", versions: [{ name: "GCC_3.0" }, { name: "GCC_4.2.0" }] },
      ],
    });
    const other = needing("libc.so.6", "GLIBC_2.9");
    expect(await deriveDepends([other, one], nodeFiles())).toEqual(["libc6 (>= 2.29)", "libgcc-s1 (>= 4.2)"]);
  });

  it.each([
    ["libc.so.6", "GLIBC_ABI_DT_RELR", "libc6 (>= 2.36)"],
    ["libstdc++.so.6", "GLIBCXX_3.4", "libstdc++6 (>= 3.4.0)"],
    ["libstdc++.so.6", "GLIBCXX_3.4.28", "libstdc++6 (>= 9.3)"],
    ["libstdc++.so.6", "GLIBCXX_3.4.29", "libstdc++6 (>= 11)"],
    ["libstdc++.so.6", "GLIBCXX_3.4.32", "libstdc++6 (>= 13.2)"],
    ["libstdc++.so.6", "GLIBCXX_3.4.33", "libstdc++6 (>= 14)"],
    ["libstdc++.so.6", "GLIBCXX_3.4.35", "libstdc++6 (>= 16)"],
    ["libstdc++.so.6", "CXXABI_1.3", "libstdc++6 (>= 3.4.0)"],
    ["libstdc++.so.6", "CXXABI_1.3.13", "libstdc++6 (>= 11)"],
    ["libstdc++.so.6", "CXXABI_1.3.17", "libstdc++6 (>= 16)"],
    ["libstdc++.so.6", "CXXABI_IEEE128_1.3.13", "libstdc++6 (>= 11)"],
    ["libgcc_s.so.1", "GCC_4.0.0", "libgcc-s1 (>= 4.0)"],
    ["libgcc_s.so.1", "GCC_3.3.1", "libgcc-s1 (>= 3.3.1)"],
    ["libgcc_s.so.1", "GCC_14.0.0", "libgcc-s1 (>= 14)"],
    ["libatomic.so.1", "LIBATOMIC_1.0", "libatomic1 (>= 4.8)"],
    ["libz.so.1", "ZLIB_1.2.9", "zlib1g (>= 1:1.2.9)"],
    ["liblzma.so.5", "XZ_5.2", "liblzma5 (>= 5.2)"],
    ["libcrypt.so.1", "GLIBC_2.2.5", "libcrypt1 (>= 1:4.1.0)"],
    ["libcrypt.so.1", "XCRYPT_4.4", "libcrypt1 (>= 1:4.4)"],
    ["libcrypto.so.3", "OPENSSL_3.0.0", "libssl3t64 (>= 3.0.0) | libssl3 (>= 3.0.0)"],
  ])("knows since when %s has %s", async (library, version, relation) => {
    expect(await deriveDepends([needing(library, version)], nodeFiles())).toEqual([relation]);
  });

  it("names the package alone where no version is asked for", async () => {
    expect(await deriveDepends([program({ needed: ["libbz2.so.1.0"] })], nodeFiles())).toEqual(["libbz2-1.0"]);
  });

  it("is empty for a static program", async () => {
    expect(await deriveDepends([program({ type: 2 })], nodeFiles())).toEqual([]);
  });

  it("counts the loader as needed", async () => {
    expect(await deriveDepends([program({ interpreter: loader, needed: [] })], nodeFiles())).toEqual(["libc6"]);
  });

  it("passes over a version that the loader can do without", async () => {
    const weak = program({
      needed: ["libc.so.6"],
      versions: [{ library: "libc.so.6", versions: [{ name: "GLIBC_2.17" }, { name: "GLIBC_2.38", weak: true }] }],
    });
    expect(await deriveDepends([weak], nodeFiles())).toEqual(["libc6 (>= 2.17)"]);
  });

  it("takes the configuration's word for a library, known or not", async () => {
    const binary = needing("libfoo.so.1", "FOO_1");
    expect(await deriveDepends([binary], nodeFiles(), { "libfoo.so.1": "libfoo1 (>= 1.2)" })).toEqual([
      "libfoo1 (>= 1.2)",
    ]);
    const known = needing("libc.so.6", "GLIBC_2.99.1");
    expect(await deriveDepends([known], nodeFiles(), { "libc.so.6": "libc6 (>= 3)" })).toEqual(["libc6 (>= 3)"]);
  });

  it("refuses a library that is in no table, and names the key that adds it", async () => {
    const error = await refusal(deriveDepends([needing("libfoo.so.1", "FOO_1")], nodeFiles()));
    expect(error.code).toBe("DEB_DEPENDS_UNKNOWN");
    expect(error.what).toContain("ggen needs libfoo.so.1");
    expect(error.next).toContain(`packages.deb.libraries, for example "libfoo.so.1": "libfoo1 (>= 1.2)"`);
  });

  it("looks up no soname in the prototype of the configuration's object", async () => {
    expect((await refusal(deriveDepends([needing("constructor")], nodeFiles()))).code).toBe("DEB_DEPENDS_UNKNOWN");
  });

  it.each([
    ["libc.so.6", "GLIBC_PRIVATE"],
    ["libc.so.6", "GLIBC_ABI_OF_THE_FUTURE"],
    ["libstdc++.so.6", "GLIBCXX_3.4.99"],
    ["libstdc++.so.6", "CXXABI_2.0"],
    ["libc.so.6", "constructor"],
    ["libatomic.so.1", "toString"],
    ["libatomic.so.1", "LIBATOMIC_9.0"],
    ["libgcc_s.so.1", "GCC_NaN"],
  ])("refuses to guess since when %s has %s", async (library, version) => {
    const error = await refusal(deriveDepends([needing(library, version)], nodeFiles()));
    expect(error.code).toBe("DEB_DEPENDS_UNKNOWN");
    expect(error.what).toContain(version);
  });

  it.each(["libc6", "libc6 (>= 2.16)", "libc6 (>> 2.9) | musl", "libc6:any (= 2.9)"])(
    "refuses the given %j for a program that needs 2.17",
    async (given) => {
      const made = deriveDepends([needing("libc.so.6", "GLIBC_2.17")], nodeFiles(), { "libc.so.6": given });
      const error = await refusal(made);
      expect(error.code).toBe("DEB_DEPENDS_TOO_LOW");
      expect(error.next).toContain("libc6 (>= 2.17)");
    },
  );

  it.each(["libc6 (>= 2.17)", "libc6 (>= 2.31-13)", "my-libc6", "musl (>= 1)"])("takes the given %j", async (given) => {
    const made = deriveDepends([needing("libc.so.6", "GLIBC_2.17")], nodeFiles(), { "libc.so.6": given });
    expect(await made).toEqual([given]);
  });

  it("refuses what is no ELF file, and what is not there", async () => {
    const text = join(folder, "text");
    writeFileSync(text, "#!/bin/sh\n");
    expect((await refusal(deriveDepends([{ name: "ggen", path: text }], nodeFiles()))).code).toBe(
      "BINARY_FORMAT_WRONG",
    );
    expect((await refusal(deriveDepends([{ name: "ggen", path: join(folder, "none") }], nodeFiles()))).code).toBe(
      "BUILD_OUTPUT_MISSING",
    );
  });
});
