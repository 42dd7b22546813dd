/** The pages of a repository in a real browser, on a narrow and a wide window, in the light and in the dark. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aptInit } from "../../src/operations/apt-init.ts";
import { aptPhase, aptRemove } from "../../src/operations/apt-change.ts";
import { packageFile, trialRepository, type TrialRepository } from "../apt/trial-repository.ts";
import { webServer, type WebServer } from "../apt/web-server.ts";
import { browser, browserPrograms, type Browser } from "../browser.ts";
import { rawDeb } from "../deb-bytes.ts";
import { describeWith } from "../requires.ts";
import { scratchFolder } from "../scratch.ts";

const evil = `<img src=x onerror="document.title='taken'"><script>document.title="taken"</script>`;

function withText(folder: string, name: string, description: string): string {
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: amd64\nMaintainer: A <a@b.c>\nDescription: ${description}\n`;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.deb`);
  writeFileSync(path, rawDeb({ control }));
  return path;
}

async function initAgain(
  { world, options }: TrialRepository,
  more: { url?: string; suite?: string; description?: string } = {},
): Promise<void> {
  const { suite = "stable" } = more;
  const identity = { origin: "Trial", label: "Trial", codename: suite, validDays: null };
  await aptInit(world, { ...options, ...identity, components: ["main"], architectures: ["amd64"], ...more });
}

const pageOf = (repository: TrialRepository, suite: string): string =>
  readFileSync(join(repository.folder, "dists", suite, "index.html"), "utf8");
const rootOf = (repository: TrialRepository): string => readFileSync(join(repository.folder, "index.html"), "utf8");

describeWith(["xz"], "the pages of a repository", () => {
  it("tell the key, the source and the newest version of each package, and let nothing of a package be markup", async () => {
    const folder = await scratchFolder("pages");
    const repository = await trialRepository(folder);
    await repository.add([
      { name: "tool", version: "1.0" },
      { name: "tool", version: "1.10" },
      withText(join(folder, "in"), "evil", evil),
    ]);
    const page = pageOf(repository, "stable");
    expect(page).toContain("1.10");
    expect(page).not.toMatch(/>1\.0<\/td>[\s\S]*1\.0<\/td>/);
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img src=x");
    expect(page.match(/<script/g)?.length).toBe(1);
    expect(page).toContain("Signed-By: /etc/apt/keyrings/trial.asc");
    expect(rootOf(repository)).toContain('<a href="dists/stable/index.html">');
    expect(readFileSync(join(repository.folder, "trial.asc"), "utf8")).toBe(repository.certificate);
  });

  it("know the address once it was said, and need no script then", async () => {
    const repository = await trialRepository(await scratchFolder("pages"));
    expect(rootOf(repository)).toContain("<script");
    await initAgain(repository, { url: "https://example.org/apt" });
    await repository.add([{ name: "tool", version: "1.0" }]);
    for (const page of [rootOf(repository), pageOf(repository, "stable")]) {
      expect(page).not.toContain("<script");
      expect(page).toContain("https://example.org/apt/trial.asc");
      expect(page).toContain("URIs: https://example.org/apt\n");
    }
  });

  it("are written for the suite that was changed alone, and not at all where nothing was", async () => {
    const repository = await trialRepository(await scratchFolder("pages"));
    await repository.add([{ name: "tool", version: "1.0" }]);
    await initAgain(repository, { suite: "next" });
    const written = (path: string): bigint => statSync(join(repository.folder, path), { bigint: true }).ino;
    const paths = ["index.html", "dists/stable/index.html", "dists/next/index.html"];
    const before = paths.map(written);
    await repository.add([{ name: "tool", version: "1.0" }]);
    expect(paths.map(written)).toEqual(before);
    await aptPhase(repository.world, { ...repository.options, name: "tool", percent: 10 });
    expect(written("dists/next/index.html")).toBe(before[2]);
    await aptRemove(repository.world, { ...repository.options, name: "tool" });
    expect(pageOf(repository, "stable")).toContain("None yet.");
  });

  it("say how many packages there are instead of listing more than five hundred", async () => {
    const folder = await scratchFolder("pages");
    const repository = await trialRepository(folder);
    const files = Array.from({ length: 501 }, (_, index) =>
      packageFile(join(folder, "in"), { name: `pad${index}`, version: "1" }),
    );
    await repository.add(files.slice(0, 500));
    expect(pageOf(repository, "stable")).toContain("pad499");
    await repository.add(files);
    expect(pageOf(repository, "stable")).not.toContain("pad499");
    expect(pageOf(repository, "stable")).toMatch(
      /501 packages\. They are listed in\s+<a href="main\/binary-amd64\/Packages">/,
    );
    await repository.add([withText(join(folder, "in"), "huge", "x".repeat(3 * 1024 * 1024))]);
    expect(pageOf(repository, "stable")).toContain("502 packages.");
  });

  it("replace no page that somebody else has put there", async () => {
    const repository = await trialRepository(await scratchFolder("pages"));
    writeFileSync(join(repository.folder, "dists/stable/index.html"), "mine");
    await repository.add([{ name: "tool", version: "1.0" }]);
    expect(pageOf(repository, "stable")).toBe("mine");
    writeFileSync(join(repository.folder, "index.html"), "");
    rmSync(join(repository.folder, "trial.asc"));
    await repository.add([{ name: "tool", version: "1.1" }]);
    expect(rootOf(repository)).toBe("");
  });
});

describeWith([...browserPrograms, "xz"], "the pages of a repository in a browser", () => {
  let [folder, shown]: [string, Browser | undefined] = ["", undefined];
  let server: WebServer | undefined;
  const address = (): string => server?.url ?? "";
  const urls = (): readonly string[] => [`${address()}/index.html`, `${address()}/dists/stable/index.html`];
  const view = (): Browser => {
    if (shown === undefined) throw new Error("no browser");
    return shown;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "ggen-release-pages-"));
    const repository = await trialRepository(folder);
    await initAgain(repository, {
      suite: "a-suite-with-a-long-name-that-does-not-break-2026.11.21~rc.1",
      description: "w".repeat(200),
    });
    await repository.add([
      { name: "tool", version: "1.0" },
      { name: `long-${"x".repeat(100)}`, version: `1.0+${"9".repeat(80)}` },
      withText(join(folder, "in"), "evil", `${evil} ${"unbroken".repeat(40)}`),
    ]);
    server = await webServer(repository.folder);
    shown = await browser();
  });
  afterAll(async () => {
    shown?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([360, 1280])("are no wider than a window of %i pixels", async (width) => {
    for (const url of urls()) {
      for (const dark of [false, true]) {
        const wide = await view().evaluate<number>(url, { width, dark }, "document.documentElement.scrollWidth");
        expect(wide).toBeLessThanOrEqual(width);
        const widest =
          "Math.max(...[...document.querySelectorAll('main *')].map((e) => e.getBoundingClientRect().right))";
        expect(await view().evaluate<number>(url, { width, dark }, widest)).toBeLessThanOrEqual(width);
      }
    }
  });

  it("are found too wide when they are: the measure can fail", async () => {
    const url = `data:text/html,<main><p style="width:900px">x`;
    expect(await view().evaluate<number>(url, { width: 360 }, "document.documentElement.scrollWidth")).toBeGreaterThan(
      360,
    );
  });

  it("give commands as text that can be marked and copied, with the address at which they are read", async () => {
    for (const url of urls()) {
      const marked = `(() => { const range = document.createRange(); const out = [];
        for (const pre of document.querySelectorAll("pre")) {
          const selection = getSelection(); selection.removeAllRanges(); range.selectNodeContents(pre); selection.addRange(range); out.push(selection.toString());
        } return out.join("\\n"); })()`;
      const text = await view().evaluate<string>(url, { width: 360 }, marked);
      expect(text).toContain(`sudo curl -fsSLo /etc/apt/keyrings/trial.asc ${address()}/trial.asc`);
      expect(text).toContain(
        `Types: deb\nURIs: ${address()}\nSuites: stable\nComponents: main\nSigned-By: /etc/apt/keyrings/trial.asc\nEND`,
      );
      expect(text).toMatch(/sudo apt update\nsudo apt install \S+/);
    }
  });

  it("read well without a script, and differ in the dark", async () => {
    const [root = ""] = urls();
    const dark = (on: boolean): Promise<string> =>
      view().evaluate<string>(
        root,
        { width: 360, dark: on },
        "getComputedStyle(document.documentElement).colorScheme + getComputedStyle(document.body).color",
      );
    expect(await dark(true)).not.toBe(await dark(false));
    const shot = await view().screenshot(root, { width: 360, script: false });
    expect(shot.length).toBeGreaterThan(5000);
    const onScreen = await view().screenshot(root, { width: 1280 });
    const without = await view().screenshot(root, { width: 1280, script: false });
    // The address is filled in, and stands as words where nothing can fill it in.
    expect(onScreen.equals(without)).toBe(false);
  });

  it("have no link that leads nowhere, and run nothing out of a package", async () => {
    for (const url of urls()) {
      const links = await view().evaluate<readonly string[]>(
        url,
        { width: 1280 },
        "[...document.querySelectorAll('a')].map((a) => a.href)",
      );
      expect(links.length).toBeGreaterThan(1);
      for (const link of links) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
      expect(await view().evaluate<string>(url, { width: 1280 }, "document.title")).not.toContain("taken");
      expect(await view().evaluate<number>(url, { width: 1280 }, "document.images.length")).toBe(0);
    }
  });
});
