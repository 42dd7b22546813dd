/** systemd units (systemd.unit(5), systemd.service(5)), as far as a package can get them wrong. */
import { at, type LintTag } from "./tag.ts";
import type { Subject, SubjectEntry } from "./subject.ts";

interface Unit {
  readonly entry: SubjectEntry;
  /** Words of a key, in quotes or not; an empty value takes back what was said before. */
  readonly values: (section: string, key: string) => readonly string[];
}

function* servicesOf(deb: Subject, ending = ".service"): Iterable<Unit> {
  for (const entry of deb.entries) {
    if (!/\/systemd\/system\/.*/.test(entry.path) || !entry.path.endsWith(ending)) continue;
    if (entry.isFile && entry.text !== undefined) yield unitOf(entry, entry.text);
  }
}

function unitOf(entry: SubjectEntry, text: string): Unit {
  const lines = text.replace(/\\\n/g, " ").split("\n");
  return {
    entry,
    values: (section, key) => {
      let current: string | undefined;
      const values: string[] = [];
      for (const line of lines.map((each) => each.trimEnd()).filter((each) => each !== "" && !/^[#;]/.test(each))) {
        const heading = /^\[([^\]]+)\]$/.exec(line)?.[1];
        if (heading !== undefined) current = heading;
        const sign = line.indexOf("=");
        const [name, value] = [line.slice(0, Math.max(sign, 0)).trimEnd(), line.slice(sign + 1).trimStart()];
        if (current !== section || name !== key) continue;
        if (value === "") values.length = 0;
        else values.push(...value.split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, "$2")));
      }
      return values;
    },
  };
}

function ofServices(check: (unit: Unit, deb: Subject) => Iterable<string>): (deb: Subject) => Iterable<string> {
  return function* (deb) {
    for (const unit of servicesOf(deb)) {
      for (const found of check(unit, deb)) yield at(unit.entry, found);
    }
  };
}

