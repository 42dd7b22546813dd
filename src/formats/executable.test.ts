import { describe, expect, it } from "vitest";
import { elfImage, type ElfImage } from "../../test/elf-image.ts";
import { parseTarget } from "../domain/target.ts";
import { describeExecutable, describeWanted, fits, identify } from "./executable.ts";
import { inMemory } from "./random-access.ts";

const identified = (bytes: Uint8Array | string) =>
  identify(inMemory("program", typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes));

const glibc: ElfImage = { interpreter: "/lib64/ld-linux-x86-64.so.2", needed: ["libc.so.6"], pie: true };
const musl: ElfImage = { interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libc.musl-x86_64.so.1"], pie: true };
const nix: ElfImage = { ...glibc, interpreter: "/nix/store/0-glibc/lib/ld-linux-x86-64.so.2" };
const alone: ElfImage = { type: 2 };

describe("a program fits a target", () => {
  it.each<[string, ElfImage, string, boolean]>([
    ["linked with glibc", glibc, "x86_64-linux-gnu", true],
    ["linked with glibc", glibc, "x86_64-linux-musl", false],
    ["linked with glibc", glibc, "x86_64-linux", false],
    ["linked with glibc", glibc, "aarch64-linux-gnu", false],
    ["linked with glibc", glibc, "x86_64-darwin", false],
    ["linked with glibc", glibc, "x86_64-freebsd", false],
    ["linked with musl", musl, "x86_64-linux-musl", true],
    ["linked with musl", musl, "x86_64-linux-gnu", false],
    ["linked with musl", musl, "x86_64-linux", false],
    ["loaded from a place that no distribution has", nix, "x86_64-linux-gnu", false],
    ["static", alone, "x86_64-linux", true],
    ["static", alone, "x86_64-linux-gnu", true],
    ["static", alone, "x86_64-linux-musl", true],
    ["static for another system", { ...alone, osAbi: 9 }, "x86_64-linux", false],
    ["static for FreeBSD", { ...alone, osAbi: 9 }, "x86_64-freebsd", true],
    ["static for ARM", { ...alone, machine: 183 }, "aarch64-linux", true],
    ["static for ARM", { ...alone, machine: 183 }, "x86_64-linux", false],
    ["static with 32-bit addresses", { ...alone, bits: 32 }, "x86_64-linux", false],
    ["static for a big-endian ARM", { ...alone, machine: 183, littleEndian: false }, "aarch64-linux", false],
    ["a library", { needed: ["libc.so.6"], soname: "libx.so" }, "x86_64-linux-gnu", false],
    ["an object file", { type: 1 }, "x86_64-linux", false],
  ])("%s: %j for %s is %s", async (_, image, target, expected) => {
    expect(fits(await identified(elfImage(image)), parseTarget(target))).toBe(expected);
  });
});

describe("a file is called what it is", () => {
  it.each<[ElfImage, string]>([
    [glibc, "an ELF program for x86_64 Linux, loaded by /lib64/ld-linux-x86-64.so.2"],
    [alone, "an ELF program for x86_64 Linux, static"],
    [{ ...alone, machine: 22, littleEndian: false }, "an ELF program for s390x Linux, static"],
    [{ ...alone, bits: 32 }, "an ELF program for machine 62 (32 bits, little-endian) Linux, static"],
    [{ ...alone, note: { owner: "NetBSD", content: [1] } }, "an ELF program for x86_64 NetBSD, static"],
    [
      { ...glibc, interpreter: "/system/bin/linker64" },
      "an ELF program for x86_64 Android, loaded by /system/bin/linker64",
    ],
    [{ needed: ["l"], soname: "libx.so" }, "an ELF library for x86_64 Linux"],
    [{ type: 1, machine: 999 }, "an ELF object file for machine 999 Linux"],
  ])("%j", async (image, description) => {
    expect(describeExecutable(await identified(elfImage(image)))).toBe(description);
  });

  it.each([
    ["", "an empty file"],
    ["#!/usr/bin/env python3\nprint(1)\n", "a script (#!/usr/bin/env python3)"],
    ["#!/bin/sh\r\n", "a script (#!/bin/sh)"],
    ["#!/bin/\u001b[31msh\n", "a script (#!/bin/sh)"],
    ["hello\nworld", `a text file that begins "hello"`],
    ["\n\n", "a text file"],
    ["Größe\n", `a text file that begins "Größe"`],
    ["x".repeat(100), `a text file that begins "${"x".repeat(59)}…"`],
    ["version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a Git LFS pointer instead of the file"],
    ["PK\u0003\u0004rest", "a zip archive"],
    ["!<arch>\ndebian-binary", "an ar archive (a static library or a .deb)"],
    ["\0asm\u0001", "a WebAssembly module"],
    ["\u0001\u0002", "a file of an unknown format"],
  ])("%j", async (content, description) => {
    expect(describeExecutable(await identified(content))).toBe(description);
  });

  it("also when it is neither text nor known", async () => {
    expect(describeExecutable(await identified(Uint8Array.from([0xff, 0xfe, 0x80])))).toBe(
      "a file of an unknown format",
    );
    expect(describeExecutable(await identified(Uint8Array.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65])))).toBe(
      "a Java class file",
    );
  });
});

describe("what a target wants is said", () => {
  it.each([
    ["x86_64-linux", "a static ELF program for x86_64 Linux"],
    ["aarch64-linux-gnu", "an ELF program for aarch64 Linux, static or loaded by /lib/ld-linux-aarch64.so.1"],
    ["armv7-linux-musl", "an ELF program for armv7 Linux, static or loaded by /lib/ld-musl-armhf.so.1"],
    ["universal-darwin", "a Mach-O program for x86_64 and aarch64 macOS"],
    ["x86_64-windows", "a PE program for x86_64 Windows"],
    ["x86_64-freebsd", "an ELF program for x86_64 FreeBSD"],
  ])("%s", (target, description) => {
    expect(describeWanted(parseTarget(target))).toBe(description);
  });
});
