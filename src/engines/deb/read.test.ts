import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { collectingReporter } from "../../adapters/collecting-reporter.ts";
import { nodeDecompressor } from "../../adapters/decompressor.ts";
import { nodeProcesses } from "../../adapters/node-processes.ts";
import { isReleaseError } from "../../domain/errors/index.ts";
import { inMemory } from "../../formats/random-access.ts";
import {
  plainControl,
  plainData,
  type RawDeb,
  rawAr,
  rawDeb,
  rawEntry,
  type RawEntry,
  rawTar,
} from "../../../test/deb-bytes.ts";
import { describeWith } from "../../../test/requires.ts";
import { readControl, readDeb } from "./read.ts";

const decompressor = nodeDecompressor(nodeProcesses(collectingReporter()));

/** The outcome in one word: what the data tree holds, or the code and rule of the refusal. */
async function verdict(bytes: Uint8Array): Promise<string> {
  try {
    const deb = await readDeb(inMemory("x.deb", bytes), decompressor);
    const entries: string[] = [];
    for await (const { kind, path, size } of deb.entries()) entries.push(`${kind} /${path} ${size}`);
    return entries.join(", ");
  } catch (error) {
    if (!isReleaseError(error)) throw error;
    return [error.code, ...error.details.map((detail) => /^rule ([^:]+)/.exec(detail)?.[1] ?? "")].join(" ");
  }
}

const withList = (name: string, content: Uint8Array): Buffer =>
  rawDeb({
    control: [
      { name: "control", content: plainControl },
      { name, content },
    ],
  });
const whole = "folder / 0, folder /usr 0, file /usr/sample 8";
const entry = (given: Partial<RawEntry>): RawDeb => ({ data: [{ name: "./a", ...given }] });
const member = (name: string, content: Uint8Array = Buffer.from("")): { name: string; content: Uint8Array } => ({
  name,
  content,
});
const version = member("debian-binary", Buffer.from("2.0\n"));
const control = member("control.tar", rawTar([{ name: "control", content: plainControl }]));
const data = member("data.tar", rawTar(plainData));

describe("reading a package", () => {
  it.each(["", ".gz", ".zst"] as const)(
    "gives its fields, lists, scripts and tree, compressed as %s",
    async (compression) => {
      const deb = await readDeb(
        inMemory(
          "x.deb",
          rawDeb({
            compression,
            control: [
              { name: "./control", content: `${plainControl} Longer.\n .\n Again.\nDepends: a (>= 1), b | c:any\n` },
              { name: "./conffiles", content: "/etc/a\nremove-on-upgrade /etc/b\n" },
              { name: "./triggers", content: "# none\ninterest-noawait /usr/share/x\n" },
              { name: "./md5sums", content: `${"0".repeat(32)}  usr/sample\n` },
              { name: "./postinst", content: "#!/bin/sh\n", mode: "0000755\0" },
            ],
          }),
        ),
        decompressor,
      );
      expect(deb).toMatchObject({
        package: "sample",
        version: "1.0-1",
        architecture: "all",
        format: "2.0",
        conffiles: [
          { path: "/etc/a", removeOnUpgrade: false },
          { path: "/etc/b", removeOnUpgrade: true },
        ],
        triggers: [{ directive: "interest-noawait", name: "/usr/share/x" }],
        md5sums: new Map([["usr/sample", "0".repeat(32)]]),
        scripts: new Map([["postinst", Buffer.from("#!/bin/sh\n")]]),
      });
      expect(deb.stanza.find(([name]) => name === "Description")?.[1]).toEqual(["sample", "Longer.", "", "Again."]);
      expect(deb.fields.at(-2)?.[1]).toBe("sample\n Longer.\n .\n Again.");
      const contents = [];
      for await (const { path, content } of deb.entries()) {
        const chunks = [];
        for await (const chunk of content) chunks.push(chunk);
        contents.push([path, Buffer.concat(chunks).toString()]);
      }
      expect(contents).toEqual([
        ["", ""],
        ["usr", ""],
        ["usr/sample", "content\n"],
      ]);
    },
  );

  it("reads nothing behind control.tar where only the control file is wanted", async () => {
    const bytes = rawDeb();
    const end = bytes.indexOf("data.tar");
    const file = {
      name: "x.deb",
      size: bytes.length,
      at: async (offset: number, length: number): Promise<Uint8Array> => {
        expect(offset + length).toBeLessThanOrEqual(end);
        return bytes.subarray(offset, offset + length);
      },
    };
    expect((await readControl(file, decompressor)).package).toBe("sample");
  });

  it("leaves the bytes that it was given as they are", async () => {
    const bytes = rawDeb({
      data: [{ name: "a", mtime: Buffer.from("800000000000000100000000", "hex") }],
      compression: "",
    });
    const before = Buffer.from(bytes);
    expect(await verdict(bytes)).toBe("file /a 0");
    expect(bytes.equals(before)).toBe(true);
  });

  it("takes what dpkg takes", async () => {
    expect(await verdict(rawDeb())).toBe(whole);
    expect(
      await verdict(rawAr([version, member("_odd", Buffer.from("x")), control, member("_two"), data, control])),
    ).toBe(whole);
    expect(await verdict(rawDeb({ version: "2.7\nmore\n" }))).toBe(whole);
    expect(
      await verdict(
        rawDeb({
          data: [
            { name: "d/", content: "" },
            { name: "/usr//./x", magic: "\0\0\0\0\0\0\0\0" },
          ],
        }),
      ),
    ).toBe("folder /d 0, file /usr/x 0");
    expect(await verdict(rawDeb({ data: [{ name: "base", prefix: "a/long/folder", magic: "ustar\x0000" }] }))).toBe(
      "file /a/long/folder/base 0",
    );
    expect(
      await verdict(
        rawDeb({
          data: [
            { name: "././@LongLink", type: "L", content: `${"d/".repeat(90)}x\0` },
            { name: "cut" },
            { name: "dev", type: "3" },
            { name: "link", type: "2", link: "/../../etc" },
          ],
        }),
      ),
    ).toBe(`file /${"d/".repeat(90)}x 0, character device /dev 0, symlink /link 0`);
  });
});

