/**
 * The transaction in a world in memory: killed at every single effect, and again during the recovery; every request
 * failing in every way. The invariants I1–I10 that the design promises are checked after each.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReleaseError } from "../../src/domain/errors/index.ts";
import type { Mutation, Phase } from "../../src/domain/mutation.ts";
import { inOrder } from "../../src/engines/transaction/order.ts";
import { runTransaction, type TransactionResult } from "../../src/engines/transaction/run.ts";
import { Killed, memoryWorld, type Fault, type MemoryWorld } from "../../src/standins/memory-world.ts";
import type { ChannelContext } from "../../src/ports/channel.ts";

const context = { verifies: async () => false } as unknown as ChannelContext;

/** Two channels as a release has them: bytes staged, one irreversible act each, pointers last. */
const release: readonly Mutation[] = [
  create("store", "stage", "a.tar.gz", "11"),
  create("store", "stage", "a.deb", "22"),
  create("store", "stage", "manifest.json", "33", ["store:create:a.tar.gz", "store:create:a.deb"]),
  create("registry", "publish", "pkg@2", "44", [], "none"),
  create("store", "publish", "release", "55", [], "none"),
  move("registry", "latest", "2", ["registry:create:pkg@2"]),
  move("store", "latest", "2", ["store:create:release"]),
];

