/**
 * The commands themselves: what debhelper 13 writes for the same contents (dh_installsystemd(1), dh_installsysusers(1),
 * dh_installtmpfiles(1), dh_installdebconf(1), dh_installalternatives(1)), which a test holds them to. Systems are full of
 * packages with these very lines, and Debian mends its tools around them.
 */
import type { Snippet } from "./snippet.ts";

const whenConfigured = ["configure", "abort-upgrade", "abort-deconfigure", "abort-remove"]
  .map((action) => `[ "$1" = "${action}" ]`)
  .join(" || ");
const noOtherRoot = '[ -z "${DPKG_ROOT:-}" ]';
const systemdRuns = "[ -d /run/systemd/system ]";
const quietly = ">/dev/null || true";

function when(condition: string, ...lines: readonly string[]): string {
  return `if ${condition}; then\n${lines.map((line) => `\t${line}\n`).join("")}fi\n`;
}

/** A word of the shell, whatever it holds. */
function word(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

export function enableUnit(unit: string): Snippet {
  const [helper, name] = ["deb-systemd-helper", word(unit)];
  return systemd(
    "postinst",
    when(
      whenConfigured,
      `${helper} unmask ${name} ${quietly}`,
      "# On a first installation it counts as enabled.",
      `if ${helper} --quiet was-enabled ${name}; then`,
      `\t${helper} enable ${name} ${quietly}`,
      "else",
      `\t${helper} update-state ${name} ${quietly}`,
      "fi",
    ),
  );
}

/** The administrator may enable it; then it stays so. */
export function offerUnit(unit: string): Snippet {
  const [helper, name] = ["deb-systemd-helper", word(unit)];
  return systemd(
    "postinst",
    when(
      whenConfigured,
      `if ${helper} debian-installed ${name}; then`,
      `\t${helper} unmask ${name} ${quietly}`,
      `\tif ${helper} --quiet was-enabled ${name}; then`,
      `\t\t${helper} enable ${name} ${quietly}`,
      "\tfi",
      "fi",
      `${helper} update-state ${name} ${quietly}`,
    ),
  );
}

export function purgeUnits(units: readonly string[]): Snippet {
  const commands = when(
    '[ "$1" = "purge" ]',
    'if [ -x "/usr/bin/deb-systemd-helper" ]; then',
    `\tdeb-systemd-helper purge ${words(units)} ${quietly}`,
    "fi",
  );
  return { script: "postrm", for: "systemd", commands };
}

/** Starts them when they are new, and after an upgrade does what `upgraded` says. */
export function startOrRestartUnits(units: readonly string[]): Snippet {
  return systemd(
    "postinst",
    when(
      whenConfigured,
      `if ${systemdRuns}; then`,
      `\tsystemctl --system daemon-reload ${quietly}`,
      '\tif [ -n "$2" ]; then',
      "\t\t_dh_action=restart",
      "\telse",
      "\t\t_dh_action=start",
      "\tfi",
      `\tdeb-systemd-invoke $_dh_action ${words(units)} ${quietly}`,
      "fi",
    ),
  );
}

export function restartRunningUnits(units: readonly string[]): Snippet {
  return systemd(
    "postinst",
    when(
      whenConfigured,
      `if ${noOtherRoot} && ${systemdRuns}; then`,
      `\tsystemctl --system daemon-reload ${quietly}`,
      '\tif [ -n "$2" ]; then',
      `\t\tdeb-systemd-invoke try-restart ${words(units)} ${quietly}`,
      "\tfi",
      "fi",
    ),
  );
}

export function startUnits(units: readonly string[]): Snippet {
  return systemd(
    "postinst",
    when(
      whenConfigured,
      `if ${noOtherRoot} && ${systemdRuns}; then`,
      `\tsystemctl --system daemon-reload ${quietly}`,
      `\tdeb-systemd-invoke start ${words(units)} ${quietly}`,
      "fi",
    ),
  );
}

export function stopUnitsBeforeUpgrade(units: readonly string[]): Snippet {
  return systemd("preinst", stop("upgrade", units));
}

export function stopUnitsBeforeRemoval(units: readonly string[]): Snippet {
  return systemd("prerm", stop("remove", units));
}

function stop(action: string, units: readonly string[]): string {
  return when(
    `${noOtherRoot} && [ "$1" = ${action} ] && ${systemdRuns} `,
    `deb-systemd-invoke stop ${words(units)} ${quietly}`,
  );
}

export const forgetUnits: Snippet = {
  script: "postrm",
  for: "systemd",
  commands: when(`[ "$1" = remove ] && ${systemdRuns} `, `systemctl --system daemon-reload ${quietly}`),
};

function systemd(script: Snippet["script"], commands: string): Snippet {
  return { script, for: "systemd", commands, ofService: true };
}

function words(texts: readonly string[]): string {
  return texts.map(word).join(" ");
}

/** Names of files in sysusers.d. */
export function createUsers(names: readonly string[]): Snippet {
  const commands = when(whenConfigured, `systemd-sysusers \${DPKG_ROOT:+--root="$DPKG_ROOT"} ${names.join(" ")}`);
  return { script: "postinst", for: "sysusers", commands };
}

/** Names of files in tmpfiles.d. */
export function createTemporaryFiles(names: readonly string[]): Snippet {
  const commands = when(
    whenConfigured,
    'if [ -x "$(command -v systemd-tmpfiles)" ]; then',
    `\tsystemd-tmpfiles \${DPKG_ROOT:+--root="$DPKG_ROOT"} --create ${names.join(" ")} ${quietly}`,
    "fi",
  );
  return { script: "postinst", for: "tmpfiles", commands };
}

/**
 * Begins a script that debconf reads the answers for, and asks the questions where apt did not ask them before. It starts
 * the script anew, so nothing may stand before it; debhelper leaves it to the package.
 */
export const loadAnswers: Snippet = {
  script: "postinst",
  for: "debconf",
  commands: ". /usr/share/debconf/confmodule\n",
};

export const purgeAnswers: Snippet = {
  script: "postrm",
  for: "debconf",
  commands: when(
    '[ "$1" = purge ] && [ -e /usr/share/debconf/confmodule ]',
    ". /usr/share/debconf/confmodule",
    "db_purge",
  ),
};

export interface Link {
  /** Where it stands. */
  readonly link: string;
  /** What update-alternatives(1) calls it. */
  readonly name: string;
  /** What this package offers for it. */
  readonly path: string;
}

export interface Alternative extends Link {
  readonly priority: number;
  /** Links that follow it, such as its manual page. */
  readonly dependents?: readonly Link[] | undefined;
}

/** All of its words are checked to need no quotes. */
export function offerAlternative({ link, name, path, priority, dependents = [] }: Alternative): readonly Snippet[] {
  const followers = dependents.map((one) => ` \\\n\t    --slave ${one.link} ${one.name} ${one.path}`).join("");
  const install = `update-alternatives --install ${link} ${name} ${path} ${priority}${followers}`;
  const remove = `update-alternatives --remove ${name} ${path}`;
  return [
    { script: "postinst", for: "alternatives", commands: when(whenConfigured, install) },
    { script: "prerm", for: "alternatives", commands: when('[ "$1" = "remove" ]', remove) },
  ];
}
