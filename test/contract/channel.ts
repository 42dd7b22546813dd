/**
 * The contract that every channel keeps, as tests: what the transaction relies on and nothing else. A channel's own test
 * calls this with a way to a fresh, empty channel and to another writer of the same place.
 */
import { expect, it } from "vitest";
import { manifestFile } from "../../src/domain/manifest.ts";
import { phases, type Mutation } from "../../src/domain/mutation.ts";
import { inOrder } from "../../src/engines/transaction/order.ts";
import type { Channel, ChannelContext, PlannedRelease } from "../../src/ports/channel.ts";
import type { Ports } from "../../src/ports/index.ts";
import { createHash } from "node:crypto";

export interface ChannelUnderTest {
  readonly channel: Channel;
  readonly ports: Ports;
  /** Puts other bytes where this create would put ours, as another writer would. */
  interfere(mutation: Mutation): Promise<void>;
}

export function keepsTheContract(open: () => Promise<ChannelUnderTest>): void {
  it("plans purely: twice the same, keys unique, the manifest after all other files", async () => {
    const { channel } = await open();
    expect(channel.prepare(release("v1.0.0"))).toEqual(channel.prepare(release("v1.0.0")));
    const ordered = inOrder(channel.prepare(release("v1.0.0")));
    const creates = ordered.filter(({ change }) => change.kind === "create");
    expect(creates.at(-1)?.change).toMatchObject({ content: { file: "manifest.json" } });
  });

  it("shows each change as undone before, and as done after it was applied", async () => {
    const tested = await open();
    for (const mutation of bound(tested.channel, "v1.0.0")) {
      const before = await tested.channel.observe(mutation, contextOf(tested.ports));
      expect(before, mutation.key).not.toMatchObject(wanted(mutation));
      await tested.channel.apply(mutation, contextOf(tested.ports));
      expect(await tested.channel.observe(mutation, contextOf(tested.ports)), mutation.key).toMatchObject(
        wanted(mutation),
      );
    }
  });

  it("shows staged bytes as done after the release was published, too", async () => {
    const tested = await released(open, "v1.0.0");
    for (const mutation of bound(tested.channel, "v1.0.0")) {
      expect(await tested.channel.observe(mutation, contextOf(tested.ports)), mutation.key).toMatchObject(
        wanted(mutation),
      );
    }
  });

  it("shows other bytes as what they are", async () => {
    const tested = await open();
    const [first] = bound(tested.channel, "v1.0.0");
    if (first === undefined) throw new Error("nothing planned");
    await tested.interfere(first);
    const seen = await tested.channel.observe(first, contextOf(tested.ports));
    expect(seen.state).toBe("present");
    expect(seen).not.toMatchObject(wanted(first));
  });

  it("takes back what its reversal promises", async () => {
    const tested = await released(open, "v1.0.0");
    const mutations = bound(tested.channel, "v1.0.0");
    for (const mutation of mutations.toReversed()) await tested.channel.undo(mutation, contextOf(tested.ports));
    for (const mutation of mutations.filter(({ reversal }) => reversal === "delete")) {
      expect(await tested.channel.observe(mutation, contextOf(tested.ports)), mutation.key).not.toMatchObject(
        wanted(mutation),
      );
    }
  });

  it("gives staged bytes back where it can store", async () => {
    const tested = await released(open, "v1.0.0");
    if (!tested.channel.stores) return;
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await tested.channel.read(release("v1.0.0"), "tool.tar.gz", contextOf(tested.ports))) ??
      [])
      chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(textOf("tool.tar.gz"));
    expect(await tested.channel.read(release("v9.9.9"), "tool.tar.gz", contextOf(tested.ports))).toBeNull();
  });

  it("tidies nothing away of a stage that is whole, nor of what is published", async () => {
    const tested = await open();
    const mutations = bound(tested.channel, "v1.0.0");
    const context = contextOf(tested.ports);
    for (const phase of phases) {
      for (const mutation of mutations) if (mutation.phase === phase) await tested.channel.apply(mutation, context);
      for (const manifest of [context.manifest, null])
        await tested.channel.tidy(release("v1.0.0"), { ...context, manifest });
      for (const mutation of mutations.filter((other) => phases.indexOf(other.phase) <= phases.indexOf(phase)))
        expect(await tested.channel.observe(mutation, context), mutation.key).toMatchObject(wanted(mutation));
    }
  });

  it("moves no pointer for a pre-release or a hotfix of an older line", async () => {
    const { channel } = await open();
    for (const other of [{ prerelease: true }, { backport: true }]) {
      expect(channel.prepare({ ...release("v1.0.0"), ...other }).filter(({ phase }) => phase === "promote")).toEqual(
        [],
      );
    }
  });

  it("fails, and leaves nothing visible, when the bytes are not the ones that were checked", async () => {
    const tested = await open();
    const [first] = bound(tested.channel, "v1.0.0");
    if (first === undefined) throw new Error("nothing planned");
    const broken: ChannelContext = {
      ...contextOf(tested.ports),
      // oxlint-disable-next-line require-yield
      content: async function* () {
        yield new TextEncoder().encode("half");
        throw new Error("the digest differs");
      },
    };
    await expect(tested.channel.apply(first, broken)).rejects.toThrow("the digest differs");
    expect(await tested.channel.observe(first, contextOf(tested.ports))).toEqual({ state: "absent" });
  });
}

export function release(tag: string): PlannedRelease {
  const plain = (file: string): PlannedRelease["files"][number] => ({ file, executable: false });
  return {
    project: "tool",
    version: tag.replace(/^v/, ""),
    tag,
    prerelease: false,
    backport: false,
    files: [{ file: "tool", executable: true }, plain("tool.tar.gz"), plain("SHA256SUMS"), plain("manifest.json")],
  };
}

/** The channel's mutations for this release, in order, with digests filled in. */
export function bound(channel: Pick<Channel, "prepare">, tag: string): readonly Mutation[] {
  return inOrder(channel.prepare(release(tag))).map((mutation) =>
    mutation.change.kind === "move"
      ? mutation
      : {
          ...mutation,
          change: {
            kind: "create",
            content: { ...mutation.change.content, sha256: digestOf(mutation.change.content.file) },
          },
        },
  );
}

export function contextOf(ports: Ports): ChannelContext {
  return {
    ports,
    manifest: digestOf(manifestFile),
    content: async function* (file) {
      yield new TextEncoder().encode(textOf(file));
    },
    verifies: async () => false,
  };
}

async function released(open: () => Promise<ChannelUnderTest>, tag: string): Promise<ChannelUnderTest> {
  const tested = await open();
  for (const mutation of bound(tested.channel, tag)) await tested.channel.apply(mutation, contextOf(tested.ports));
  return tested;
}

function wanted({ change }: Mutation): object {
  return change.kind === "move"
    ? { state: "at", value: change.to }
    : { state: "present", sha256: change.content.sha256 };
}

function textOf(file: string): string {
  return `content of ${file}`;
}

function digestOf(file: string): string {
  return createHash("sha256").update(textOf(file)).digest("hex");
}