describe("the transaction", () => {
  it("ends where an undisturbed run ends when it is killed at any effect, and again at any effect of the recovery", async () => {
    const wanted = await undisturbed();
    const points = 2 * (await effectsOf());
    expect(points).toBeGreaterThan(60);
    let cases = 0;
    for (let first = 0; first < points; first++) {
      for (let second = -1; second < points; second++) {
        const world = begun();
        await killedAt(world, first);
        if (second >= 0) await killedAt(world, second);
        world.revive();
        const result = await run(world);
        cases++;
        const where = `killed at ${first}${second < 0 ? "" : ` and at ${second}`}`;
        expect(complete(result), where).toBe(true);
        expect(world.dump(), where).toBe(wanted);
        expectInvariants(world, where);
      }
    }
    expect(cases).toBe(points * (points + 1));
  });

  it("needs no ledger to recover", async () => {
    const wanted = await undisturbed();
    const points = 2 * (await effectsOf());
    for (let point = 0; point < points; point++) {
      const world = begun();
      await killedAt(world, point);
      world.revive();
      world.entries.length = 0;
      await run(world);
      expect(world.dump(), `killed at ${point}`).toBe(wanted);
    }
  });

  it("converges after any single fault of any request", async () => {
    const wanted = await undisturbed();
    const kinds: readonly Fault[] = [
      "lost-request",
      "lost-answer",
      "error-before-commit",
      "error-after-commit",
      "late-visibility",
      "stale-read",
      "read-error",
    ];
    for (const fault of kinds) {
      for (let request = 0; request < 40; request++) {
        const world = begun();
        world.faultAt(request, fault);
        await run(world);
        world.revive();
        const where = `${fault} at request ${request}`;
        expect(complete(await run(world)), where).toBe(true);
        expect(world.dump(), where).toBe(wanted);
        expectInvariants(world, where);
      }
    }
  });

  it("converges after any sequence of faults and kills", async () => {
    const wanted = await undisturbed();
    const fault = fc.constantFrom<Fault>(
      "lost-request",
      "lost-answer",
      "error-before-commit",
      "error-after-commit",
      "late-visibility",
      "stale-read",
      "read-error",
    );
    const attempt = fc.record({
      crash: fc.option(fc.nat(70), { nil: null }),
      faults: fc.array(fc.tuple(fc.nat(40), fault), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 4 }), async (attempts) => {
        const world = begun();
        for (const { crash, faults } of attempts) {
          world.revive();
          world.crashAt(crash);
          for (const [request, kind] of faults) world.faultAt(request, kind);
          await run(world).catch(onlyKilled);
        }
        world.revive();
        await run(world);
        expect(world.dump()).toBe(wanted);
        expectInvariants(world, "random");
      }),
      { numRuns: 1500 },
    );
  });

  it("takes an answer for nothing: a lost answer is found done, without a second request", async () => {
    const world = begun();
    world.faultAt(1, "lost-answer");
    const result = await run(world);
    expect(complete(result)).toBe(true);
    expect(world.log.filter((line) => line === "create store/a.tar.gz")).toHaveLength(1);
  });

  it("stops at other bytes and writes nothing after", async () => {
    for (const name of ["store/a.deb", "registry/pkg@2"]) {
      const world = begun();
      world.objects.set(name, "99");
      const result = await run(world);
      expect([...result.settled.values()].filter(({ outcome }) => outcome === "conflict")).toHaveLength(1);
      expect(world.objects.get(name)).toBe("99");
      expect(result.waiting.length).toBeGreaterThan(0);
      expect(world.pointers.get("store/latest")).toBe("1");
    }
  });

  it("does not move a pointer that somebody else has moved since the stage", async () => {
    const world = begun();
    world.pointers.set("registry/latest", "3");
    const result = await run(world);
    expect(result.settled.get("registry:move:latest")).toEqual({ outcome: "conflict", wanted: "2", seen: "3" });
    expect(world.pointers.get("registry/latest")).toBe("3");
  });

  it("does not replace what stands where a pointer should be, and is none", async () => {
    const world = begun();
    const seen = { state: "present", sha256: "a file" } as const;
    const result = await run(world, (id) => {
      const channel = world.channel(id);
      return {
        ...channel,
        observe: (mutation, looking) =>
          mutation.key === "store:move:latest" ? Promise.resolve(seen) : channel.observe(mutation, looking),
      };
    });
    expect(result.settled.get("store:move:latest")).toEqual({ outcome: "conflict", wanted: "2", seen: "a file" });
    expect(world.pointers.get("store/latest")).toBe("1");
  });

  it("concedes a pointer that a newer release has moved on, where the channel can tell", async () => {
    const world = begun();
    world.pointers.set("registry/latest", "3");
    const result = await run(world, (id) => ({ ...world.channel(id), concedes: (_, value) => Number(value) > 2 }));
    expect(complete(result)).toBe(true);
    expect(world.pointers.get("registry/latest")).toBe("3");
  });

  it("adopts a signature that verifies, whatever its bytes", async () => {
    const signature: Mutation = {
      ...create("store", "stage", "a.asc", "77"),
      change: { kind: "create", content: { file: "a.asc", sha256: "77", signs: "a" } },
    };
    const world = begun();
    world.objects.set("store/a.asc", "78");
    const good = await runTransaction([signature], {
      ...transaction(world),
      context: { verifies: async () => true } as unknown as ChannelContext,
    });
    expect(good.settled.get(signature.key)).toEqual({ outcome: "done", already: true });
    const bad = await runTransaction([signature], transaction(world));
    expect(bad.settled.get(signature.key)?.outcome).toBe("conflict");
  });

  it("ends when the ledger cannot be written, and still tells what was done", async () => {
    for (const [writes, done, waiting] of [
      [0, 0, 7],
      [1, 1, 6],
      [9, 5, 2],
    ] as const) {
      const world = begun();
      let left: number = writes;
      const append = async (): Promise<void> => {
        if (left-- === 0) throw new ReleaseError("DISK_FULL", { what: "No room left.", next: "Free some space." });
      };
      const result = await runTransaction(release, { ...transaction(world), ledger: { append } });
      expect(result.failure?.code).toBe("DISK_FULL");
      expect([result.settled.size, result.waiting.length], `after ${writes}`).toEqual([done, waiting]);
      expect(world.log.length).toBe(done);
    }
  });

  it("publishes nothing before every channel is staged", async () => {
    const world = begun();
    for (let request = 0; request < 40; request++)
      world.faultAt(request, request < 2 ? "stale-read" : "error-before-commit");
    await run(world);
    expect([...world.objects.keys()].filter((name) => name.includes("pkg@2") || name.includes("release"))).toEqual([]);
  });

  it("goes on with independent channels after the first irreversible act", async () => {
    const world = begun();
    const broken: Mutation = create("broken", "publish", "x", "66", [], "none");
    const plan = [...release.slice(0, 4), broken, ...release.slice(4)];
    const channels = (id: string): ReturnType<MemoryWorld["channel"]> =>
      id === "broken"
        ? { ...world.channel(id), apply: () => Promise.reject(new Error("401 Unauthorized")) }
        : world.channel(id);
    const result = await runTransaction(plan, {
      ...transaction(world),
      channels: ["store", "registry", "broken"].map(channels),
    });
    expect(result.settled.get("broken:create:x")).toMatchObject({ outcome: "incomplete", reason: "401 Unauthorized" });
    expect(result.settled.get("store:move:latest")?.outcome).toBe("done");
  });
});

