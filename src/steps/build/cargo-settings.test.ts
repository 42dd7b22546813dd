import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { realPorts } from "../../../test/scratch.ts";
import type { BuildJob } from "../../ports/builder.ts";
import { makeCargoHome, requireNoSettingsAbove } from "./cargo-settings.ts";

describe("cargo's settings that are not the project's", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "ggen-release-cargo-"));
    for (const folder of ["home", "work/clone/.cargo", "work/.cargo"])
      mkdirSync(join(root, folder), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const jobOf = (): BuildJob & { readonly ports: ReturnType<typeof realPorts> } => {
    const job = {
      source: join(root, "work", "clone"),
      downloads: join(root, "downloads"),
      environment: { CARGO_HOME: join(root, "home") },
      ports: realPorts(root),
    };
    return job as BuildJob & typeof job;
  };
  const passed = async (settings: string, file = "config.toml"): Promise<unknown> => {
    writeFileSync(join(root, "home", file), settings);
    return parse(readFileSync(join(await makeCargoHome(jobOf()), "config.toml"), "utf8"));
  };

  it("pass where they say where crates come from, without the secrets among them", async () => {
    const settings = `
[source.crates-io]
replace-with = "corp"
[source.corp]
registry = "sparse+https://crates.corp/index/"
[source.local]
directory = "vendored/crates"
[registries.corp]
index = "sparse+https://crates.corp/index/"
token = "hunter2"
secret-key = "hunter2"
[http]
cainfo = "/etc/ssl/corp.pem"
[net]
git-fetch-with-cli = true
[target.aarch64-unknown-linux-gnu]
linker = "aarch64-linux-gnu-gcc"
rustflags = ["-Ctarget-cpu=native"]
`;
    expect(await passed(settings)).toEqual({
      source: {
        "crates-io": { "replace-with": "corp" },
        corp: { registry: "sparse+https://crates.corp/index/" },
        local: { directory: join(root, "vendored/crates") },
      },
      registries: { corp: { index: "sparse+https://crates.corp/index/" } },
      http: { cainfo: "/etc/ssl/corp.pem" },
      net: { "git-fetch-with-cli": true },
      target: { "aarch64-unknown-linux-gnu": { linker: "aarch64-linux-gnu-gcc" } },
    });
  });

  it("are read under cargo's old name first", async () => {
    writeFileSync(join(root, "home", "config.toml"), "[net]\noffline = false\n");
    expect(await passed("[net]\noffline = true\n", "config")).toEqual({ net: { offline: true } });
  });

  it("say what is left out, and nothing where nothing is", async () => {
    const notes = async (settings: string): Promise<unknown[]> => {
      writeFileSync(join(root, "home", "config.toml"), settings);
      const job = jobOf();
      await makeCargoHome(job);
      return [...job.ports.reporter.events];
    };
    expect(
      await notes('[build]\nrustflags = ["-g"]\njobs = 2\n[env]\nA = "b"\n[target.x]\nrunner = "y"\n'),
    ).toMatchObject([
      {
        type: "note",
        message: expect.stringContaining("sets build.rustflags, env, target.x.runner for this machine alone"),
      },
    ]);
    expect(await notes("[build]\njobs = 2\n[alias]\nb = 'build'\n")).toEqual([]);
  });

  it("may be absent", async () => {
    expect(readFileSync(join(await makeCargoHome(jobOf()), "config.toml"), "utf8")).toBe("");
  });

  it("are refused where cargo itself could not read them", async () => {
    await expect(passed("[build\n")).rejects.toThrow("BUILD_MACHINE_SETTINGS");
  });

  it("are refused above the clone where they change the bytes; the project's own are not looked at", async () => {
    writeFileSync(join(root, "work", "clone", ".cargo", "config.toml"), "[build]\nrustc = 'mine'\n");
    writeFileSync(join(root, "work", ".cargo", "config.toml"), "[net]\noffline = true\n");
    await requireNoSettingsAbove(jobOf());
    writeFileSync(join(root, "work", ".cargo", "config.toml"), "paths = ['x']\n");
    await expect(requireNoSettingsAbove(jobOf())).rejects.toThrow("which sets paths");
  });
});