describe("a package that dpkg refuses (bad input 45, bad input 46, bad input 47)", () => {
  it.each<readonly [why: string, bytes: Uint8Array]>([
    ["is empty", Buffer.from("")],
    ["is no archive", Buffer.from("!<arch>\r\n")],
    ["has no member", Buffer.from("!<arch>\n")],
    ["begins with another member", rawAr([control, version, data])],
    ["is of a later format", rawDeb({ version: "3.0\n" })],
    ["has no newline in its format", rawDeb({ version: "2.0" })],
    ["has its members the other way round", rawAr([version, data, control])],
    ["has no control.tar", rawAr([version, data])],
    ["has no data.tar", rawAr([version, control])],
    ["has two of control.tar", rawAr([version, control, control, data])],
    ["has an unknown member before data.tar", rawAr([version, control, member("other"), data])],
    ["has control.tar in bzip2", rawAr([version, member("control.tar.bz2"), data])],
    ["has data.tar in an unknown compression", rawAr([version, control, member("data.tar.br")])],
    ["has a size that is no number", rawAr([version, { ...control, size: "0x10      " }, data])],
    ["has a header without its end", rawAr([version, { ...control, magic: "``" }, data])],
    ["has an empty data.tar", rawAr([version, control, member("data.tar")])],
    ["is cut off in data.tar", rawDeb().subarray(0, -8)],
    [
      "has damaged gzip",
      rawAr([version, member("control.tar.gz", Buffer.from("1f8b080000000000000300", "hex")), data]),
    ],
    ["has no control file", rawDeb({ control: [{ name: "other" }] })],
    ["has a tar header with a wrong checksum", rawDeb(entry({ checksum: "000000\0 " }))],
    ["has pax headers", rawDeb(entry({ type: "x" }))],
    ["has sparse files", rawDeb(entry({ type: "S" }))],
    ["has an unknown type of record", rawDeb(entry({ type: "7" }))],
    ["has a negative size", rawDeb(entry({ size: Buffer.alloc(12, 0xff) }))],
    ["has a file that is cut off", rawDeb({ data: [{ name: "a", size: "00000010000\0", content: "x" }] })],
    ["has a line break in a name", rawDeb(entry({ name: "a\nb" }))],
    ["has no name", rawDeb(entry({ name: "" }))],
    [
      "has a list of conffiles without its last newline",
      rawDeb({
        control: [
          { name: "control", content: plainControl },
          { name: "conffiles", content: "/etc/a" },
        ],
      }),
    ],
    [
      "has a relative conffile",
      rawDeb({
        control: [
          { name: "control", content: plainControl },
          { name: "conffiles", content: "etc/a\n" },
        ],
      }),
    ],
    ["has a trigger that is not ASCII", withList("triggers", Buffer.from("interest /a\xe9\n", "latin1"))],
    ["has a conffile whose path is too long", withList("conffiles", Buffer.from(`/${"語".repeat(340)}\n`))],
    [
      "has an unknown trigger",
      rawDeb({
        control: [
          { name: "control", content: plainControl },
          { name: "triggers", content: "await x\n" },
        ],
      }),
    ],
  ])("because it %s, is refused", async (_, bytes) => {
    expect(await verdict(bytes)).toMatch(/^DEB_(MALFORMED|COMPRESSION_DAMAGED)$/);
  });
});