describe("the order of mutations", () => {
  it("puts phases one after the other and every mutation behind what it names", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...release], { minLength: release.length }), (shuffled) => {
        const ordered = inOrder(shuffled);
        expect(ordered).toHaveLength(release.length);
        for (const [index, mutation] of ordered.entries()) {
          for (const key of mutation.after) expect(ordered.findIndex((other) => other.key === key)).toBeLessThan(index);
        }
      }),
    );
  });

  it("refuses circles, unknown names, double keys and a stage after a publish", () => {
    const [a, b] = [create("c", "stage", "a", "1", ["c:create:b"]), create("c", "stage", "b", "1", ["c:create:a"])];
    expect(() => inOrder([a, b])).toThrow("comes after itself");
    expect(() => inOrder([a])).toThrow("not planned");
    expect(() => inOrder([create("c", "stage", "a", "1"), create("c", "stage", "a", "2")])).toThrow("same key");
    expect(() => inOrder([create("c", "publish", "p", "1"), create("c", "stage", "s", "1", ["c:create:p"])])).toThrow(
      "(publish)",
    );
  });
});

function create(
  channel: string,
  phase: Phase,
  file: string,
  sha256: string,
  after: readonly string[] = [],
  reversal: Mutation["reversal"] = "delete",
): Mutation {
  return {
    key: `${channel}:create:${file}`,
    channel,
    phase,
    after,
    change: { kind: "create", content: { file, sha256 } },
    object: {},
    does: `put ${file}`,
    reversal,
  };
}

function move(channel: string, pointer: string, to: string, after: readonly string[]): Mutation {
  return {
    key: `${channel}:move:${pointer}`,
    channel,
    phase: "promote",
    after,
    change: { kind: "move", to, from: "1" },
    object: {},
    does: `move ${pointer}`,
    reversal: "supersede",
  };
}

function begun(): MemoryWorld {
  const world = memoryWorld();
  world.pointers.set("store/latest", "1").set("registry/latest", "1");
  return world;
}

function transaction(world: MemoryWorld): Parameters<typeof runTransaction>[1] {
  return {
    channels: [world.channel("store"), world.channel("registry")],
    context,
    ledger: world.ledger,
    clock: world.clock,
  };
}

function run(
  world: MemoryWorld,
  channel = (id: string): ReturnType<MemoryWorld["channel"]> => world.channel(id),
): Promise<TransactionResult> {
  return runTransaction(release, { ...transaction(world), channels: [channel("store"), channel("registry")] });
}

function complete(result: TransactionResult): boolean {
  return result.waiting.length === 0 && [...result.settled.values()].every(({ outcome }) => outcome === "done");
}

async function killedAt(world: MemoryWorld, point: number): Promise<void> {
  world.revive();
  world.crashAt(point);
  await run(world).catch(onlyKilled);
}

function onlyKilled(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}

async function undisturbed(): Promise<string> {
  const world = begun();
  await run(world);
  return world.dump();
}

async function effectsOf(): Promise<number> {
  const world = begun();
  await run(world);
  return world.effects();
}

/** Nothing twice (I2), intent before effect (I5), and no pointer to a release that is not whole (I7). */
function expectInvariants(world: MemoryWorld, where: string): void {
  const made = new Set<string>();
  const intended = new Set<string>();
  for (const line of world.log) {
    const [verb, name = "", value] = line.split(" ");
    if (verb === "intent") intended.add(name);
    else {
      const [channel = "", object = ""] = name.split("/");
      expect(intended.has(`${channel}:${verb}:${object}`), `${where}: ${line} without intent`).toBe(true);
      if (verb === "create") expect(made.has(name), `${where}: ${line} twice`).toBe(false);
      if (verb === "move" && value === "2")
        expect(made.has(channel === "store" ? "store/release" : "registry/pkg@2"), `${where}: ${line} too early`).toBe(
          true,
        );
      made.add(name);
    }
  }
}
