import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { elfImage, type ElfImage } from "../../../test/elf-image.ts";
import { nodeFiles } from "../../adapters/node-files.ts";
import { ReleaseError } from "../../domain/errors/index.ts";
import { parseTarget } from "../../domain/target.ts";
import { inspectBinary, type InspectSpec } from "./inspect.ts";

const folder = mkdtempSync(join(tmpdir(), "inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

function placed(content: Uint8Array | string, mode = 0o755): string {
  const path = join(folder, `program-${count++}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const anySize: InspectSpec = { size: { min: 1, max: 1e9 } };

function inspect(path: string, target = "x86_64-linux-gnu", spec = anySize) {
  return inspectBinary({ name: "ggen", path }, parseTarget(target), spec, nodeFiles());
}

async function refusal(path: string, target?: string, spec?: InspectSpec): Promise<ReleaseError> {
  const thrown: unknown = await inspect(path, target, spec).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ReleaseError);
  return thrown as ReleaseError;
}

const dynamicProgram: ElfImage = {
  interpreter: "/lib64/ld-linux-x86-64.so.2",
  needed: ["libm.so.6", "libc.so.6"],
  versions: [
    { library: "libm.so.6", versions: [{ name: "GLIBC_2.29", symbols: ["exp", "log"] }] },
    {
      library: "libc.so.6",
      versions: [
        { name: "GLIBC_2.34", symbols: ["__libc_start_main"] },
        { name: "GLIBC_2.4", symbols: ["__stack_chk_fail"] },
        { name: "GLIBC_2.38", weak: true, symbols: ["strlcpy"] },
      ],
    },
  ],
};

describe("a binary that passes", () => {
  it("is described by facts", async () => {
    const path = placed(elfImage(dynamicProgram));
    expect(await inspect(path)).toEqual({
      name: "ggen",
      path,
      size: elfImage(dynamicProgram).length,
      description: "an ELF program for x86_64 Linux, loaded by /lib64/ld-linux-x86-64.so.2",
      static: false,
      libraries: ["libm.so.6", "libc.so.6"],
      glibc: "2.34",
      debug: false,
    });
  });

  it("may need no glibc at all, whatever is promised", async () => {
    const facts = await inspect(placed(elfImage({ type: 2 })), "x86_64-linux", { ...anySize, glibc: "2.17" });
    expect(facts).toMatchObject({ static: true, libraries: [] });
    expect(facts).not.toHaveProperty("glibc");
  });
});

describe("a binary for another system", () => {
  it("is refused with what was found and what was wanted", async () => {
    const error = await refusal(placed(elfImage(dynamicProgram)), "aarch64-darwin");
    expect(error.code).toBe("BINARY_FORMAT_WRONG");
    expect(error.what).toBe(
      "ggen for aarch64-darwin is an ELF program for x86_64 Linux, loaded by /lib64/ld-linux-x86-64.so.2. " +
        "Wanted: a Mach-O program for aarch64 macOS.",
    );
  });

  it.each<[string, Uint8Array | string, string, string]>([
    [
      "linked with musl where glibc is promised",
      elfImage({ interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libc.so"] }),
      "x86_64-linux-gnu",
      "/lib/ld-musl-x86_64.so.1",
    ],
    [
      "linked with glibc where musl is promised",
      elfImage(dynamicProgram),
      "x86_64-linux-musl",
      "/lib64/ld-linux-x86-64.so.2",
    ],
    ["dynamic where none is promised", elfImage(dynamicProgram), "x86_64-linux", "Wanted: a static ELF program"],
    ["of another machine", elfImage({ type: 2, machine: 183 }), "x86_64-linux", "for aarch64 Linux"],
    ["a script", "#!/bin/sh\necho 1\n", "x86_64-linux-gnu", "is a script (#!/bin/sh)"],
    [
      "a Python zip application",
      new Uint8Array(Buffer.from("#!/usr/bin/env python3\nPK\u0003\u0004\u0000\u0000")),
      "x86_64-linux-gnu",
      "is a script (#!/usr/bin/env python3)",
    ],
    ["a text", "not a program", "x86_64-linux-gnu", "is a text file"],
  ])("is refused when it is %s", async (_, content, target, said) => {
    const error = await refusal(placed(content), target);
    expect(error.code).toBe("BINARY_FORMAT_WRONG");
    expect(error.what).toContain(said);
  });

  it.each([
    ["#!/bin/sh\necho 1\n", /^Native executables are released, not scripts/],
    ["no script", /^Let the build for x86_64-linux-gnu make its own file/],
  ])("%j is told what would do instead", async (content, next) => {
    expect((await refusal(placed(content))).next).toMatch(next);
  });

  it("is refused when it is damaged", async () => {
    const error = await refusal(placed(elfImage(dynamicProgram).slice(0, 500)));
    expect(error.code).toBe("BINARY_DAMAGED");
    expect(error.what).toContain("ggen is damaged");
  });
});

describe("the glibc that is promised", () => {
  const path = placed(elfImage(dynamicProgram));

  it("is enough when it has every version", async () => {
    await expect(inspect(path, undefined, { ...anySize, glibc: "2.34" })).resolves.toMatchObject({ glibc: "2.34" });
    await expect(inspect(path, undefined, { ...anySize, glibc: "2.100" })).resolves.toBeDefined();
  });

  it("is too old for symbols that are named, highest last", async () => {
    const error = await refusal(path, undefined, { ...anySize, glibc: "2.28" });
    expect(error.code).toBe("BINARY_LIBC_TOO_NEW");
    expect(error.what).toBe("ggen needs glibc 2.34; the build promises 2.28.");
    expect(error.details).toEqual(["GLIBC_2.29 of libm.so.6: exp, log", "GLIBC_2.34 of libc.so.6: __libc_start_main"]);
  });

  it("counts what has no number: packed relocations as 2.36, private symbols as never enough", async () => {
    const marked = (name: string): string =>
      placed(
        elfImage({
          ...dynamicProgram,
          versions: [{ library: "libc.so.6", versions: [{ name }, { name: "GLIBC_2.4" }] }],
        }),
      );
    await expect(inspect(marked("GLIBC_ABI_DT_RELR"), undefined, { ...anySize, glibc: "2.36" })).resolves.toBeDefined();
    expect((await refusal(marked("GLIBC_ABI_DT_RELR"), undefined, { ...anySize, glibc: "2.35" })).what).toContain(
      "2.36",
    );
    const error = await refusal(marked("GLIBC_PRIVATE"), undefined, { ...anySize, glibc: "2.99" });
    expect(error.what).toContain("GLIBC_PRIVATE");
    expect((await inspect(marked("GLIBC_PRIVATE"))).glibc).toBe("GLIBC_PRIVATE");
  });

  it("must be a version", async () => {
    expect((await refusal(path, undefined, { ...anySize, glibc: "new" })).code).toBe("CONFIG_INVALID");
  });
});

describe("a file that no user could run", () => {
  const image = elfImage({ type: 2 });

  it("is refused when it is empty, too small or too large", async () => {
    expect((await refusal(placed(""), undefined, { size: { min: 0, max: 10 } })).what).toBe("ggen is empty.");
    const small = await refusal(placed(image), "x86_64-linux", { size: { min: image.length + 1, max: 1e9 } });
    expect([small.code, small.what]).toEqual([
      "BINARY_SIZE",
      `ggen has ${image.length} bytes, fewer than the ${image.length + 1} of size.min.`,
    ]);
    const large = await refusal(placed(image), "x86_64-linux", { size: { min: 0, max: image.length - 1 } });
    expect(large.code).toBe("BINARY_SIZE");
    const exact = { size: { min: image.length, max: image.length } };
    await expect(inspect(placed(image), "x86_64-linux", exact)).resolves.toBeDefined();
  });

  it.each([
    [0o644, "nobody"],
    [0o700, "not everybody"],
  ])("is refused with mode %o, which is left as it is", async (mode, said) => {
    const path = placed(image, mode);
    const error = await refusal(path, "x86_64-linux");
    expect(error.code).toBe("BINARY_NOT_EXECUTABLE");
    expect(error.what).toContain(said);
    expect(((await nodeFiles().status(path))?.mode ?? 0) & 0o777).toBe(mode);
  });

  it("is refused when it is not there, a folder or a symbolic link", async () => {
    expect((await refusal(join(folder, "none"))).code).toBe("BUILD_OUTPUT_MISSING");
    expect((await refusal(folder)).what).toContain("is a folder");
    const link = join(folder, "link");
    symlinkSync(placed(image), link);
    expect((await refusal(link)).what).toContain("is a symbolic link");
  });
});
