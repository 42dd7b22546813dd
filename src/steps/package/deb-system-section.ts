/** What a Debian package does on a system beside holding files: keys of `packages.deb` about scripts and services. */
import * as v from "valibot";
import type { ScriptName } from "../../engines/deb/maintainer-script.ts";
import { formatConffile, parseConffile } from "../../engines/deb/control-files.ts";
import { parseInstallPath } from "../../engines/deb/install-path.ts";
import { onUpgrade } from "../../engines/deb/units.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { parseTreePath } from "../../engines/values/tree-path.ts";

export const treePath = v.pipe(v.string(), parsed(parseTreePath));

function treeFile(description: string) {
  return v.exactOptional(v.pipe(treePath, v.description(description)));
}

function choice(description: string) {
  return v.exactOptional(v.pipe(v.boolean(), v.description(description)));
}

const unit = v.strictObject({
  unit: v.pipe(treePath, v.description("The unit in the tree; it is installed under its own name.")),
  enable: choice("Started with the system. Default: where the unit has an [Install] section."),
  start: choice("Started when the package is installed. Default: true."),
  upgrade: v.exactOptional(
    v.pipe(
      v.picklist(onUpgrade),
      v.description(
        "restart: once, when the new version is in place (default). stop: before, and started after. leave: not touched.",
      ),
    ),
  ),
});

/** update-alternatives(1) gets these words in a script, so they are such as need no quotes. */
const plainPath = v.pipe(
  v.string(),
  parsed(parseInstallPath),
  v.regex(/^[A-Za-z0-9/._+@:-]+$/, "Use letters, digits and / . _ + @ : - in paths of alternatives."),
);
const linkName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._+@:-]*$/, "A name of alternatives is a word such as editor."),
);
const link = {
  link: v.pipe(plainPath, v.description("The link that users call, such as /usr/bin/editor.")),
  name: v.pipe(linkName, v.description("What update-alternatives calls it, such as editor.")),
  path: v.pipe(plainPath, v.description("What this package offers for it.")),
};

export const systemEntries = {
  "debian-folder": v.exactOptional(
    v.pipe(
      v.union([treePath, v.literal(false)]),
      v.description(
        "Where files named as debhelper names them are looked for: postinst, tool.service, tool.triggers. false: nowhere. Default: debian.",
      ),
    ),
  ),
  scripts: v.exactOptional(
    v.pipe(
      v.strictObject({
        preinst: treeFile("Run before the files are unpacked."),
        postinst: treeFile("Run when the package is configured."),
        prerm: treeFile("Run before the files are removed."),
        postrm: treeFile("Run after the files are removed."),
      } satisfies Record<ScriptName, unknown>),
      v.description(
        "Maintainer scripts: paths in the tree. Default: those of the debian folder. Commands for services and the like come in the place of a line #DEBHELPER#.",
      ),
    ),
  ),
  conffiles: v.exactOptional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          parsed((line) => formatConffile(parseConffile(line)).trimEnd()),
        ),
      ),
      v.description(
        'Files that keep an administrator\'s changes, beside everything under /etc; "remove-on-upgrade /etc/old.conf" takes one of older versions away.',
      ),
    ),
  ),
  systemd: v.exactOptional(
    v.pipe(
      v.array(unit),
      v.description("systemd units. Default: those of the debian folder, and those that files installs."),
    ),
  ),
  sysusers: treeFile("Users and groups that systemd-sysusers makes (sysusers.d). Default: the debian folder's."),
  tmpfiles: treeFile("Folders that systemd-tmpfiles makes (tmpfiles.d). Default: the debian folder's."),
  triggers: treeFile("A file of dpkg triggers. Default: the debian folder's."),
  debconf: v.exactOptional(
    v.pipe(
      v.strictObject({
        templates: treeFile("The questions (debconf templates)."),
        config: treeFile("The script that asks them."),
      }),
      v.description("Questions at installation. Default: the debian folder's templates and config."),
    ),
  ),
  alternatives: v.exactOptional(
    v.pipe(
      v.array(
        v.strictObject({
          ...link,
          priority: v.pipe(v.number(), v.integer(), v.description("The highest one is used unless the user chooses.")),
          dependents: v.exactOptional(
            v.pipe(v.array(v.strictObject(link)), v.description("Links that follow it: manual pages, completions.")),
          ),
        }),
      ),
      v.description("Programs that stand for a common name (update-alternatives)."),
    ),
  ),
};
