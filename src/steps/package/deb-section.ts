/** `packages.deb`: what a Debian package says beyond what the project says of itself. Nothing in it is needed. */
import * as v from "valibot";
import { debCompressions } from "../../engines/deb/compression.ts";
import { multiArchs } from "../../engines/deb/control.ts";
import { parseInstallPath } from "../../engines/deb/install-path.ts";
import { parsePackageName, parseRelation, type RelationField } from "../../engines/deb/relation.ts";
import { suites } from "../../engines/deb/suites.ts";
import { parseMaintainer } from "../../engines/values/names.ts";
import { isGlob } from "../../engines/values/glob.ts";
import { parsed } from "../../engines/values/parsed.ts";
import { parseTreeGlob, parseTreePath } from "../../engines/values/tree-path.ts";
import { systemEntries, treePath } from "./deb-system-section.ts";

const treePathOrGlob = v.pipe(
  v.string(),
  parsed((text) => (isGlob(text) ? parseTreeGlob(text) : parseTreePath(text))),
);

function relations(field: RelationField, description: string) {
  const relation = v.pipe(
    v.string(),
    parsed((text) => parseRelation(field, text)),
  );
  return v.exactOptional(v.pipe(v.array(relation), v.description(description)));
}

/** What any package may say. */
const commonEntries = {
  name: v.exactOptional(
    v.pipe(v.string(), parsed(parsePackageName), v.description("The package's name. Default: the project's.")),
  ),
  maintainer: v.exactOptional(
    v.pipe(v.string(), parsed(parseMaintainer), v.description("Name <mail@host>. Default: the project's maintainer.")),
  ),
  section: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(
        /^(?:[a-z][a-z-]*\/)?[a-z][a-z0-9-]*$/,
        "A section is a word such as utils or devel (Debian Policy 2.4).",
      ),
      v.description("Debian's section. Default: utils."),
    ),
  ),
  priority: v.exactOptional(
    v.pipe(v.picklist(["optional", "standard", "important", "required"]), v.description("Default: optional.")),
  ),
  "multi-arch": v.exactOptional(
    v.pipe(
      v.picklist(multiArchs),
      v.description("foreign: it serves packages of other architectures as well, as most commands do. Default: no."),
    ),
  ),
  depends: relations("depends", "Packages needed beside those that the programs' libraries come from."),
  recommends: relations("recommends", "Packages installed together with it, unless the user says otherwise."),
  suggests: relations("suggests", "Packages that go well with it."),
  enhances: relations("enhances", "Packages that are of more use with it."),
  "pre-depends": relations("pre-depends", "Packages that must be configured before this one is unpacked."),
  breaks: relations("breaks", "Packages that do not work beside it: name the versions."),
  conflicts: relations("conflicts", "Packages that cannot be installed together with it."),
  provides: relations("provides", "Virtual packages that it is."),
  replaces: relations("replaces", "Packages whose files it may overwrite."),
  "built-using": relations("built-using", "Debian sources that went in and must be kept: gcc-12 (= 12.2.0-14)."),
  "static-built-using": relations("static-built-using", "Debian sources of the libraries that are linked statically."),
  files: v.exactOptional(
    v.pipe(
      v.record(treePathOrGlob, v.pipe(v.string(), parsed(parseInstallPath))),
      v.description(
        "Further files: a path or glob in the tree, and where it is installed. What a glob or folder holds goes below that place; modes become 0644 or 0755. Under /etc: conffiles.",
      ),
    ),
  ),
  ...systemEntries,
  copyright: v.exactOptional(
    v.pipe(treePath, v.description("A copyright file in the tree. Default: made of the licence files.")),
  ),
  changelog: v.exactOptional(
    v.pipe(treePath, v.description("A Debian changelog in the tree, with this version first. Default: one entry.")),
  ),
  "lintian-overrides": v.exactOptional(v.pipe(treePath, v.description("A file of lintian overrides in the tree."))),
};

const further = v.strictObject({
  ...commonEntries,
  name: v.pipe(v.string(), parsed(parsePackageName), v.description("The package's name, such as tool-data.")),
  summary: v.exactOptional(
    v.pipe(v.string(), v.minLength(1), v.description("One line about this package. Default: the project's.")),
  ),
  description: v.exactOptional(v.pipe(v.string(), v.description("Further paragraphs. Default: the project's."))),
});

export const debSection = v.strictObject({
  ...commonEntries,
  epoch: v.exactOptional(
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2_147_483_647), v.description("Default: 0, none.")),
  ),
  revision: v.exactOptional(
    v.pipe(
      v.union([v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))]),
      v.description("Debian revision: 1 makes 1.2.3-1. Default: none."),
    ),
  ),
  libraries: v.exactOptional(
    v.pipe(
      v.record(
        v.string(),
        v.pipe(
          v.string(),
          parsed((text) => parseRelation("depends", text)),
        ),
      ),
      v.description('The package of a shared library that is not known: "libfoo.so.1": "libfoo1 (>= 1.2)".'),
    ),
  ),
  architecture: v.exactOptional(
    v.pipe(
      v.picklist(["all"]),
      v.description(
        "all: one package for every architecture, of the files alone, without the programs. Default: one for each architecture that is built for.",
      ),
    ),
  ),
  further: v.exactOptional(
    v.pipe(
      v.array(further),
      v.description("Further packages for all architectures, of their files alone: data, documentation."),
    ),
  ),
  dbgsym: v.exactOptional(
    v.pipe(
      v.boolean(),
      v.description(
        "Take the programs' debug information out into a package of its own, NAME-dbgsym, which gdb finds by build id. Needs objcopy. Default: false, programs go in as they were built.",
      ),
    ),
  ),
  compression: v.exactOptional(
    v.pipe(
      v.picklist(["auto", ...debCompressions]),
      v.description(
        "xz is the smallest and needs the program xz; zstd is read from Debian 12 on. auto: xz, but gzip for Node programs. Default: auto.",
      ),
    ),
  ),
  suites: v.exactOptional(
    v.pipe(
      v.array(v.picklist(Object.keys(suites))),
      v.description(
        "Debian's and Ubuntu's releases that it is meant for, such as bullseye: refused where one cannot unpack it, or has an older glibc than a program needs.",
      ),
    ),
  ),
});

export type FurtherSection = Omit<v.InferOutput<typeof further>, "name"> & { readonly name?: string };
export type DebSection = v.InferOutput<typeof debSection>;
