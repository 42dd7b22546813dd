/** The formula as Ruby reads it, and as Homebrew would use it on each of its four machines. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Artifact } from "../../src/domain/artifact.ts";
import type { Project } from "../../src/domain/project.ts";
import { renderFormula, type Formula } from "../../src/formats/formula.ts";
import { formula } from "../../src/steps/package/formula.ts";
import { tarGz } from "../../src/steps/package/tar-gz.ts";
import { describeWith } from "../requires.ts";
import { sampleBuild, sampleProject, SampleInputs } from "../sample-package.ts";
import { scratchFolder } from "../scratch.ts";

const packages = { "tar.gz": { "wrap-in-folder": true } };
const section = { "depends-on": [], livecheck: true };

describeWith(["ruby"], "Ruby", () => {
  /** What varies in a formula, with a mark for each value. */
  const marks = {
    description: "<description>",
    homepage: "<homepage>",
    url: "<url>",
    version: "<version>",
    skip: "<skip>",
    dependency: "<dependency>",
    program: "<program>",
    man: "<man>",
    completion: "<completion>",
    text: "<text>",
  };
  type Values = Readonly<Record<keyof typeof marks, string>>;

  const formulaOf = (values: Values, caveats: readonly string[]): Formula => ({
    name: "tool",
    description: values.description,
    homepage: values.homepage,
    downloads: { macos: { arm: { url: values.url, sha256: "0".repeat(64) } } },
    version: values.version,
    license: "MIT",
    livecheck: { skip: values.skip },
    dependsOn: [values.dependency],
    installs: {
      programs: [{ name: values.program, everywhere: false }],
      manPages: [`${values.man}.1`],
      completions: [{ shell: "bash", path: values.completion, program: values.program }],
    },
    caveats: caveats.join("\n"),
    test: { program: values.program, arguments: ["--version"], holds: { text: values.text } },
  });

  const anything = fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: "grapheme" }) },
    { weight: 2, arbitrary: fc.string({ unit: "binary" }) },
    {
      weight: 5,
      arbitrary: fc
        .array(
          fc.constantFrom(
            "'",
            '"',
            "\\",
            "#",
            "{",
            "}",
            "#{`id`}",
            '#{system("id")}',
            "`id`",
            "__END__",
            "=begin",
            "=end",
            "%q(",
            "%x(id)",
            "<<~EOS",
            "EOS",
            "\n",
            "\r",
            "\t",
            "\0",
            "#$0",
            "#@x",
            "?a",
            ":x",
            "end",
            ";",
            "é",
            "😀",
            "\u2028",
            "\u202e",
          ),
          { maxLength: 8 },
        )
        .map((parts) => parts.join("")),
    },
  );

  /** Without what is refused: see below. */
  const hostile = anything.map((text) =>
    text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ""),
  );

  it("sees plain string literals only, each of the very text, and the same code around them whatever they say", () => {
    const values = fc.record(
      Object.fromEntries(Object.keys(marks).map((key) => [key, hostile])),
    ) as fc.Arbitrary<Values>;
    const cases = fc.sample(fc.tuple(values, fc.array(hostile, { minLength: 3, maxLength: 3 })), 500);
    const rendered = cases.map(([input, caveats]) => ({
      source: renderFormula(formulaOf(input, caveats)),
      input,
      caveats,
    }));
    const plain = renderFormula(formulaOf(marks, ["<1>", "<2>", "<3>"]));
    const [reference, ...seen] = literalsOf([plain, ...rendered.map(({ source }) => source)]);
    expect(reference?.forbidden).toEqual([]);
    seen.forEach((one, index) => {
      const { input, caveats } = rendered[index] ?? { input: marks, caveats: [] };
      const wanted = reference?.strings.map((text) => unmarked(text, input, caveats));
      expect(one.forbidden, JSON.stringify(input)).toEqual([]);
      expect(one.strings).toEqual(wanted);
      expect(withoutOrder(one.code)).toEqual(withoutOrder(reference?.code ?? ""));
    });
  });

  it.each(["a\0b", "a\nb", "a\rb", "\u001b]0;x\u0007", "\u202e", "\ud800"])("never gets to see %j", (text) => {
    for (const mark of Object.keys(marks)) {
      expect(() => renderFormula(formulaOf({ ...marks, [mark]: text }, ["x"]))).toThrow(
        expect.objectContaining({ code: "FORMULA_FIELD_INVALID" }),
      );
    }
  });

  it("finds no fault in the file (ruby -wc)", async () => {
    const path = join(await scratchFolder(), "tool.rb");
    writeFileSync(
      path,
      renderFormula(formulaOf({ ...marks, description: `#{system("id")} \\' "` }, ["__END__", "=begin", ""])),
    );
    const { stdout, stderr } = spawnSync("ruby", ["-wc", path], { encoding: "utf8" });
    expect(stdout).toBe("Syntax OK\n");
    expect(stderr).toBe("");
  });

  function unmarked(text: string, values: Values, caveats: readonly string[]): string {
    const line = /^<([123])>$/.exec(text)?.[1];
    if (line !== undefined) return caveats[Number(line) - 1] ?? "";
    return Object.entries(marks).reduce(
      (result, [key, mark]) =>
        result === mark
          ? values[key as keyof Values]
          : result === `${mark}.1`
            ? `${values[key as keyof Values]}.1`
            : result,
      text,
    );
  }

  /** Dependencies are sorted by name, so their lines may stand in another order. */
  function withoutOrder(code: string): readonly string[] {
    return code.split("\n").toSorted();
  }
});