const targets = new Set(
  ["default", "graphical", "multi-user", "network-online", "sleep", "sysinit"].map((name) => `${name}.target`),
);
const starts = ["ExecStart", "ExecStartPre", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"];
const hardening = (
  "CapabilityBoundingSet DeviceAllow DynamicUser IPAddressDeny InaccessiblePaths KeyringMode LimitNOFILE LockPersonality " +
  "MemoryDenyWriteExecute MountFlags NoNewPrivileges PrivateDevices PrivateMounts PrivateNetwork PrivateTmp PrivateUsers " +
  "ProtectControlGroups ProtectHome ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables " +
  "ProtectSystem ReadOnlyPaths RemoveIPC RestrictAddressFamilies RestrictNamespaces RestrictRealtime RestrictSUIDSGID " +
  "SystemCallArchitectures SystemCallFilter UMask"
).split(" ");
const edit = "Change the unit that is named under packages.deb.systemd.";

export const unitTags: readonly LintTag[] = [
  {
    tag: "systemd-service-in-odd-location",
    severity: "error",
    explain:
      "/etc/systemd/system is the administrator's, and goes before every package's unit: an upgrade cannot change it any more.",
    next: "Install it in /usr/lib/systemd/system, as packages.deb.systemd does.",
    find: function* (deb) {
      for (const entry of deb.entries) {
        if (/^etc\/systemd\/system\/.*\.service$/.test(entry.path)) yield at(entry);
      }
    },
  },
  {
    tag: "systemd-service-file-missing-install-key",
    severity: "info",
    explain: "Without an [Install] section the service cannot be enabled: it does not start with the system.",
    next: `${edit} Add [Install] with WantedBy=multi-user.target.`,
    find: ofServices(({ entry, values }, { byPath }) => {
      if (!/^(?:usr\/)?lib\/systemd\/[^/]+\/[^/]+\.service$/.test(entry.path) || entry.path.endsWith("@.service"))
        return [];
      const sibling = (ending: string): boolean => byPath.has(entry.path.replace(/\.service$/, ending));
      const started = sibling(".path") || sibling(".timer") || values("Service", "Type").includes("oneshot");
      const installed = ["WantedBy", "RequiredBy", "Also"].some((key) => values("Install", key).length > 0);
      return started || installed ? [] : [""];
    }),
  },
  {
    tag: "systemd-service-file-refers-to-unusual-wantedby-target",
    severity: "warning",
    explain: "The target is one that hardly any system reaches by itself: the service does not start.",
    next: `${edit} WantedBy=multi-user.target is right for nearly all services.`,
    find: ofServices(({ values }, { name }) =>
      name === "systemd" ? [] : values("Install", "WantedBy").filter((target) => !targets.has(target)),
    ),
  },
  {
    tag: "systemd-service-file-missing-documentation-key",
    severity: "info",
    explain: "`systemctl status` does not tell administrators where to read about the service.",
    next: `${edit} Add Documentation=man:NAME(8) or an https:// address.`,
    find: ofServices(({ values }) => (values("Unit", "Documentation").length === 0 ? [""] : [])),
  },
  {
    tag: "systemd-service-file-missing-hardening-features",
    severity: "info",
    explain: "The service may do all that its user may: a fault in it reaches the whole machine.",
    next: `${edit} Add NoNewPrivileges=yes, ProtectSystem=full, PrivateTmp=yes, as far as it works with them.`,
    find: ofServices(({ values }) =>
      values("Service", "Type").includes("oneshot") ||
      values("Install", "WantedBy").includes("sleep.target") ||
      hardening.some((key) => values("Service", key).length > 0)
        ? []
        : [""],
    ),
  },
  {
    tag: "systemd-service-file-uses-nobody-or-nogroup",
    severity: "warning",
    explain: "Other services run as nobody as well: a fault in one of them reaches this one's files.",
    next: `${edit} Use DynamicUser=yes, or a user of its own (packages.deb.sysusers).`,
    find: ofServices(({ values }) => [
      ...(values("Service", "User").includes("nobody") ? ["User=nobody"] : []),
      ...(values("Service", "Group").includes("nogroup") ? ["Group=nogroup"] : []),
    ]),
  },
  {
    tag: "systemd-service-file-refers-to-var-run",
    severity: "info",
    explain: "/var/run is an old name of /run; systemd changes it and complains in the log at every start.",
    next: `${edit} Write /run.`,
    find: function* (deb) {
      const old = (unit: Unit, section: string, key: string): readonly string[] =>
        unit
          .values(section, key)
          .filter((path) => path.startsWith("/var/run/"))
          .map((path) => at(unit.entry, `${key} ${path}`));
      for (const unit of servicesOf(deb)) yield* old(unit, "Service", "PIDFile");
      for (const unit of servicesOf(deb, ".socket")) yield* old(unit, "Socket", "ListenStream");
    },
  },
  {
    tag: "systemd-service-file-wraps-init-script",
    severity: "warning",
    explain: "systemd starts a start script in place of the program, and does not see what becomes of it.",
    next: `${edit} Let ExecStart= be the program itself.`,
    find: ofServices(({ values }) =>
      starts.filter((key) => values("Service", key).some((word) => word.startsWith("/etc/init.d/"))),
    ),
  },
  {
    tag: "systemd-service-file-refers-to-obsolete-target",
    severity: "warning",
    explain: "syslog.target and dbus.target are gone: the line has no effect.",
    next: `${edit} Leave it out.`,
    find: ofServices(({ values }) =>
      values("Unit", "After").filter((target) => /^(?:syslog|dbus)\.target$/.test(target)),
    ),
  },
  {
    tag: "systemd-service-file-refers-to-obsolete-bindto",
    severity: "warning",
    explain: "BindTo= was renamed to BindsTo=: newer versions of systemd ignore it.",
    next: `${edit} Write BindsTo=.`,
    find: ofServices(({ values }) => (values("Unit", "BindTo").length > 0 ? [""] : [])),
  },
  {
    tag: "systemd-service-file-uses-deprecated-syslog-facility",
    severity: "warning",
    explain: "The log goes to the journal, and from there to syslog, without it.",
    next: `${edit} Leave StandardOutput= and StandardError= out.`,
    find: ofServices(({ values }) =>
      ["StandardError", "StandardOutput"].flatMap((key) =>
        ["syslog", "syslog-console"]
          .filter((value) => values("Service", key).includes(value))
          .map((value) => `${key}=${value}`),
      ),
    ),
  },
  {
    tag: "systemd-service-alias-without-extension",
    severity: "warning",
    explain: "systemd refuses an alias of another kind than the unit: the service cannot be enabled.",
    next: `${edit} Let the alias end in .service.`,
    find: ofServices(({ values }) =>
      values("Install", "Alias").some((alias) => !alias.endsWith(".service")) ? [""] : [],
    ),
  },
  {
    tag: "systemd-service-not-startable",
    own: true,
    severity: "error",
    explain: "The unit has no ExecStart=: systemd refuses to start it.",
    next: `${edit} Add ExecStart= with the program's whole path.`,
    find: ofServices(({ values }) =>
      starts.some((key) => values("Service", key).length > 0) ||
      values("Unit", "SuccessAction").length > 0 ||
      !hasService(values)
        ? []
        : [""],
    ),
  },
];

/** A unit of nothing but dependencies, and one that is only a part of another, have none. */
function hasService(values: Unit["values"]): boolean {
  return ["Type", "User", "Restart", "Environment", "WorkingDirectory"].some(
    (key) => values("Service", key).length > 0,
  );
}
