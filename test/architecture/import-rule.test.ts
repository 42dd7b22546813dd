/** The import rule of ARCHITECTURE.md, checked on every source file: data flows one way through the rooms. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { describe, expect, it } from "vitest";

const source = join(import.meta.dirname, "..", "..", "src");

/** Room → rooms that it may import beside itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ["domain"],
  formats: ["domain"],
  adapters: ["ports", "formats", "domain"],
  standins: ["ports", "formats", "domain"],
  engines: ["domain", "ports", "formats"],
  steps: ["domain", "ports", "formats", "engines"],
  channels: ["domain", "ports", "formats", "engines"],
  operations: ["domain", "ports", "formats", "engines", "steps", "channels"],
  cli: ["domain", "ports", "operations"],
  "main.ts": ["cli", "adapters"],
};

/** What only adapters and main.ts may touch. */
const forbiddenModules =
  /^(node:)?(fs|fs\/promises|child_process|http|https|http2|net|tls|dgram|os|process|timers|timers\/promises|worker_threads|readline)$/;
const forbiddenNames =
  /(?<![\w.$"'`])(fetch\(|new Date\(\)|Date\(\)|Date\.now|setTimeout\(|setInterval\(|setImmediate\(|Math\.random|randomUUID|process\.[a-z]|console\.)/;

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
  /** `src`-relative path for relative imports. */
  readonly to?: string;
}

const files = globSync("**/*.ts", { cwd: source }).filter((file) => !file.endsWith(".test.ts"));
const imports = files.flatMap(importsOf);

describe("the import rule", () => {
  it("holds for every import between rooms", () => {
    const broken = imports.filter(({ room, to }) => {
      if (to === undefined) return false;
      const other = roomOf(to);
      return other !== room && !(allowed[room] ?? []).includes(other);
    });
    expect(broken.map(show)).toEqual([]);
  });

  it("keeps steps and channels from importing each other", () => {
    const broken = imports.filter(({ file, room, to }) => {
      if (to === undefined || (room !== "steps" && room !== "channels") || roomOf(to) !== room) return false;
      return unitOf(to) !== unitOf(file);
    });
    expect(broken.map(show)).toEqual([]);
  });

  it("keeps every effect behind a port", () => {
    const broken = imports.filter(
      ({ room, specifier }) => !["adapters", "main.ts", "standins"].includes(room) && forbiddenModules.test(specifier),
    );
    expect(broken.map(show)).toEqual([]);
  });

  it("keeps clocks, randomness and the process out of the inner rooms", () => {
    const broken = files
      .filter((file) => !["adapters", "main.ts", "standins"].includes(roomOf(file)))
      .flatMap((file) =>
        codeOf(file)
          .split("\n")
          .map((line, index) => `${file}:${index + 1}: ${line.trim()}`),
      )
      .filter((line) => forbiddenNames.test(line.replace(/^[^ ]+ /, "")));
    expect(broken).toEqual([]);
  });

  it("sees the files at all", () => {
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(50);
  });
});

function importsOf(file: string): readonly Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;"'`]*?from\s*["']([^"']+)["']|import\s*\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g;
  return [...codeOf(file).matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? "";
    const base = { file, room: roomOf(file), specifier };
    return specifier.startsWith(".") ? { ...base, to: normalize(join(dirname(file), specifier)) } : base;
  });
}

/** The file without comments, so that prose is not taken for code. */
function codeOf(file: string): string {
  return readFileSync(join(source, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|[^:"'`])\/\/[^\n]*/g, "$1");
}

function roomOf(file: string): string {
  return file.split(sep)[0] ?? "";
}

/** The step or channel that a file belongs to: its folder, or the file itself. */
function unitOf(file: string): string {
  return (file.split(sep)[1] ?? "").replace(/\.ts$/, "");
}

function show({ file, specifier }: Import): string {
  return `${file} imports ${specifier}`;
}
