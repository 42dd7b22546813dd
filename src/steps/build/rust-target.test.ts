import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { describeWith } from "../../../test/requires.ts";
import { parseTarget } from "../../domain/target.ts";
import { rustTriple } from "./rust-target.ts";

const triples: readonly (readonly [string, string])[] = [
  ["x86_64-linux-gnu", "x86_64-unknown-linux-gnu"],
  ["x86_64-linux", "x86_64-unknown-linux-musl"],
  ["aarch64-linux-musl", "aarch64-unknown-linux-musl"],
  ["armv7-linux-gnu", "armv7-unknown-linux-gnueabihf"],
  ["i686-linux-gnu", "i686-unknown-linux-gnu"],
  ["riscv64-linux-gnu", "riscv64gc-unknown-linux-gnu"],
  ["powerpc64le-linux-gnu", "powerpc64le-unknown-linux-gnu"],
  ["s390x-linux-gnu", "s390x-unknown-linux-gnu"],
  ["aarch64-darwin", "aarch64-apple-darwin"],
  ["x86_64-windows", "x86_64-pc-windows-gnu"],
  ["aarch64-windows", "aarch64-pc-windows-gnullvm"],
  ["x86_64-freebsd", "x86_64-unknown-freebsd"],
];

describeWith(["rustc"], "targets in Rust's words", () => {
  it.each(triples)("%s is %s", (target, triple) => expect(rustTriple(parseTarget(target))).toBe(triple));

  it("are known to rustc", () => {
    const known = execFileSync("rustc", ["--print", "target-list"], { encoding: "utf8" }).split("\n");
    for (const [, triple] of triples) expect(known).toContain(triple);
  });

  it("has none for a program of two architectures", () => {
    expect(rustTriple(parseTarget("universal-darwin"))).toBeUndefined();
  });
});
