/**
 * systemd units of a package (systemd.unit(5)) and the commands that they need when it is installed, upgraded and removed,
 * chosen as dh_installsystemd(1) chooses them. They are installed below /usr/lib: systemd and deb-systemd-helper look there
 * and in /lib from bullseye on, and since Debian 13 a package may ship nothing in /lib any more, which is a link.
 * Invariant: only units that the package holds are named, and no template, which has nothing to start.
 */
import { ReleaseError } from "../../domain/errors/index.ts";
import { quoted } from "../../domain/quoted.ts";
import * as snippets from "./snippets.ts";
import type { Snippet } from "./snippet.ts";

export const unitFolder = "/usr/lib/systemd/system";
export const unitTypes = ["service", "target", "socket", "path", "timer", "mount"] as const;

/** What an upgrade does: restart it at the end; stop it first and start it at the end; not touch it. */
export const onUpgrade = ["restart", "stop", "leave"] as const;

export interface UnitUse {
  /** Whether it is started with the system. Default: where it has an [Install] section. */
  readonly enable?: boolean | undefined;
  /** Whether it is started when the package is installed. */
  readonly start: boolean;
  readonly upgrade: (typeof onUpgrade)[number];
}

export const usualUse: UnitUse = { start: true, upgrade: "restart" };

export interface Unit extends UnitUse {
  readonly name: string;
  readonly text: string;
}

const unitName = new RegExp(String.raw`^[A-Za-z0-9:_.\\@-]{1,200}\.(?:${unitTypes.join("|")})$`);

/** Throws DEB_UNIT_INVALID. */
export function requireUnit({ name, text, enable }: Unit): void {
  if (!unitName.test(name)) {
    throw invalid(
      name,
      "is not the name of a unit",
      `Name it like tool.service; known kinds: ${unitTypes.join(", ")}.`,
    );
  }
  if (text.includes("\r")) {
    throw invalid(name, "has lines that end in CR LF", "Save it with Unix line ends (sed -i 's/\\r$//').");
  }
  if (!/^\[[A-Z][A-Za-z]*\]$/m.test(text)) {
    throw invalid(name, "has no section", "Let it have at least one, such as [Service].");
  }
  if (enable === true && !isInstallable(text)) {
    throw invalid(
      name,
      "has no [Install] section, so nothing can enable it",
      "Add one, with WantedBy=multi-user.target.",
    );
  }
}

/** The commands for all units of a package. */
export function unitSnippets(units: readonly Unit[]): readonly Snippet[] {
  const usable = units.filter(({ name }) => !name.includes("@")).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const all = Map.groupBy(usable, ({ enable, start, upgrade }) => `${enable ?? "usual"} ${start} ${upgrade}`);
  return [...all.values()].flatMap(alike);
}

function alike(units: readonly Unit[]): readonly Snippet[] {
  const [first] = units;
  if (first === undefined) return [];
  const enabled = units.filter(({ text }) => isInstallable(text)).map(({ name }) => name);
  const names = units.map(({ name }) => name);
  const { enable, start, upgrade } = first;
  return [
    ...enabled.map(enable === false ? snippets.offerUnit : snippets.enableUnit),
    ...(enabled.length === 0 ? [] : [snippets.purgeUnits(enabled)]),
    ...started(names, start, upgrade === "restart"),
    ...(upgrade === "stop" ? [snippets.stopUnitsBeforeUpgrade(names)] : []),
    ...(start ? [snippets.stopUnitsBeforeRemoval(names)] : []),
    snippets.forgetUnits,
  ];
}

function started(names: readonly string[], start: boolean, restart: boolean): readonly Snippet[] {
  if (restart) return [start ? snippets.startOrRestartUnits(names) : snippets.restartRunningUnits(names)];
  return start ? [snippets.startUnits(names)] : [];
}

function isInstallable(text: string): boolean {
  return /^\s*\[Install\]$/im.test(text);
}

function invalid(name: string, fault: string, next: string): ReleaseError {
  return new ReleaseError("DEB_UNIT_INVALID", { what: `The systemd unit ${quoted(name)} ${fault}.`, next });
}
