import { expect, it } from "vitest";
import { requireUnit, type Unit, unitSnippets, usualUse } from "./units.ts";

const text = "[Unit]\nDescription=Sample\n[Service]\nExecStart=/usr/bin/tool\n[Install]\nWantedBy=multi-user.target\n";
const unit = (changes: Partial<Unit> = {}): Unit => ({ ...usualUse, name: "tool.service", text, ...changes });

it.each(["tool.service", "tool@.service", "tool@eth0.socket", "a\\x2db.mount", "tool.timer"])(
  "knows the unit %s",
  (name) => expect(() => requireUnit(unit({ name }))).not.toThrow(),
);

it.each([
  [{ name: "tool.conf" }, "is not the name of a unit"],
  [{ name: "to ol.service" }, "is not the name of a unit"],
  [{ name: "$(id).service" }, "is not the name of a unit"],
  [{ text: text.replaceAll("\n", "\r\n") }, "CR LF"],
  [{ text: "ExecStart=/usr/bin/tool\n" }, "has no section"],
  [{ text: "[Service]\nExecStart=/x\n", enable: true }, "no [Install] section"],
] as const)("refuses %j", (changes, message) => {
  expect(() => requireUnit(unit(changes))).toThrow("DEB_UNIT_INVALID");
  expect(() => requireUnit(unit(changes))).toThrow(message);
});

it("asks nothing of a template's unit, which has nothing to start", () => {
  expect(unitSnippets([unit({ name: "tool@.service" })])).toEqual([]);
});

it("does together what units have in common", () => {
  const made = unitSnippets([
    unit({ name: "b.service" }),
    unit({ name: "a.socket" }),
    unit({ name: "c.timer", start: false }),
  ]);
  const commands = made.map((snippet) => snippet.commands).join("");
  expect(commands).toContain("$_dh_action 'a.socket' 'b.service' >/dev/null");
  expect(commands).toContain("try-restart 'c.timer' >/dev/null");
});