describe("a package that two programs can read in two ways", () => {
  const zstd = rawDeb({ compression: ".zst" });
  it.each<readonly [rule: string, bytes: Uint8Array]>([
    ["old-format", Buffer.from("0.939000\n10\n")],
    ["version-member", rawDeb({ version: `2.0\n${" ".repeat(2000)}` })],
    [
      "control-entry",
      rawDeb({
        control: [
          { name: "control", content: plainControl },
          { name: "./control", content: plainControl },
        ],
      }),
    ],
    ["control-entry", rawDeb({ control: [{ name: "control", type: "2", link: "other" }] })],
    ["control-entry", rawDeb({ control: [{ name: "control", content: plainControl }, { name: "a/b" }] })],
    [
      "control-dialect",
      rawDeb({
        control: [
          { name: "x", type: "x" },
          { name: "control", content: plainControl },
        ],
      }),
    ],
    [
      "one-stream",
      Buffer.concat([
        rawAr([version, control]),
        rawAr(
          [member("data.tar.zst", Buffer.concat([zstd.subarray(zstd.lastIndexOf("\x60\n") + 2), Buffer.from("more")]))],
          "",
        ),
      ]),
    ],
    [
      "one-stream",
      rawAr([
        version,
        control,
        { name: "data.tar.gz", content: Buffer.concat([gzipSync(data.content), Buffer.from("\n")]) },
      ]),
    ],
    [
      "one-stream",
      rawAr([
        version,
        { name: "control.tar.gz", content: Buffer.concat([gzipSync(control.content), Buffer.from("\n")]) },
        data,
      ]),
    ],
    ["gzip-header", rawAr([version, { ...control, name: "control.tar.gz" }, data])],
    ["gzip-header", rawAr([version, control, member("data.tar.gz")])],
    ["tar-end", rawDeb(entry({ name: "", checksum: "000000\0 " }))],
    ["tar-end", rawDeb({ data: [{ name: "long", type: "L", content: "name\0" }] })],
    ["tar-tail", rawAr([version, control, { ...data, content: Buffer.concat([data.content, data.content]) }])],
    [
      "tar-tail",
      rawAr([version, { ...control, content: Buffer.concat([control.content, Buffer.alloc(100_000)]) }, data]),
    ],
    ["tar-number", rawDeb(entry({ mode: "rw-r--r-" }))],
    ["tar-size", rawDeb(entry({ type: "5", size: "00000001000\0" }))],
    ["path-outside", rawDeb(entry({ name: "./a/../../x" }))],
    ["path-outside", rawDeb(entry({ type: "1", link: "../x" }))],
    ["empty-name", rawDeb({ data: [{ name: "long", type: "L" }, { name: "a" }] })],
    ["control-dialect", rawDeb({ control: [{ name: "" }, { name: "control", content: plainControl }] })],
    ["control-dialect", rawAr([version, { ...control, content: control.content.subarray(0, -1000) }, data])],
    ["path-length", rawDeb({ data: [{ name: "long", type: "L", content: "a/".repeat(2100) }] })],
  ])("is refused by the rule %s", async (rule, bytes) => {
    expect(await verdict(bytes)).toBe(`DEB_AMBIGUOUS ${rule}`);
  });
});

describeWith(["bzip2"], "a package with data.tar.bz2", () => {
  const packed = (bytes: Uint8Array): Buffer => execFileSync("bzip2", { input: bytes });
  const verdictOf = (content: Uint8Array): Promise<string> =>
    verdict(rawAr([version, control, { name: "data.tar.bz2", content }]));

  it("is read", async () => {
    expect(await verdictOf(packed(data.content))).toBe(whole);
  });

  it.each([1, 11, 200_000])("is refused with %i bytes behind its stream", async (length) => {
    const tail = Buffer.alloc(length, 1);
    expect(await verdictOf(Buffer.concat([packed(data.content), tail]))).toBe("DEB_AMBIGUOUS one-stream");
  });

  it("is refused with a second stream", async () => {
    const [one, two] = [data.content.subarray(0, 1024), data.content.subarray(1024)];
    expect(await verdictOf(Buffer.concat([packed(one), packed(two)]))).toBe("DEB_AMBIGUOUS one-stream");
  });
});

describe("a package that unpacks to far more than it holds", () => {
  it("is refused before control.tar takes more memory than its limit (bad input 44)", async () => {
    const bomb = rawDeb({ control: [{ name: "control", content: Buffer.alloc(17 * 1024 * 1024) }] });
    expect(await verdict(bomb)).toBe("DEB_TOO_LARGE unpacked-size");
  });

  it("is refused where data.tar reaches two hundred times its size and a gibibyte (bad input 44)", async () => {
    const piece = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    const [header = Buffer.alloc(0)] = rawEntry({ name: "zeros", size: "77777777777\0" });
    const bomb = Buffer.concat([gzipSync(header), ...Array.from({ length: 66 }, () => piece)]);
    expect(await verdict(rawAr([version, control, { name: "data.tar.gz", content: bomb }]))).toBe(
      "DEB_TOO_LARGE unpacked-size",
    );
  });
});
