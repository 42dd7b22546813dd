/** Sources of published programs, fetched by the ordinary clients of their registries and left as they were published. */
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Folder of a Go module's sources, as the module proxy serves them. */
export function goModule(module: string, version: string, scratch: string): string {
  mkdirSync(scratch, { recursive: true });
  const answer = execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], {
    cwd: scratch,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

/** Folder of a crate's sources, its Cargo.lock with them: cargo unpacks what a project depends on. */
export function crate(name: string, version: string, scratch: string): string {
  const manifest = `[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${name} = "=${version}"\n`;
  mkdirSync(join(scratch, "src"), { recursive: true });
  writeFileSync(join(scratch, "src", "lib.rs"), "");
  writeFileSync(join(scratch, "Cargo.toml"), manifest);
  execFileSync("cargo", ["fetch", "--quiet"], { cwd: scratch, stdio: "pipe" });
  // cargo metadata leaves out what has no library.
  const home = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");
  const [found] = globSync(`registry/src/*/${name}-${version}`, { cwd: home });
  if (found === undefined) throw new Error(`cargo fetched no ${name} ${version}`);
  return join(home, found);
}
