/** One planned .deb, written: what is in it, packed as the plan says. */
import { writeDeb } from "../../engines/deb/write.ts";
import type { Bytes } from "../../ports/files.ts";
import type { PackageInputs } from "../../ports/packager.ts";
import { debContents } from "./deb-contents.ts";
import { identify } from "./deb-identity.ts";
import type { DebPlan } from "./deb-plan.ts";
import type { DebSection } from "./deb-section.ts";
import { debSymbols } from "./deb-symbols.ts";

export async function writePackage(plan: DebPlan, section: DebSection, inputs: PackageInputs): Promise<Bytes> {
  const contents =
    plan.role === "symbols"
      ? await debSymbols(plan, identify(inputs.project, section).name, inputs)
      : await debContents(plan, section, inputs);
  return writeDeb(contents, { ...inputs, compression: plan.compression });
}
