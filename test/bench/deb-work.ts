/** `deb-work PROGRAM COMPRESSION FOLDER`: packs this program into a .deb in the folder, by the project's own packager. */
import { basename, join } from "node:path";
import { deb } from "../../src/steps/package/deb.ts";
import { inputFile, sampleInputs } from "../deb-package.ts";
import type { DebSection } from "../../src/steps/package/deb-section.ts";

const [program = "", compression = "", folder = ""] = process.argv.slice(2);
const section = { compression } as DebSection;
const inputs = sampleInputs({ programs: { [basename(program)]: "/dev/null" } }, folder);
const [planned] = deb.plan(inputs.project, section);
if (planned === undefined) throw new Error("nothing is planned");
const binaries = () => [{ ...inputFile(program), mode: 0o755 }];
await inputs.files.write(join(folder, planned.file), await deb.write(planned, section, { ...inputs, binaries }));