describeWith(["ruby", "tar"], "Homebrew's machines", () => {
  const targets = ["aarch64-darwin", "x86_64-darwin", "universal-darwin", "aarch64-linux", "x86_64-linux-gnu"];
  const machinesOf: Readonly<Record<string, readonly string[]>> = {
    "aarch64-darwin": ["macos-arm"],
    "x86_64-darwin": ["macos-intel"],
    "universal-darwin": ["macos-arm", "macos-intel"],
    "aarch64-linux": ["linux-arm"],
    "x86_64-linux-gnu": ["linux-intel"],
  };
  const subsets = Array.from({ length: 2 ** targets.length - 1 }, (_, bits) =>
    targets.filter((_target, index) => ((bits + 1) >> index) & 1),
  );

  it.each(subsets.map((subset) => [subset.join(", ")]))("each get their archive or a clear no: %s", async (names) => {
    const folder = await scratchFolder();
    const built = names.split(", ");
    const { path } = await written(folder, sampleProject({ packages, builds: [sampleBuild(built)] }), section);
    const machines = onMachines([path, "1.2.3"]);
    for (const machine of ["macos-arm", "macos-intel", "linux-arm", "linux-intel"]) {
      const own = built.filter((target) => machinesOf[target]?.includes(machine));
      // A binary made for the machine comes before a universal one.
      const target = own.find((name) => !name.startsWith("universal")) ?? own[0];
      const seen = machines[machine];
      expect(seen?.["url"], "brew readall").toBeTypeOf("string");
      if (target === undefined) {
        expect(seen?.["ruled_out"], machine).not.toBe("nil");
      } else {
        const file = `tool-1.2.3-${target}.tar.gz`;
        expect(seen).toMatchObject({
          url: `https://github.com/owner/tool/releases/download/v1.2.3/${file}`,
          sha256: digestOf(file),
          ruled_out: "nil",
        });
      }
    }
  });

  it("install programs, man pages and completions, and pass the test", async () => {
    const folder = await scratchFolder();
    const project = sampleProject({
      packages,
      builds: [
        sampleBuild(["x86_64-linux-gnu", "aarch64-darwin"], ["tool"]),
        sampleBuild(["aarch64-darwin"], ["mac-helper"], "swift"),
      ],
      about: { ...sampleProject().about, license: "MIT OR Apache-2.0" },
    });
    const script =
      '#!/bin/sh\nif [ "$#" = 2 ] && [ "$2" = "it\'s; \\$(id)" ]; then echo "tool 1.2.3" >&2; else exit 9; fi\n';
    const sample = new SampleInputs(join(folder, "clone"))
      .binary("go:x86_64-linux-gnu", "tool", { content: script })
      .document("document", "README.md")
      .document("man", "doc/tool.1")
      .document("man", "doc/tool.conf.5")
      .document("completion", "out/bash", "bash")
      .document("completion", "out/zsh", "zsh")
      .document("completion", "out/fish", "fish");
    const { path, archive } = await written(
      folder,
      project,
      {
        ...section,
        caveats: "Say `tool init`.\n\nThat's it.\n",
        test: { arguments: ["--say", "it's; $(id)"] },
        "depends-on": ["zlib"],
      },
      sample,
    );
    const prefix = join(folder, "prefix");
    mkdirSync(prefix);
    const seen = onMachines([path, "1.2.3", "linux-intel", archive, prefix]);
    expect(seen["installed"]).toEqual([
      "bin/tool",
      "etc/bash_completion.d/tool",
      "share/fish/vendor_completions.d/tool.fish",
      "share/man/man1/tool.1",
      "share/man/man5/tool.conf.5",
      "share/zsh/site-functions/_tool",
    ]);
    expect(seen["caveats"]).toBe("Say `tool init`.\n\nThat's it.");
    expect(seen["macos-arm"]).toMatchObject({
      license: { any_of: ["MIT", "Apache-2.0"] },
      livecheck: { url: "stable", strategy: "github_latest" },
    });
  });

  async function written(
    folder: string,
    project: Project,
    keys: Parameters<typeof formula.plan>[1],
    sample = new SampleInputs(folder),
  ): Promise<{ readonly path: string; readonly archive: string }> {
    const archives = tarGz.plan(project, packages["tar.gz"]);
    sample.artifacts.push(
      ...archives.map((planned): Artifact => ({ ...planned, size: 1, sha256: digestOf(planned.file) })),
    );
    const inputs = sample.inputs(project);
    const [planned] = formula.plan(project, keys);
    const [first] = archives;
    if (planned === undefined || first === undefined) throw new Error("nothing was planned");
    const path = join(folder, planned.file);
    writeFileSync(path, await textOf(await formula.write(planned, keys, inputs)));
    const archive = join(folder, first.file);
    if (inputs.documents.length > 0)
      writeFileSync(archive, await textOf(await tarGz.write(first, packages["tar.gz"], inputs)));
    return { path, archive };
  }
});

interface Literals {
  readonly forbidden: readonly string[];
  readonly strings: readonly string[];
  readonly code: string;
}

function literalsOf(sources: readonly string[]): readonly Literals[] {
  const script = join(import.meta.dirname, "formula-literals.rb");
  const seen = execFileSync("ruby", [script], {
    input: JSON.stringify(sources),
    maxBuffer: 1e9,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  return JSON.parse(seen.toString()) as readonly Literals[];
}

function onMachines(words: readonly string[]): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const script = join(import.meta.dirname, "formula-machines.rb");
  return JSON.parse(execFileSync("ruby", [script, ...words], { encoding: "utf8" })) as ReturnType<typeof onMachines>;
}

function digestOf(file: string): string {
  return createHash("sha256").update(file).digest("hex");
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
