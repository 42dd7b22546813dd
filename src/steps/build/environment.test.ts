import { describe, expect, it } from "vitest";
import { systemEnvironment } from "../../adapters/system-environment.ts";
import { allowedNames, buildEnvironment, isSecretName, redactor } from "./environment.ts";

const nothing = { grant: [], set: {} };
const values = { home: "/scratch/home", epoch: 1_700_000_000 };

describe("the environment of a build", () => {
  it("passes nothing on that is not named", () => {
    const caller = systemEnvironment({
      PATH: "/bin",
      GOFLAGS: "-mod=mod",
      RUSTFLAGS: "-Ctarget-cpu=native",
      NPM_TOKEN: "s3cret",
    });
    expect(buildEnvironment(nothing, ["GOPROXY"], caller, values)).toEqual({
      PATH: "/bin",
      HOME: "/scratch/home",
      LC_ALL: "C",
      TZ: "UTC",
      SOURCE_DATE_EPOCH: "1700000000",
    });
  });

  it("passes on what the configuration grants, secrets too, and nothing where the caller has nothing", () => {
    const caller = systemEnvironment({ GOFLAGS: "-mod=mod", NPM_TOKEN: "s3cret" });
    const seen = buildEnvironment({ grant: ["GOFLAGS", "NPM_TOKEN", "ABSENT"], set: {} }, [], caller, values);
    expect(seen).toMatchObject({ GOFLAGS: "-mod=mod", NPM_TOKEN: "s3cret" });
    expect(seen).not.toHaveProperty("ABSENT");
  });

  it("lets the configuration's values win over everything", () => {
    const caller = systemEnvironment({ PATH: "/bin", TZ: "Asia/Tokyo" });
    expect(buildEnvironment({ grant: ["TZ"], set: {} }, [], caller, values)["TZ"]).toBe("Asia/Tokyo");
    expect(buildEnvironment({ grant: ["TZ"], set: { TZ: "CET", PATH: "/opt" } }, [], caller, values)).toMatchObject({
      TZ: "CET",
      PATH: "/opt",
    });
  });

  it("says where the caller's toolchains are, since HOME no longer does", () => {
    const caller = systemEnvironment({ HOME: "/home/jane", RUSTUP_HOME: "/opt/rustup" });
    const wanted = ["CARGO_HOME", "RUSTUP_HOME", "GOPATH", "GOCACHE", "RUSTUP_TOOLCHAIN"];
    const seen = buildEnvironment(nothing, wanted, caller, values);
    expect(seen).toMatchObject({
      CARGO_HOME: "/home/jane/.cargo",
      RUSTUP_HOME: "/opt/rustup",
      GOPATH: "/home/jane/go",
      GOCACHE: "/home/jane/.cache/go-build",
    });
    expect(seen).not.toHaveProperty("RUSTUP_TOOLCHAIN");
    const moved = systemEnvironment({ HOME: "/home/jane", XDG_CACHE_HOME: "/var/cache/jane" });
    expect(buildEnvironment(nothing, ["GOCACHE"], moved, values)["GOCACHE"]).toBe("/var/cache/jane/go-build");
    expect(buildEnvironment(nothing, wanted, systemEnvironment({}), values)).not.toHaveProperty("CARGO_HOME");
  });

  it("names the same variables on every machine", () => {
    const names = allowedNames(["GOPROXY", "PATH"], ["GOFLAGS"]);
    expect(names).toEqual([...new Set(names)].sort());
    for (const name of ["PATH", "HOME", "TZ", "https_proxy", "SSL_CERT_FILE", "GOPROXY", "GOFLAGS"])
      expect(names).toContain(name);
    for (const name of Object.keys(
      buildEnvironment(nothing, ["GOPROXY"], systemEnvironment({ PATH: "/bin" }), values),
    )) {
      expect(names).toContain(name);
    }
  });
});

describe("taking secrets out of a text", () => {
  it("removes values of secret variables, line by line, and credentials inside addresses", () => {
    const shown = redactor({
      NPM_TOKEN: "npm_abcdef",
      DEPLOY_KEY: "-----BEGIN-----\nc2VjcmV0",
      HTTPS_PROXY: "http://jane:pass-word@proxy.example:3128",
      PATH: "/usr/bin",
    });
    expect(shown("curl -x http://jane:pass-word@proxy.example:3128 with npm_abcdef, c2VjcmV0 in /usr/bin")).toBe(
      "curl -x http://***@proxy.example:3128 with ***, *** in /usr/bin",
    );
  });

  it("keeps values that are too short to be told apart from the text", () => {
    expect(redactor({ API_KEY: "1" })("1 of 10")).toBe("1 of 10");
  });

  it("knows names that speak of a secret", () => {
    for (const name of ["NPM_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "GITHUB_PAT", "KEY", "API_KEY"]) {
      expect(isSecretName(name), name).toBe(true);
    }
    for (const name of ["PATH", "GOPROXY", "KEYBOARD", "MONKEY"]) expect(isSecretName(name), name).toBe(false);
  });
});
