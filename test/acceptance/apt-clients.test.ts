/** What a publisher does, seen from users' machines: the real apt of each release that is supported. */
import { expect, it } from "vitest";
import { aptPhase, aptRollback } from "../../src/operations/apt-change.ts";
import { describeApt, type AptClient } from "../apt/apt-client.ts";
import type { Ran } from "../apt/debian-machine.ts";

/** What the package of packageFile says that it is. */
const versionOn = ({ machine }: AptClient, name: string): string => machine.read(`/usr/share/${name}/version`).trim();

function expectDone({ exit, output }: Ran): void {
  expect({ exit, output }).toEqual({ exit: 0, output });
}

describeApt("updates from a publisher", (client) => {
  it.each(["file", "http"] as const)(
    "by %s: installs, upgrades to what came later, and keeps both to choose from",
    async (way) => {
      const apt = client();
      const name = `tool-by-${way}`;
      const repository = await apt.repository(name);
      await repository.add([
        { name, version: "1.0" },
        { name: "beside", version: "1.0" },
      ]);
      await apt.follow(repository, way);
      expectDone(await apt.update());
      expectDone(await apt.get("install", name));
      expect(versionOn(apt, name)).toBe("1.0");

      await repository.add([
        { name, version: "1.1~rc.1" },
        { name, version: "1.1" },
      ]);
      expectDone(await apt.update());
      expect((await apt.policy(name)).versions).toEqual(["1.1", "1.1~rc.1", "1.0"]);
      expectDone(await apt.get("upgrade"));
      expect(versionOn(apt, name)).toBe("1.1");

      expectDone(await apt.get("install", "--allow-downgrades", `${name}=1.0`));
      expect(await apt.policy(name)).toMatchObject({ installed: "1.0", candidate: "1.1" });
      expect(versionOn(apt, name)).toBe("1.0");
    },
  );

  it("holds a phased update back on the machines that its percentage leaves out, unless it is asked for", async () => {
    const apt = client();
    // By a digest of the name, version and machine apt lets one machine in a hundred through at 0; none of these.
    const name = "ggx";
    const repository = await apt.repository(name);
    await repository.add([{ name, version: "1.0" }]);
    await apt.follow(repository, "http");
    expectDone(await apt.update());
    expectDone(await apt.get("install", name));
    await repository.add([{ name, version: "1.1" }], 0);

    const upgrading = async (): Promise<readonly boolean[]> => {
      expectDone(await apt.update());
      return Promise.all(
        Array.from({ length: 8 }, async (_, machine) => {
          const id = ((machine + 1) * 7919).toString(16).padStart(32, "0");
          const { output } = await apt.get("-s", "-o", `APT::Machine-ID=${id}`, "upgrade");
          return output.includes(`Inst ${name} [1.0] (1.1 `);
        }),
      );
    };
    const phase = (percent: number): Promise<unknown> =>
      aptPhase(repository.world, { ...repository.options, name, version: "1.1", percent });

    expect(await upgrading()).not.toContain(true);
    expect((await apt.policy(name)).output).toContain("(phased 0%)");
    // Bullseye's apt takes the older one for the candidate; those after it wait in upgrades alone.
    const asked = apt.release === "bullseye" ? `${name}=1.1` : name;
    expect((await apt.get("-s", "install", asked)).output).toContain(`Inst ${name} [1.0] (1.1 `);
    await phase(50);
    const half = await upgrading();
    expect(new Set(half)).toEqual(new Set([true, false]));
    await phase(90);
    const most = await upgrading();
    expect(most.filter((_, machine) => half[machine])).not.toContain(false);
    await phase(100);
    expect(await upgrading()).not.toContain(false);
    expect((await apt.policy(name)).output).not.toContain("phased");
  });

  it("takes the state that a rollback brings back, and those who upgraded get a higher version with the old content", async () => {
    const apt = client();
    const name = "rolled-back";
    const repository = await apt.repository(name);
    await repository.add([{ name, version: "1.0" }]);
    await repository.add([{ name, version: "1.1" }]);
    await apt.follow(repository, "http");
    expectDone(await apt.update());
    expectDone(await apt.get("install", name));
    expect(versionOn(apt, name)).toBe("1.1");

    await aptRollback(repository.world, repository.options);
    expectDone(await apt.update());
    expect(await apt.policy(name)).toMatchObject({ installed: "1.1", versions: ["1.1", "1.0"] });
    expectDone(await apt.get("upgrade"));
    expect(versionOn(apt, name)).toBe("1.1");
    // The only source of 1.1 is what dpkg remembers.
    expect((await apt.get("-s", "--reinstall", "install", name)).output).toMatch(/cannot be downloaded|not possible/);

    await repository.add([{ name, version: "1.2" }]);
    expectDone(await apt.update());
    expectDone(await apt.get("upgrade"));
    expect(versionOn(apt, name)).toBe("1.2");
  });
});
