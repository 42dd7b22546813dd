/** pyproject.toml: the version in `[project]` or `[tool.poetry]`. */
import { type Mention, mentionOf } from "./place.ts";
import { pythonTables } from "./python-packages.ts";
import { isNamed, type Reader } from "./reader.ts";

export const pythonManifest: Reader = {
  id: "pyproject.toml",
  find: ({ packages }) => packages.filter(({ ecosystem }) => ecosystem === "python").map(({ file }) => file),
  reads: isNamed("pyproject.toml"),
  async read(source, { tree, packages, version }) {
    const document = await tree.toml(source.path);
    const one = packages.find(({ file }) => file === source.path);
    return pythonTables.flatMap((table): readonly Mention[] => {
      const [value, span] = [document?.text(...table, "version"), document?.span(...table, "version")];
      if (one === undefined || value === undefined || span === undefined) return [];
      return [mentionOf(version, { source, span, what: one.name, value, role: one.role })];
    });
  },
};
